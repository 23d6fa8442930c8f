import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/compare/comparison.ts';
import { type CommentContext, renderComment } from '../../src/report/comment.ts';
import { type Report, reportSchema } from '../../src/report/report.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { benchReport, placementReport } from '../support/bench-reports.ts';
import { expectInert, expectWhole, rendered } from '../support/markdown.ts';
import * as reports from '../support/reports.ts';

const MARKER = '<!-- tare:default head=f00d run=1.1 -->';
const CONTEXT: CommentContext = {
  marker: MARKER,
  headSha: reports.HEAD_SHA,
  repositoryUrl: 'https://github.com/example/project',
  runUrl: 'https://github.com/example/project/actions/runs/1',
  maxLength: 60_000,
};

const { REGRESSED: REGRESSION, IMPROVED: IMPROVEMENT, SUSPICIOUS: SUSPICION } = reports;

const EXAMPLES: Readonly<Record<string, () => Report>> = {
  regression: reports.regressionReport,
  improvement: reports.improvementReport,
  mixed: reports.mixedReport,
  none: reports.quietReport,
  'no-baseline': reports.firstReport,
  inconclusive: reports.suspiciousReport,
  'two-configurations': reports.twoConfigurationsReport,
  'build-failed': reports.unbuiltReport,
  'over-budget': reports.budgetReport,
  hostile: reports.hostileReport,
  recorded: reports.recordedReport,
  'recorded-regression': reports.recordedRegressionReport,
  unrecorded: reports.unrecordedReport,
  bench: benchReport,
  placement: placementReport,
};

