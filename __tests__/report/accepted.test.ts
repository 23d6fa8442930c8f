import { describe, expect, it } from 'vitest';
import { judgeGate } from '../../src/compare/gate.ts';
import type { Acceptance } from '../../src/measure/history-record.ts';
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
