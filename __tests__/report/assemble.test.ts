import { describe, expect, it } from 'vitest';
import { assembleReport, type ReportRules } from '../../src/report/assemble.ts';
import { reportSchema } from '../../src/report/report.ts';
import { rule } from '../compare/fixtures.ts';
import * as reports from '../support/reports.ts';

const assemble = (...parts: ReturnType<typeof reports.part>[]) =>
  assembleReport({ job: 'check', head: reports.HEAD_SHA, parts, tare: '0.1.0' });

describe('assembling', () => {
  it('puts the first configuration at the top and the others beside it', () => {
    const report = assemble(
      reports.part({
        comparisons: reports.quietRows(),
        failed: [{ case: 'bench a', message: 'm', output: 'o' }],
      }),
      reports.part({
        configuration: 'musl',
        base: { sha: reports.BASE_SHA, distance: 3, source: 'rebuilt' },
        changed: [{ field: 'profile.lto', before: 'fat', after: null }],
        causes: [reports.setting('profile.lto', 'fat', null)],
        added: [{ case: 'size b', values: [{ case: 'size b', metric: 'file-bytes', value: 1 }] }],
        warnings: ['odd'],
      }),
    );
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      schema: 1,
      verdict: 'none',
      configuration: 'default',
      base: { distance: 0 },
      head: { sha: reports.HEAD_SHA },
      others: [
        {
          configuration: 'musl',
          base: { distance: 3, source: 'rebuilt' },
          identity: { changed: [{ configuration: 'musl', field: 'profile.lto' }] },
        },
      ],
      added: [{ configuration: 'musl', case: 'size b' }],
      failed: [{ configuration: 'default', case: 'bench a', message: 'm', output: 'o' }],
      causes: [{ configuration: 'musl', subject: 'profile.lto' }],
      warnings: ['odd'],
      tare: '0.1.0',
    });
  });

  it('takes the verdict over all configurations', () => {
    const worse = reports.row('size rg', 'loadable-bytes', 1, 2, {
      ...reports.REGRESSED,
      configuration: 'musl',
    });
    const better = reports.row('size rg', 'loadable-bytes', 2, 1, reports.IMPROVED);
    expect(assemble(reports.part({ comparisons: [worse] })).verdict).toBe('regression');
    expect(
      assemble(reports.part({ comparisons: [better] }), reports.part({ comparisons: [worse] })).verdict,
    ).toBe('mixed');
  });

  describe('rules that fit no case', () => {
    const rules = {
      cases: [rule('size nosuch'), rule('size musl')],
      compile: { enabled: true },
      benches: { enabled: true, filter: [], exclude: [], commands: [], numbers: [] },
    };
    const warnings = (given: ReportRules | undefined, ...parts: ReturnType<typeof reports.part>[]) =>
      assembleReport({
        job: 'check',
        head: reports.HEAD_SHA,
        parts,
        tare: '0.1.0',
        ...(given === undefined ? {} : { rules: given }),
      }).warnings;
    const here = reports.part({ cases: ['size rg'] });
    const musl = reports.part({ configuration: 'musl', cases: ['size musl'] });

    it('are warned of when they fit none of any configuration', () => {
      expect(warnings(rules, here, musl)).toEqual([expect.stringContaining('"size nosuch"')]);
      expect(warnings(rules, here)).toHaveLength(2);
    });

    it('are not known while a configuration is left out or does not build', () => {
      expect(warnings({ ...rules, partial: true }, here)).toEqual([]);
      expect(warnings(rules, here, reports.part({ configuration: 'musl' }))).toEqual([]);
      expect(warnings(undefined, here)).toEqual([]);
    });
  });

  it('is undecided rather than unchanged when something was not compared', () => {
    const quiet = reports.part({ comparisons: reports.quietRows() });
    expect(assemble(quiet).verdict).toBe('none');
    expect(assemble(quiet, reports.part({ base: null })).verdict).toBe('inconclusive');
    expect(assemble(reports.part({ base: null })).verdict).toBe('inconclusive');
  });

  it('says a repeated warning once and cuts what the schema would refuse', () => {
    const long = 'x'.repeat(10_000);
    const many = Array.from({ length: 3000 }, (_, index) => `${index}`);
    const report = assemble(
      reports.part({
        failed: [{ case: 'bench a', message: long, output: `${'y'.repeat(30_000)}end` }],
        warnings: ['same', 'same', long, ...many],
        causes: many.map((name) => reports.setting(name, null, null)),
        changed: many.map((field) => ({ field, before: null, after: null })),
      }),
    );
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    expect(report.warnings.slice(0, 3)).toEqual(['same', 'x'.repeat(4000), '0']);
    expect(report.failed[0]?.output.endsWith('end')).toBe(true);
  });

  it('needs a configuration', () => {
    expect(() => assemble()).toThrow('at least one');
  });
});
