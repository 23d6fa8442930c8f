import { describe, expect, it } from 'vitest';
import { judgeGate } from '../../src/compare/gate.ts';
import { renderAnnotations } from '../../src/report/annotations.ts';
import * as reports from '../support/reports.ts';

describe('annotations', () => {
  it('name the row, the numbers and the cause', () => {
    const report = reports.regressionReport();
    expect(renderAnnotations(report, judgeGate(report.comparisons, 'regression'))).toEqual([
      {
        level: 'error',
        title: 'Tare: regression',
        message:
          'rg grew by 112.4 KiB (+2.38 %). Why: profile.lto: fat → off (usually 10–25 % of size, 3–10 % of run time).',
      },
    ]);
  });

  it('name the budget', () => {
    const report = reports.budgetReport();
    expect(renderAnnotations(report, judgeGate(report.comparisons, 'budget'))).toEqual([
      {
        level: 'error',
        title: 'Tare: over budget',
        message: 'rg loadable size is 4.61 MiB, over its budget of 4.50 MiB.',
      },
    ]);
  });

  it('are none when no gate failed', () => {
    const report = reports.regressionReport();
    expect(renderAnnotations(report, judgeGate(report.comparisons, 'never'))).toEqual([]);
  });

  it('are ten at most, on one line each, whatever the names are', () => {
    const report = reports.hostileReport();
    const failures = judgeGate(report.comparisons, 'regression');
    expect(failures.length).toBeGreaterThan(10);
    const annotations = renderAnnotations(report, failures);
    expect(annotations).toHaveLength(10);
    expect(annotations.at(-1)?.message).toBe(
      `${failures.length - 9} more rows fail the gate; the job's summary lists them.`,
    );
    for (const { message, title } of annotations) {
      expect(message.length).toBeLessThanOrEqual(4096);
      expect(`${title}${message}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }
  });
});