describe('the comment', () => {
  it.each(Object.keys(EXAMPLES))('of the example "%s"', async (name) => {
    const markdown = renderComment(EXAMPLES[name]?.() ?? reports.quietReport(), CONTEXT);
    expectInert(withoutLinks(markdown), MARKER);
    await expect(`${markdown}\n`).toMatchFileSnapshot(`fixtures/${name}.md`);
  });

  it('is one line that unfolds when nothing moved', () => {
    const [marker, open, summary] = renderComment(reports.quietReport(), CONTEXT).split('\n');
    expect([marker, open]).toEqual([MARKER, '<details>']);
    expect(summary).toMatch(/^<summary>✅ <b>No change in the release profile<\/b>: .*<\/summary>$/);
    const { skeleton } = rendered(renderComment(reports.quietReport(), CONTEXT));
    expect(skeleton).toMatch(/^<root><details><summary>.*<\/details><\/root>$/);
  });

  it('holds the five rows in their order whenever something moved', () => {
    for (const make of [reports.regressionReport, reports.improvementReport, reports.mixedReport]) {
      const markdown = renderComment(make(), CONTEXT);
      expect(markdown.match(/^\| (Regressions|Improvements|All).*?\|/gm)).toEqual([
        '| Regressions (primary) |',
        '| Regressions (secondary) |',
        '| Improvements (primary) |',
        '| Improvements (secondary) |',
        '| All |',
      ]);
    }
  });

  it('refuses a marker that is not one hidden line', () => {
    for (const marker of ['tare', '<!-- a -->\n', '<!-- a --> b -->', '<!-- a\nb -->']) {
      expect(() => renderComment(reports.quietReport(), { ...CONTEXT, marker })).toThrow('marker');
    }
  });

  it('makes no link of an address that is not plain', () => {
    const repositoryUrl = 'https://github.com/a/b)[x](https://evil.example';
    const markdown = renderComment(reports.regressionReport(), {
      ...CONTEXT,
      repositoryUrl,
      runUrl: 'javascript:x',
    });
    expect(rendered(markdown).links).toEqual([]);
  });

  it('says a number that moved outside the verdict even when nothing else did', () => {
    const rows = reports.quietRows().filter((row) => row.metric !== 'file-bytes');
    const moved = reports.row('size rg', 'file-bytes', 4_838_400, 43_000_000, reports.REGRESSED);
    const strip = { subject: 'profile.strip', before: 'symbols', after: 'none', amount: null, note: '' };
    const file = { ...moved, why: [{ kind: 'setting' as const, ...strip }] };
    const markdown = renderComment(reports.report(reports.part({ comparisons: [...rows, file] })), CONTEXT);
    expect(markdown).toContain(
      'not in the verdict: <code>rg</code> file size grew by 36.39\u00a0MiB (+789\u00a0%) (likely cause: <code>profile&#46;strip</code>: <code>symbols</code> → <code>none</code>)',
    );
  });

  it('never says "no change" when a configuration has no baseline or a case failed', () => {
    const quiet = reports.part({ comparisons: reports.quietRows() });
    const alone = reports.part({ configuration: 'musl', base: null, baseIdentity: null });
    const partial = renderComment(reports.report(quiet, alone), CONTEXT);
    expect(partial).toContain('### ❓ Release profile: no change, but no baseline of `musl`');
    const failed = [{ case: 'bench x', message: 'timed out after 60 s', output: '' }];
    const crashed = renderComment(reports.report({ ...quiet, failed }), CONTEXT);
    expect(crashed).toContain('### ⚠️ Release profile: no change, but 1 case could not be measured');
    expect(crashed).toContain('**`bench x`**: timed out after 60 s');
  });

  it('does not take an empty comparison for "no change"', () => {
    const report = reports.report(reports.part());
    expect(report.verdict).toBe('inconclusive');
    expect(renderComment(report, CONTEXT)).toContain('### ⚠️ Release profile: nothing was compared');
  });

  it('names two causes and counts the rest', () => {
    const why = ['a', 'b', 'c', 'd'].map((name) => reports.setting(name, '1', '2'));
    const row = reports.row('bench x', 'wall-time', 1, 2, {
      ...reports.REGRESSED,
      why,
      category: 'secondary',
    });
    const markdown = renderComment(reports.report(reports.part({ comparisons: [row] })), CONTEXT);
    expect(markdown).toContain('`a`: `1` → `2`; `b`: `1` → `2`; and 2 more.<br>**What');
    expect(markdown).toContain('`x` got 100\u00a0% slower (secondary)');
  });

  it.each([
    ['wall-time', 0.065, REGRESSION, '`x` got 6.50\u00a0% slower'],
    ['wall-time', -0.05, IMPROVEMENT, '`x` takes 5.00\u00a0% less time'],
    ['wall-time', 0.03, SUSPICION, 'undecided, `x` may have become 3.00\u00a0% slower'],
    ['wall-time', -0.03, SUSPICION, 'undecided, `x` may take 3.00\u00a0% less time'],
    ['instructions', 0.02, REGRESSION, '`x` runs 2.00\u00a0% more instructions'],
    ['instructions', -0.02, IMPROVEMENT, '`x` runs 2.00\u00a0% fewer instructions'],
  ])('says what %s did: %d', (metric, change, verdict, words) => {
    const row = reports.row('bench x', metric, 1e6, 1e6 * (1 + change), { change, ...verdict });
    const markdown = renderComment(reports.report(reports.part({ comparisons: [row] })), CONTEXT);
    expect(markdown).toContain(`Release profile: ${words}\n`);
  });

  it('tells why a compile time was not judged, in the fold itself', () => {
    const titled = (more: Partial<Comparison>) => {
      const row = reports.row('compile workspace', 'cpu-seconds', 61.2, 61.9, {
        ...reports.UNJUDGED,
        ...more,
      });
      return renderComment(reports.report(reports.part({ comparisons: [row] })), CONTEXT);
    };
    expect(titled({ samples: 1 })).toContain('not judged: needs 10 main commits, 1 so far</summary>');
    const machine = { ...reports.setting('machine.cpu', 'a', 'b'), kind: 'machine' as const };
    expect(titled({ samples: 0, why: [machine] })).toContain('not judged: other hardware</summary>');
    expect(titled({ samples: 0, why: [] })).toContain('1 number, not judged</summary>');
  });

  it('gives a verdict to deciding rows alone', () => {
    const markdown = renderComment(reports.regressionReport(), CONTEXT);
    expect(markdown.match(/\*\*regression\*\* \|/g)).toHaveLength(1);
    expect(markdown).not.toContain('| regression |');
    expect(markdown).toContain('What decides is the **loadable size**; the other rows are detail.');
  });

  it('keeps the reason for code placement, even in a report of one line', () => {
    const markdown = renderComment(placementReport(), CONTEXT);
    expect(markdown).toMatch(/^<summary>✅ .*, 1 moved by code placement only<\/summary>$/m);
    expect(markdown).toContain('- `parse/small` run time: code placement: +2.4 % between single layouts');
  });

  it('folds all but a few failures', () => {
    const failed = Array.from({ length: 30 }, (_, index) => ({
      case: `bench ${index}`,
      message: 'ended with status 1',
      output: 'lines',
    }));
    const markdown = renderComment(
      reports.report(reports.part({ comparisons: reports.quietRows(), failed })),
      CONTEXT,
    );
    const open = markdown.slice(0, markdown.indexOf('<details>'));
    expect(open.match(/ended with status 1/g)).toHaveLength(5);
    expect(markdown).toContain('<summary>25 more failures, last lines of output</summary>');
    expect(markdown).toContain('**`bench 29`**');
  });

  it('judges a budget even without a baseline', () => {
    const row = reports.row('size rg', 'loadable-bytes', null, 5_000_000, {
      budget: 4_000_000,
      overBudget: true,
    });
    const part = reports.part({ base: null, baseIdentity: null, comparisons: [row] });
    const markdown = renderComment(reports.report(part), CONTEXT);
    expect(markdown).toContain(
      '### ❌ Release profile: `rg` loadable size is 4.77\u00a0MiB, over its budget of 3.81\u00a0MiB',
    );
  });

  it('names distance and source of the baseline', () => {
    const base = { sha: reports.BASE_SHA, distance: 2, source: 'cache' } as const;
    const markdown = renderComment(
      reports.report(reports.part({ base, comparisons: reports.quietRows() })),
      CONTEXT,
    );
    expect(markdown).toContain(', from the cache, 2 commits before the wanted base, which has no baseline |');
  });
});

