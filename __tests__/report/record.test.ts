import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../src/report/summary.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import * as reports from '../support/reports.ts';

const LINKS = { headSha: reports.HEAD_SHA };
const titleOf = (report: Parameters<typeof renderSummary>[0]) =>
  renderSummary(report, LINKS).split('\n', 1)[0];
const terminal = (report: Parameters<typeof renderTerminal>[0]) =>
  renderTerminal(report, { width: 120, color: false });

describe('the report of record', () => {
  it('names the baseline that later commits are compared with', () => {
    expect(titleOf(reports.recordedReport())).toBe(
      '### ⚖️ Baseline recorded: `rg` 4.61\u00a0MiB, compile CPU time 61.2\u00a0s',
    );
    const text = terminal(reports.recordedReport());
    expect(text).toMatch(/^· Baseline recorded: rg 4\.61 MiB, compile CPU time 61\.2 s\n/);
    expect(text).toContain('What to do: No action needed. Later commits are compared with this one.');
    expect(text).toContain('\nMeasured\n  size rg:');
    expect(text).not.toContain('Added');
  });

  it('sets the change beside it since the baseline before', () => {
    const text = terminal(reports.recordedRegressionReport());
    expect(text).toMatch(/^✗ Baseline recorded; since a1b2c3d4e5: rg grew by 112\.4 KiB \(\+2\.38 %\)\n/);
    expect(text).toContain('Set profile.lto back to fat, if it was not meant. Later commits');
    const quiet = reports.recordReport(reports.part({ comparisons: reports.quietRows(), recorded: 'now' }));
    expect(terminal(quiet)).toMatch(/^✓ Baseline recorded; no change since a1b2c3d4e5\n/);
    expect(renderSummary(quiet, LINKS)).toContain(
      '✅ <b>Baseline recorded; no change since <code>a1b2c3d4e5</code></b>: <code>rg</code>',
    );
  });

  it('says that none was recorded, and why in the open', () => {
    expect(titleOf(reports.unrecordedReport())).toMatch(/^### ⚠️ No baseline was recorded: `rg`/);
    const summary = renderSummary(reports.unrecordedReport(), LINKS);
    expect(summary).toContain('with none; the warning below says why.');
    expect(summary).toContain('**Warnings**\n\n- No baseline was stored: the cache service answered 503');
  });

  it('says so when it was there already', () => {
    const again = reports.recordReport(
      reports.part({ comparisons: reports.quietRows(), recorded: 'earlier' }),
    );
    expect(terminal(again)).toMatch(/^✓ Baseline recorded earlier; no change since a1b2c3d4e5\n/);
  });

  it('takes one refused configuration for none recorded', () => {
    const parts = [reports.part({ comparisons: reports.quietRows(), recorded: 'now' })];
    const musl = reports.part({ configuration: 'musl', base: null, baseIdentity: null, recorded: 'no' });
    expect(titleOf(reports.recordReport(...parts, musl))).toMatch(/^### ⚠️ No baseline was recorded/);
  });

  it('is about the build when that failed', () => {
    const failed = [{ case: 'compile workspace', message: 'cargo build ended with status 101', output: 'x' }];
    const report = reports.recordReport(
      reports.part({ base: null, baseIdentity: null, headIdentity: {}, failed }),
    );
    expect(titleOf(report)).toBe('### ❌ Release profile: the build failed');
  });
});
