import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { benchFilter } from '../../config/benches.ts';
import type { Bench, Config, Configuration } from '../../config/config.ts';
import { fillWords, programsOf } from '../../config/words.ts';
import { UserError } from '../../errors.ts';
import type { BenchCommand, BenchTime } from '../../measure/bench/case.ts';
import type { StoredBench, Value } from '../../measure/measurement.ts';
import type { ImportedTime } from './imported.ts';
import { numberCase } from './number-cases.ts';
import { Copies, fileOf, type SidedCase, type Sides, sided } from './sided-case.ts';
import { whyStartsOthers } from './started.ts';

export interface PairedUp {
  readonly cases: readonly SidedCase[];
  /** Names of cases that only one side has. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly failed: readonly { readonly case: string; readonly message: string }[];
}

const HARNESS_SECONDS = 300;

/**
 * Joins both sides' benchmarks by name, and adds the commands of the configuration and the other tools' `times`. `folder`:
 * absolute, for copies of programs.
 */
export async function pairUp(
  sides: Sides,
  config: Config,
  configuration: string,
  folder: string,
  times: readonly ImportedTime[] = [],
): Promise<PairedUp> {
  const base = new Map(sides.base.measurement.benches.map((bench) => [bench.case, bench]));
  const head = new Map(sides.head.measurement.benches.map((bench) => [bench.case, bench]));
  const copies = new Copies(sides, folder);
  const cases: SidedCase[] = [];
  const failed: { case: string; message: string }[] = [];
  const add = async (name: string, make: () => Promise<SidedCase>) => {
    try {
      cases.push(await make());
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failed.push({ case: name, message: error.message });
    }
  };
  const env = config.configurations.find(({ name }) => name === configuration)?.env ?? {};
  for (const [name, bench] of head) {
    const before = base.get(name);
    if (before !== undefined)
      await add(name, () => harnessCase({ base: before, head: bench }, sides, copies, env));
  }
  for (const bench of commandsOf(config, configuration)) {
    const name = `bench ${bench.name}`;
    if (head.has(name))
      failed.push({ case: name, message: 'a [[bench]] has the name of a benchmark; rename it' });
    else await add(name, () => commandCase(bench, sides, copies));
  }
  const imported = new Set(sides.base.measurement.values.filter(isImportedTime).map((value) => value.case));
  for (const time of times) {
    if (imported.has(time.case)) await add(time.case, () => numberCase(time, sides, copies));
  }
  return {
    cases,
    added: [...head.keys()].filter((name) => !base.has(name)),
    removed: [...base.keys()].filter((name) => !head.has(name)),
    failed,
  };
}

function isImportedTime({ metric }: Value): boolean {
  return metric === 'imported-time';
}

function commandsOf({ benches }: Config, configuration: string): readonly Bench[] {
  const wanted = benchFilter(benches);
  return benches.commands.filter(
    ({ name, configurations }) =>
      wanted(`bench ${name}`) && (configurations?.includes(configuration) ?? true),
  );
}

/** Run as it was asked for its benchmarks: with the configuration's `env`, and cargo's variable for the package's folder. */
async function harnessCase(
  stored: Readonly<Record<'base' | 'head', StoredBench>>,
  sides: Sides,
  copies: Copies,
  env: Configuration['env'],
): Promise<SidedCase> {
  const why = whyStartsOthers(stored, sides);
  if (why !== null) throw new UserError(why);
  const files = { base: [stored.base.file], head: [stored.head.file] };
  const place = await copies.placed(files);
  const homes = { base: join(copies.folder, 'home-base'), head: join(copies.folder, 'home-head') };
  await Promise.all(Object.values(homes).map((home) => mkdir(home, { recursive: true })));
  const withPrograms = (side: 'base' | 'head', [file = '']: readonly string[]): BenchCommand => {
    const { args, directory, home } = stored[side];
    const cwd = existing(join(sides[side].root, directory), sides[side].root);
    const own = Object.fromEntries(home.map((name) => [name, homes[side]]));
    return {
      ...{ file, args, cwd, timeoutSeconds: HARNESS_SECONDS },
      env: { ...env, CARGO_MANIFEST_DIR: cwd, ...own },
    };
  };
  const { case: name, metric, reads } = stored.head;
  const row = reads === null || reads.row === null ? {} : { row: reads.row };
  const counted = metric === 'instructions' ? { metric } : {};
  const time: BenchTime =
    reads === null ? { from: 'process' } : { from: 'stdout', format: reads.format, ...row, ...counted };
  return sided(name, 'primary', metric, time, files, withPrograms, place);
}

async function commandCase(bench: Bench, sides: Sides, copies: Copies): Promise<SidedCase> {
  const names = [...new Set([...programsOf(bench.run), ...programsOf(bench.prepare ?? [])])];
  const files = {
    base: names.map((name) => fileOf(name, sides.base.measurement, 'base')),
    head: names.map((name) => fileOf(name, sides.head.measurement, 'head')),
  };
  const place = await copies.placed(files);
  for (const side of [sides.base, sides.head]) {
    await insideCheckout(bench.cwd, side.root);
    if (bench.stdin !== null) await insideCheckout(bench.stdin, side.root);
  }
  const withPrograms = (side: 'base' | 'head', paths: readonly string[]): BenchCommand => {
    const pathOf = (program: string) => paths[names.indexOf(program)] ?? program;
    const [file = '', ...args] = fillWords(bench.run, pathOf);
    const [tool, ...rest] = fillWords(bench.prepare ?? [], pathOf);
    return {
      file,
      args,
      cwd: join(sides[side].root, bench.cwd),
      env: bench.env,
      ...(bench.stdin === null ? {} : { stdinFile: join(sides[side].root, bench.stdin) }),
      ...(tool === undefined ? {} : { prepare: { file: tool, args: rest } }),
      timeoutSeconds: bench.timeoutSeconds,
    };
  };
  const name = `bench ${bench.name}`;
  const time: BenchTime = { from: 'process' };
  const timed = sided(name, bench.category, 'wall-time', time, files, withPrograms, place);
  return { ...timed, countable: true };
}

/** A package's folder that moved is no reason to fail: most benchmarks read no files. */
function existing(path: string, root: string): string {
  return existsSync(path) ? path : root;
}

async function insideCheckout(path: string, root: string): Promise<void> {
  const real = await realpath(join(root, path)).catch(() => null);
  if (real === null)
    throw new UserError(`${path} is not in the commit; correct cwd or stdin of the [[bench]]`);
  if (relative(await realpath(root), real).split(sep)[0] === '..') {
    throw new UserError(`${path} is a link out of the repository; make it a file inside it`);
  }
}
