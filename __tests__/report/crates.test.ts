import { expect, test } from 'vitest';
import type { Cause } from '../../src/compare/comparison.ts';
import { reportSchema } from '../../src/report/report.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import * as reports from '../support/reports.ts';

const crate = (subject: string, before: string | null, after: string, amount: number): Cause => ({
  ...{ kind: 'crate', subject, before, after, amount, note: '' },
});

const CRATES = [
  { name: 'parse', before: 0.78, after: 4.09 },
  { name: 'new|`crate', before: null, after: 0.5 },
  { name: 'old', before: 0.2, after: null },
  { name: null, before: 0.03, after: 0.03 },
];

const ROWS = [
  reports.row('compile workspace', 'cpu-seconds', 10, 10.1, reports.UNJUDGED),
  reports.row('compile workspace', 'own-cpu-seconds', 1.01, 4.62, {
    ...reports.REGRESSED,
    samples: 5,
    ci: [3.2, 3.9],
    threshold: 0.03,
    why: [crate('parse', '0.78 s', '4.09 s', 3.31), crate('new|`crate', null, '0.50 s', 0.5)],
  }),
];

test('own crates that became slower are the first thing that is said, and all of them a table', () => {
  const report = reports.report(reports.part({ comparisons: ROWS, crates: CRATES }));
  expect(reportSchema.parse(report)).toEqual(report);
  const summary = renderSummary(report, { headSha: report.head.sha }).replaceAll('\u00a0', ' ');
  expect(summary.split('\n').slice(0, 3)).toEqual([
    "### ❌ Release profile: compile CPU time of the workspace's own crates grew by 3.61 s (+357 %)",
    '',
    expect.stringMatching(/^\*\*Likely cause:\*\* `parse` \+3\.31 s; ``new\|`crate`` \+500 ms\.<br>/),
  ]);
  const [, fold = ''] = /<summary>Compile CPU time[\s\S]*?\n\n([\s\S]*?)\n\n<\/details>/.exec(summary) ?? [];
  expect(fold).toBe(`| Crate | Before | After | Change |  |
| :--- | ---: | ---: | ---: | ---: |
| \`parse\` | 780 ms | 4.09 s | +3.31 s | +424 % |
| \`\`new\\|\`crate\`\` | – | 500 ms | new |  |
| \`old\` | 200 ms | – | gone |  |
| *build scripts and the build tool* | 30.0 ms | 30.0 ms | 0 s | 0 % |`);
  expect(summary).toContain('<summary>Compile CPU time of 3 own crates</summary>');
  expect(renderTerminal(report, { width: 100, color: false })).toContain('Why: parse +3.31 s');
});

test('without own crates there is no table', () => {
  const summary = renderSummary(reports.regressionReport(), { headSha: reports.HEAD_SHA });
  expect(summary).not.toContain('own crate');
});

test('of several configurations each crate says whose it is', () => {
  const report = reports.report(
    reports.part({ comparisons: ROWS, crates: CRATES }),
    reports.part({ configuration: 'full', crates: CRATES.slice(0, 1) }),
  );
  expect(report.crates.map(({ configuration }) => configuration)).toEqual([
    'default',
    'default',
    'default',
    'default',
    'full',
  ]);
  const summary = renderSummary(report, { headSha: report.head.sha });
  expect(summary).toMatch(/^\| `parse`[^|]*full[^|]* \| 780/m);
});