describe('any report', () => {
  const text = fc.oneof(
    fc.constantFrom(...reports.HOSTILE),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 }),
  );

  it('is inert in every field and keeps its tables whole', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), (texts) => {
        const report = reports.hostileReport(texts);
        expect(reportSchema.safeParse(report).success).toBe(true);
        expectInert(withoutLinks(renderComment(report, CONTEXT)), MARKER);
        expectInert(withoutLinks(renderSummary(report, CONTEXT)), '');
      }),
      { numRuns: 60 },
    );
  });

  it('has the same shape whatever its names are', () => {
    const shape = (name: string) => rendered(renderComment(named(name), CONTEXT)).skeleton;
    const plain = shape('x');
    fc.assert(
      fc.property(
        text.filter((name) => name.trim() !== ''),
        (name) => {
          expect(shape(name)).toBe(plain);
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** A report with the same name in every field that takes one. */
function named(name: string): Report {
  const cause = reports.setting(name, name, name, name);
  const row = reports.row(`size ${name}`, 'loadable-bytes', 1_000_000, 1_100_000, {
    ...reports.REGRESSED,
    configuration: name,
    why: [cause],
  });
  const first = reports.part({
    configuration: name,
    headIdentity: { 'toolchain.rustc': name, 'profile.lto': name, target: name },
    changed: [{ field: name, before: name, after: name }],
    causes: [cause],
    comparisons: [row],
    added: [{ case: name, values: [{ case: name, metric: name, value: 1 }] }],
    removed: [{ case: name, values: [] }],
    failed: [
      { case: name, message: name, output: `first\n${name}\nlast` },
      { case: name, message: name, output: '' },
    ],
    warnings: [name],
  });
  return reports.report(first, reports.part({ configuration: name, headIdentity: { target: name } }));
}

/** Our own links and hashes are meant to be active. */
function withoutLinks(markdown: string): string {
  expectWhole(markdown);
  return markdown.replace(/\]\(https:\/\/github\.com\/example\/project\/[\w/]+\)/g, ']');
}
