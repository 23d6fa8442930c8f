import { describe, expect, it } from 'vitest';
import { accepts, judgeGate } from '../../src/compare/gate.ts';
import { readTrailers } from '../../src/jobs/history/trailers.ts';
import type { Acceptance } from '../../src/measure/history-record.ts';
import { acceptLine } from '../../src/report/accepted.ts';
import { assembleReport } from '../../src/report/assemble.ts';
import { renderComment } from '../../src/report/comment.ts';
import { type Report, reportSchema } from '../../src/report/report.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { HEAD_SHA, MERGE_SHA, part, REGRESSED, row } from '../support/reports.ts';

const rows = [
  row('size rg', 'loadable-bytes', 1_000_000, 1_100_000, REGRESSED),
  row('bench sort/10k', 'wall-time', 0.01, 0.012, { ...REGRESSED, tier: 'paired' }),
];

function reportWith(...accepted: readonly Partial<Acceptance>[]): Report {
  const whole = accepted.map(
    (one): Acceptance => ({ case: '*', reason: 'why not', by: 'ada', via: 'trailer', ...one }),
  );
  const parts = [part({ comparisons: rows })];
  return reportSchema.parse(
    assembleReport({ job: 'check', head: MERGE_SHA, parts, tare: '0.1.0', accepted: whole }),
  );
}

const comment = (report: Report) =>
  renderComment(report, { marker: '<!-- m -->', maxLength: 60_000, headSha: HEAD_SHA });

describe('an accepted case', () => {
  it.each([
    [[], ['size rg', 'bench sort/10k']],
    [['size rg'], ['bench sort/10k']],
    [['bench *'], ['size rg']],
    [['bench *', 'size *'], []],
    [['*'], []],
    [['size r'], ['size rg', 'bench sort/10k']],
  ])('fails no gate: %j leaves %j', (names, left) => {
    const accepted = names.map((name) => ({ case: name }));
    const failures = judgeGate(rows, 'regression', accepted);
    expect(failures.map(({ comparison }) => comparison.case)).toEqual(left);
  });

  it('fails no budget either', () => {
    const over = [row('size rg', 'loadable-bytes', 1, 2, { budget: 1, overBudget: true })];
    expect(judgeGate(over, 'budget')).toHaveLength(1);
    expect(judgeGate(over, 'budget', [{ case: 'size rg' }])).toEqual([]);
  });

  it('is told with who and why, and stays a regression', () => {
    const report = reportWith({ case: 'bench *', by: 'ada', reason: 'the table pays for itself' });
    expect(report.verdict).toBe('regression');
    expect(comment(report)).toContain(
      '**Accepted:** `sort/10k` accepted by `ada` (in a commit message): the table pays for itself',
    );
    expect(renderTerminal(report, { width: 200, color: false })).toContain(
      'Accepted: sort/10k accepted by ada (in a commit message): the table pays for itself',
    );
  });

  it('asks for nothing once every case of the verdict is accepted', () => {
    const all = reportWith({ by: 'ada', case: 'size *' }, { by: 'bob', case: 'bench *' });
    expect(comment(all)).toContain('**What to do:** No action needed: accepted by `ada`, `bob`.<br>');
    expect(comment(all)).not.toContain('Tare-Accept');
    const crowd = reportWith(...['a', 'b', 'c', 'd', 'a'].map((by) => ({ by })));
    expect(comment(crowd)).toContain('accepted by `a`, `b`, `c` and 1 more.<br>');
    expect(comment({ ...all, job: 'record' })).toContain('No action needed: accepted by `ada`, `bob`.');
  });

  it('leaves the advice to the cases that nobody accepted', () => {
    expect(comment(reportWith({ case: 'size rg' }))).toContain(
      'Fix it, or accept it: `Tare-Accept: bench sort/10k REASON` in a commit message.',
    );
    expect(comment(reportWith({ case: 'bench *' }))).toContain('`Tare-Accept: size rg REASON`');
    expect(comment(reportWith())).toContain('accept each case: `Tare-Accept: ');
    expect(comment(reportWith({ case: 'size other' }))).not.toContain('No action needed');
  });

  it('asks for nothing about a budget that is accepted, and for the other budget alone', () => {
    const over = ['size rg', 'size fd'].map((name) =>
      row(name, 'loadable-bytes', 1_000_000, 1_100_000, { budget: 1, overBudget: true }),
    );
    const budgets = (...names: string[]) => ({
      ...reportWith(...names.map((name) => ({ case: name }))),
      comparisons: over,
    });
    expect(comment(budgets('size rg', 'size fd'))).toContain('No action needed: accepted by `ada`.');
    expect(comment(budgets('size rg'))).toContain('Bring `fd` loadable size back under its budget');
  });

  it('is told with the way that it was said', () => {
    const text = comment(reportWith({ via: 'label' }, { via: 'command' }));
    expect(text).toContain('(by a label)');
    expect(text).toContain('(in a comment)');
  });

  it('that fits no regression is not told', () => {
    expect(comment(reportWith({ case: 'size other' }))).not.toContain('Accepted');
  });

  it('told by hostile text stays text', () => {
    const hostile = '@everyone <img src=x> `` | <!-- x --> [a](https://evil.test) ‮#1';
    const text = comment(reportWith({ by: hostile, reason: hostile }));
    const line = text.split('<br>').find((each) => each.startsWith('**Accepted:**')) ?? '';
    expect(line).not.toBe('');
    expect(line.replace(/(`+).*?\1/g, '')).not.toMatch(/@everyone|<img|<!--|\]\(|\u202e|#1/);
  });
});

describe('the line that accepts a case', () => {
  it.each([
    ['size rg', 'size rg'],
    ['bench start of many', '"bench start of many"'],
    ['bench say "hi"', '"bench say *hi*"'],
    [`bench ${'x'.repeat(300)}`, `bench ${'x'.repeat(74)}*`],
  ])('of %j is read back as fitting it', (name, written) => {
    const line = acceptLine(name);
    expect(line).toBe(`Tare-Accept: ${written} REASON`);
    const { accepted } = readTrailers([{ message: `Sort\n\n${line}`, author: 'ada' }]);
    expect(accepted.map((each) => [accepts(each, name), each.reason])).toEqual([[true, 'REASON']]);
  });
});
