import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../../src/compare/comparison.ts';
import { BuildError } from '../../../src/errors.ts';
import { check } from '../../../src/jobs/check.ts';
import type { JobPorts } from '../../../src/jobs/ports.ts';
import type { Usage } from '../../../src/process/command.ts';
import { type Report, reportSchema } from '../../../src/report/report.ts';
import type { FoundBaseline } from '../../../src/store/baseline.ts';
import { historyRow } from '../../../src/store/history.ts';
import type { OwnCrates } from '../../../src/toolchain/own-crates.ts';
import type { Build, BuildRequest, Toolchain } from '../../../src/toolchain/toolchain.ts';
import { type CompileWorld, compileWorld } from './world.ts';

const usage = (cpu: number, wall = 1): Usage => ({
  wallSeconds: wall,
  userSeconds: cpu,
  systemSeconds: 0,
  peakRssBytes: null,
  source: 'test',
});

interface Costs {
  /** CPU seconds of the n-th cold build of a side; the head's first is what the suspicion comes from. */
  readonly cold: (side: 'base' | 'head', build: number) => number;
  readonly wall?: number;
  /** CPU seconds of own crates; left out: the toolchain knows none. */
  readonly own?: (side: 'base' | 'head') => number;
}

/** A check whose toolchain costs what it is told, against a stored base of 100 s after twelve quiet commits. */
async function checked(costs: Costs, toml = '', change: 'code' | 'docs' = 'code'): Promise<Report> {
  const world = await compileWorld({
    base: { engine: 1, app: 1 },
    headFiles: change === 'code' ? { 'app/src/more.rs': '// More.\n' } : { 'NOTES.md': 'More.\n' },
    toml: `[benches]\nenabled = false\n${toml}`,
  });
  const ports: JobPorts = { ...world.ports, toolchains: [scripted(costs)], store: await storeOf(world) };
  return reportSchema.parse((await check(world.request, ports)).report);
}

function scripted({ cold, own, wall = 1 }: Costs): Toolchain {
  const builds = { base: 0, head: 0 };
  const sideOf = ({ directory }: BuildRequest) => (directory.includes('source') ? 'base' : 'head');
  const build = async (request: BuildRequest): Promise<Build> => {
    const side = sideOf(request);
    const cost = cold(side, builds[side]);
    builds[side] += 1;
    return {
      identity: { 'toolchain.rustc': '1.95.0' },
      packages: [],
      programs: [],
      usage: usage(cost, wall),
      counts: { units: 1, dependencies: 0, buildScripts: 0, procMacros: 0, duplicateCrates: 0 },
      warnings: [],
    };
  };
  const ownCrates = async (request: BuildRequest): Promise<OwnCrates> => ({
    toolchain: 'test',
    build: async () => {
      const cost = usage(own?.(sideOf(request)) ?? 0, 0.01);
      return { kind: 'built', usage: cost, crates: null, foreign: [], kept: [], dependencies: [] };
    },
    close: () => undefined,
  });
  return { name: 'cargo', detect: async () => true, build, ...(own === undefined ? {} : { ownCrates }) };
}

async function storeOf({ request, ports }: CompileWorld): Promise<JobPorts['store']> {
  const [commit = ''] = request.commits;
  const value = (cpu: number) => [{ case: 'compile workspace', metric: 'cpu-seconds', value: cpu }];
  const measurement: FoundBaseline['measurement'] = {
    schema: 1,
    tare: '0.0.0',
    commit,
    configuration: 'default',
    recorded: '2026-11-19T10:00:00Z',
    identity: { 'toolchain.rustc': '1.95.0', ...ports.machine, jobs: String(ports.jobs) },
    packages: [],
    values: value(100),
    programs: [],
    benches: [],
    layouts: [],
    attributions: [],
    warnings: [],
  };
  const rows = Array.from({ length: 12 }, (_, index) => ({
    ...historyRow(measurement),
    commit: String(index % 10).repeat(40),
    values: value(100 + (index % 2)),
  }));
  const history = [...rows, historyRow(measurement)];
  return {
    ...ports.store,
    find: async ({ into }) => {
      await mkdir(join(into, 'bin'), { recursive: true });
      await writeFile(join(into, 'measurement.json'), '{}');
      return { measurement, history, directory: into, distance: 0, source: 'directory' };
    },
  };
}

