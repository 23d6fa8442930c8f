import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BuildError } from '../../../src/errors.ts';
import { check } from '../../../src/jobs/check.ts';
import type { JobPorts } from '../../../src/jobs/ports.ts';
import { type Report, reportSchema } from '../../../src/report/report.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import type { OwnCrates } from '../../../src/toolchain/own-crates.ts';
import { git } from '../../support/git.ts';
import { type CompileWorld, compileWorld } from './world.ts';

const NO_BENCHES = '[benches]\nenabled = false\n';
/** Takes about two seconds to compile, nearly half of it in each crate. */
const HEAVY = { engine: 10, app: 6 };
const hasCrates = process.platform !== 'win32';

async function reportOf(world: CompileWorld, ports: JobPorts = world.ports): Promise<Report> {
  const { report } = await check(world.request, ports);
  return reportSchema.parse(report);
}

const rowOf = (report: Report, metric: string) =>
  report.comparisons.find((row) => row.case === 'compile workspace' && row.metric === metric);

/** The world with other own crates in its toolchain. */
function withOwn(world: CompileWorld, ownCrates: () => Promise<OwnCrates>): JobPorts {
  return { ...world.ports, toolchains: world.ports.toolchains.map((one) => ({ ...one, ownCrates })) };
}

async function expectTidy(world: CompileWorld): Promise<void> {
  expect(await readdir(world.ports.temporary)).toEqual([]);
  expect(await readdir(join(world.request.root, '.git', 'worktrees')).catch(() => [])).toEqual([]);
  expect(await git(world.request.root, 'status', '--porcelain', '--ignored')).toBe('');
}

describe('compile time on a pull request', { timeout: 900_000 }, () => {
  test('a crate that became slower is found and named', async () => {
    const toml = `${NO_BENCHES}[compile]\nminutes = 15\n`;
    const world = await compileWorld({ base: HEAVY, head: { engine: 10, app: 40 }, toml });
    const report = await reportOf(world);
    const row = rowOf(report, 'own-cpu-seconds');
    expect(row).toMatchObject({ verdict: 'regression', relevant: true, headline: true, tier: 'paired' });
    expect(row?.samples).toBeGreaterThanOrEqual(5);
    expect(report.verdict).toBe('regression');
    if (hasCrates) {
      expect(row?.why[0]).toMatchObject({ kind: 'crate', subject: 'app' });
      expect(report.crates.map(({ name }) => name)).toEqual(['app', 'engine', null]);
      const sum = (side: 'before' | 'after') =>
        report.crates.reduce((total, crate) => total + (crate[side] ?? 0), 0);
      expect(sum('before') / (row?.before ?? 0)).toBeCloseTo(1, 1);
      expect(sum('after') / (row?.after ?? 0)).toBeCloseTo(1, 1);
      const summary = renderSummary(report, { headSha: report.head.sha });
      expect(summary).toContain('Compile CPU time of 2 own crates');
    }
    await expectTidy(world);
  });

  test('a change that costs the compiler nothing is not called one', { retry: 1 }, async () => {
    const world = await compileWorld({
      base: HEAVY,
      headFiles: { 'app/src/notes.txt': 'Nobody reads this.\n' },
      toml: `${NO_BENCHES}[compile]\nminutes = 15\n`,
    });
    const row = rowOf(await reportOf(world), 'own-cpu-seconds');
    expect(['none', 'inconclusive']).toContain(row?.verdict);
    expect(row?.relevant).toBe(false);
  });

  test('dependencies that differ are said, and nothing is built in turn', async () => {
    const world = await compileWorld({ base: HEAVY, head: { ...HEAVY, leaf: '1.0.1' }, toml: NO_BENCHES });
    const report = await reportOf(world);
    expect(rowOf(report, 'own-cpu-seconds')).toBeUndefined();
    expect(report.crates).toEqual([]);
    expect(rowOf(report, 'cpu-seconds')?.why.map(({ note }) => note)).toContain(
      'the own crates were not compiled side by side: the dependencies differ (leaf 1.0.0 → 1.0.1)',
    );
    expect(world.logger.lines.filter((line) => line.includes('in turn'))).toEqual([]);
  });

  test('a time that is too short is said, and may be switched off', async () => {
    const toml = `${NO_BENCHES}[compile]\nminutes = 0.01\n`;
    const world = await compileWorld({ base: HEAVY, head: { engine: 10, app: 7 }, toml });
    const report = await reportOf(world);
    expect(rowOf(report, 'own-cpu-seconds')).toBeUndefined();
    expect(rowOf(report, 'cpu-seconds')?.why.at(-1)?.note).toMatch(
      /^the own crates were not compiled side by side: that takes about .* min, and compile\.minutes allows 0\.01 min$/,
    );
    await expectTidy(world);
    const { config } = world.request;
    const request = {
      ...world.request,
      config: { ...config, compile: { ...config.compile, paired: false } },
    };
    const { report: without } = await check(request, world.ports);
    expect(rowOf(without, 'cpu-seconds')?.why.at(-1)?.note).toMatch(/^not enough history/);
  });

  test('a base that does not build here leaves the rest of the report', async () => {
    const world = await compileWorld({ base: HEAVY, head: { engine: 10, app: 7 }, toml: NO_BENCHES });
    let closed = 0;
    const fails = async (): Promise<OwnCrates> => ({
      toolchain: 'cargo',
      build: async () => {
        throw new BuildError('the project does not compile', 'error[E0308]');
      },
      close: () => {
        closed += 1;
      },
    });
    const report = await reportOf(world, withOwn(world, fails));
    expect(report.warnings).toEqual([
      'Compiling base and head side by side failed: the project does not compile',
    ]);
    expect(rowOf(report, 'cpu-seconds')?.why.at(-1)?.note).toBe(
      'the own crates were not compiled side by side: the project does not compile',
    );
    expect(report.failed).toEqual([]);
    expect(closed).toBe(2);
    await expectTidy(world);
  });

  test('a run that is cancelled meanwhile leaves nothing behind', async () => {
    const world = await compileWorld({ base: HEAVY, head: { engine: 10, app: 7 }, toml: NO_BENCHES });
    const [real] = world.ports.toolchains;
    let builds = 0;
    const ownCrates: NonNullable<typeof real>['ownCrates'] = async (request, finished) => {
      const own = await real?.ownCrates?.(request, finished);
      if (own === undefined) throw new Error('no own crates');
      const build = (seconds: number) => {
        builds += 1;
        if (builds === 3) setTimeout(() => void world.runner.close(), 300);
        return own.build(seconds);
      };
      return { toolchain: own.toolchain, build, close: () => own.close() };
    };
    const toolchains = world.ports.toolchains.map((one) => ({ ...one, ownCrates }));
    await expect(check(world.request, { ...world.ports, toolchains })).rejects.toThrow();
    expect(builds).toBe(3);
    expect(await readdir(world.ports.temporary)).toEqual([]);
    expect(await git(world.request.root, 'status', '--porcelain', '--ignored')).toBe('');
  });
});
