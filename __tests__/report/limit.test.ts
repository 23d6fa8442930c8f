import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderComment } from '../../src/report/comment.ts';
import {
  type Fold,
  fitParts,
  type Limit,
  type Part,
  utf8Length,
  utf16Length,
} from '../../src/report/limit.ts';
import { MAX_SUMMARY, renderSummary } from '../../src/report/summary.ts';
import { list, table } from '../../src/report/table.ts';
import { expectWhole } from '../support/markdown.ts';
import * as reports from '../support/reports.ts';

const MARKER = '<!-- tare -->';
const LINKS = { headSha: reports.HEAD_SHA, repositoryUrl: 'https://github.com/example/project' };

function limit(max: number, measure = utf16Length): Limit {
  return { max, measure, elsewhere: 'in `report.json`' };
}

function numbers(count: number, rank: number, noun = 'rows are'): Part {
  const items = Array.from({ length: count }, (_, index) => `row ${rank}-${index}`);
  return table([{ title: 'a' }], items, (item) => [item], { rank, noun });
}

describe('fitting', () => {
  it('keeps everything where there is room', () => {
    expect(fitParts(['# a', numbers(2, 0), { kind: 'fold', summary: 's', parts: ['b'] }], limit(500))).toBe(
      '# a\n\n| a |\n| :--- |\n| row 0-0 |\n| row 0-1 |\n\n<details>\n<summary>s</summary>\n\nb\n\n</details>',
    );
  });

  it('takes rows from the least interesting table first and says how many', () => {
    const parts = ['# a', numbers(20, 5), numbers(20, 1)];
    const text = fitParts(parts, limit(520));
    expect(text.match(/row 1-/g)).toHaveLength(20);
    expect(text.match(/row 5-/g)?.length).toBeLessThan(20);
    const left = 20 - (text.match(/row 5-/g)?.length ?? 0);
    expect(text).toContain(`*And ${left} more rows are in \`report.json\`.*`);
  });

  it('leaves a table out whole with a sentence when not one row fits', () => {
    expect(fitParts(['# a', numbers(500, 0)], limit(50))).toBe('# a\n\n*500 rows are in `report.json`.*');
  });

  it('drops folds and parts from the end when they do not fit, never the first part', () => {
    const fold: Fold = { kind: 'fold', summary: 's', parts: ['x'.repeat(100)] };
    expect(fitParts(['# a', 'b', fold], limit(20))).toBe('# a\n\nb');
    expect(() => fitParts(['x'.repeat(21), fold], limit(20))).toThrow('20');
  });

  it('stays within any limit and leaves every part whole', () => {
    const part = fc.record({
      count: fc.nat(30),
      rank: fc.nat(3),
      name: fc.string({ unit: 'grapheme', maxLength: 20 }),
    });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.integer({ min: 10, max: 3000 }), (shapes, max) => {
        for (const measure of [utf16Length, utf8Length]) {
          const parts = (kept: (index: number) => boolean) =>
            shapes
              .filter((_, index) => kept(index))
              .map(({ count, rank, name }): Part => {
                const items = Array.from({ length: count }, (_, index) => `${index}`);
                const line = (item: string) => `\`${item}${name.replace(/[`\s]/g, '')}\``;
                return list(items, line, { rank, noun: 'items are' });
              });
          const fold: Fold = { kind: 'fold', summary: 's', parts: parts(() => true) };
          const text = fitParts(['# a', ...parts((index) => index % 2 === 0), fold], limit(max, measure));
          expect(measure(text)).toBeLessThanOrEqual(max);
          expectWhole(text);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a report of 100,000 rows with long names', () => {
  const names = [
    `${'長い名前|`'.repeat(12)}`,
    '@'.repeat(200),
    '🙂'.repeat(200),
    `x\u202e${'`'.repeat(150)}`,
    'plain',
  ];
  const rows = Array.from({ length: 100_000 }, (_, index) =>
    reports.row(
      `bench ${index}/${names[index % names.length]}`.slice(0, 400),
      'wall-time',
      0.01,
      0.01 + index / 1e6,
      {
        ...reports.REGRESSED,
        ci: [0.01, 0.02],
        why: [reports.setting('profile.lto', 'fat', 'off', 'a note '.repeat(50))],
      },
    ),
  );
  const failed = names.map((name) => ({
    case: name,
    message: name.repeat(10),
    output: `${name}\n`.repeat(300),
  }));
  const report = reports.report(
    reports.part({
      comparisons: rows,
      failed,
      added: names.map((name) => ({ case: `bench ${name}`.slice(0, 400), values: [] })),
      warnings: Array.from({ length: 1000 }, (_, index) => `${index} ${'warning '.repeat(300)}`),
      changed: names.map((name) => ({ field: name.slice(0, 400), before: name, after: null })),
    }),
  );

  it.each([60_000, 20_000, 6000])('fits a comment of %d units', (maxLength) => {
    const comment = renderComment(report, { ...LINKS, marker: MARKER, maxLength });
    expect(comment.length).toBeLessThanOrEqual(maxLength);
    expect(comment.length).toBeGreaterThan(maxLength * 0.9);
    expect(comment).toMatch(
      /\*And \d+ more rows are in the job's summary and in `report\.json`\.\*|\d+ rows are in/,
    );
    expect(comment).toContain('### ❌ Release profile: 100000 regressions, worst: ');
    expectWhole(comment);
  });

  it('fits the job summary and fills it', () => {
    const summary = renderSummary(report, LINKS);
    const bytes = Buffer.byteLength(summary);
    expect(bytes).toBeLessThanOrEqual(MAX_SUMMARY);
    expect(bytes).toBeGreaterThan(MAX_SUMMARY * 0.95);
    expectWhole(summary);
  });
});