function rowsOf(report: Report): { cold: Comparison | undefined; own: Comparison | undefined } {
  const row = (metric: string) => report.comparisons.find((one) => one.metric === metric);
  return { cold: row('cpu-seconds'), own: row('own-cpu-seconds') };
}

const slower = (side: 'base' | 'head') => (side === 'base' ? 100 : 125);
const onceSlower = (side: 'base' | 'head', build: number) => (side === 'head' && build === 0 ? 125 : 100);

describe('a suspicious cold build on a pull request', () => {
  test('is confirmed by the own crates', async () => {
    const { cold, own } = rowsOf(await checked({ cold: slower, own: (side) => (side === 'base' ? 10 : 34) }));
    expect(own).toMatchObject({
      verdict: 'regression',
      before: expect.closeTo(10),
      after: expect.closeTo(34),
    });
    expect(cold).toMatchObject({ verdict: 'regression', relevant: true, before: 100, after: 125 });
    expect(cold?.why[0]?.note).toMatch(/confirmed: the own crates, compiled side by side, take \+24\.00 s$/);
  });

  test('is the machine when the own crates are the same', async () => {
    const report = await checked({ cold: onceSlower, own: () => 10 });
    const { cold, own } = rowsOf(report);
    expect(own).toMatchObject({ verdict: 'none', change: expect.closeTo(0) });
    expect(cold).toMatchObject({ verdict: 'none', relevant: false });
    expect(report.verdict).toBe('none');
  });

  test('is the machine when nothing that is compiled differs', async () => {
    const { cold, own } = rowsOf(await checked({ cold: onceSlower, own: () => 10 }, '', 'docs'));
    expect(own).toBeUndefined();
    expect(cold).toMatchObject({ verdict: 'none', relevant: false });
    expect(cold?.why[0]?.note).toMatch(/but nothing that is compiled differs: the machine did$/);
  });

  test('is confirmed by building both sides from nothing, where own crates cannot be built apart', async () => {
    const { cold, own } = rowsOf(await checked({ cold: slower }));
    expect(own).toBeUndefined();
    expect(cold).toMatchObject({ verdict: 'regression', relevant: true });
    expect(cold?.why[0]?.note).toMatch(/confirmed: 2 cold builds of each side in turn differ by \+25\.0 %$/);
  });

  test('is so confirmed where the own crates are small, which is no news by itself', async () => {
    const { cold, own } = rowsOf(await checked({ cold: slower, own: () => 0.1 }));
    expect(own).toBeUndefined();
    expect(cold).toMatchObject({ verdict: 'regression', relevant: true });
    const calm = rowsOf(await checked({ cold: () => 100, own: () => 0.1 }));
    expect(calm).toMatchObject({ own: undefined, cold: { verdict: 'none', why: [] } });
  });

  test('and is not when they are alike', async () => {
    const { cold } = rowsOf(await checked({ cold: onceSlower }));
    expect(cold).toMatchObject({ verdict: 'inconclusive', relevant: false });
    expect(cold?.why[0]?.note).toMatch(/not confirmed: 2 cold builds/);
  });

  test('stays a suspicion when the time does not allow it, and says so', async () => {
    const { cold } = rowsOf(await checked({ cold: slower, wall: 100 }, '[compile]\nminutes = 3\n'));
    expect(cold).toMatchObject({ verdict: 'inconclusive', relevant: true });
    expect(cold?.why.map(({ note }) => note)).toContainEqual(
      'no paired rebuild: it takes about 6.7 min, and 3 min of compile.minutes are left',
    );
  });

  test('stays one when the base does not build here', async () => {
    const fails = (side: 'base' | 'head') => {
      if (side === 'base') throw new BuildError('the project does not compile', 'error[E0308]');
      return 125;
    };
    const report = await checked({ cold: fails });
    expect(rowsOf(report).cold).toMatchObject({ verdict: 'inconclusive', relevant: true });
    expect(report.warnings).toContainEqual(
      'Compiling base and head side by side failed: the project does not compile',
    );
  });

  test('stays one when nothing may be built in turn', async () => {
    const { cold } = rowsOf(await checked({ cold: slower, own: () => 10 }, '[compile]\npaired = false\n'));
    expect(cold).toMatchObject({ verdict: 'inconclusive', relevant: true });
    expect(cold?.why[0]?.note).toMatch(/^suspicious: /);
  });
});
