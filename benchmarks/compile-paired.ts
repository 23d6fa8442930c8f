/**
 * Compile time of a pull request: own crates built in turn, against one cold build held against main's history.
 *
 *   node benchmarks/compile-paired.ts --project DIR --file PATH [--minutes 15] [--shares 5,10] [--json FILE] [--temporary DIR]
 *
 * DIR: a checkout of a Cargo workspace with its dependencies fetched; it is copied and not changed. PATH: a source file of one
 * of its own crates, relative to DIR. Functions are added to it until the own crates take --shares percent more CPU time; what
 * they really take more stands at the head of the table. Builds in turn, until the time is spent: the own crates of the
 * project, of an identical copy, and of each heavier one; and, for half as long, the project and the heaviest from nothing.
 *
 * Then both rules are asked 2,000 times about draws of what was measured, with replacement. Paired: five rounds, ten where those
 * decide nothing; of identical copies, either may be the head. Cold: twelve builds as main's history, one as the head's; a
 * history of other days would be wider than these builds of one session.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isSigned } from '../src/compare/comparison.ts';
import { judgeRounds, ROUNDS_RULE, roundsWanted } from '../src/compare/compile/rounds.ts';
import type { TimePair } from '../src/compare/fast-half.ts';
import { judgeHistorical } from '../src/compare/historical.ts';
import { randomBits, uniform } from '../src/compare/random.ts';
import { loadConfig, NO_OVERRIDES } from '../src/config/load.ts';
import { roundOrder } from '../src/measure/bench/schedule.ts';
import { cpuSeconds } from '../src/measure/compile/cpu.ts';
import type { Logger } from '../src/ports.ts';
import type { Usage } from '../src/process/command.ts';
import { createProcessRunner } from '../src/process/runner.ts';
import { createCargoToolchain } from '../src/toolchain/cargo/cargo.ts';
import type { OwnCrates } from '../src/toolchain/own-crates.ts';
import type { BuildRequest, Toolchain } from '../src/toolchain/toolchain.ts';

const { values } = parseArgs({
  options: {
    project: { type: 'string' },
    file: { type: 'string' },
    minutes: { type: 'string', default: '15' },
    shares: { type: 'string', default: '5,10' },
    json: { type: 'string' },
    temporary: { type: 'string', default: tmpdir() },
  },
});

/** CPU seconds by variant: the project, its copy, and the heavier ones in the order of the shares. */
interface Times {
  readonly own: number[][];
  readonly cold: number[][];
}

interface Variant {
  readonly directory: string;
  readonly own: OwnCrates;
}

const CALIBRATION_STEPS = 20;
const BUILD_SECONDS = 3600;
const DRAWS = 2000;
const HISTORY = 12;
/** Fewer cold builds than these are no history to draw from. */
const LEAST_COLD = 4;

const { project, file } = values;
if (project === undefined || file === undefined) throw new Error('--project and --file are needed');
const shares = values.shares.split(',').map((share) => Number(share) / 100);
const folder = await mkdtemp(join(values.temporary, 'tare-compile-paired-'));
const runner = createProcessRunner({
  environment: process.env,
  platform: process.platform,
  temporary: folder,
});
const say = (message: string) => console.error(message);
const logger: Logger = {
  group: (title, work) => {
    say(title);
    return work();
  },
  info: say,
  warning: say,
  debug: () => undefined,
  progress: () => undefined,
};
const toolchain = createCargoToolchain({ runner, logger, environment: process.env });
try {
  const times = await measure(resolve(project), file, Number(values.minutes) * 60);
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ shares, ...times }));
  show(times);
} finally {
  await runner.close();
  await rm(folder, { recursive: true, force: true });
}

async function measure(source: string, seeded: string, seconds: number): Promise<Times> {
  const begun = performance.now();
  const left = () => seconds - (performance.now() - begun) / 1000;
  const same = await copied(source, 'plain');
  const finished = await request(same, 'finished');
  await toolchain.build(finished);
  const plain = await variant(same, 'own-0', finished.scratch);
  const steps = await calibrated(source, seeded, plain, finished.scratch);
  const variants = [plain, await variant(await copied(source, 'copy'), 'own-1', finished.scratch)];
  for (const [index, count] of steps.entries()) {
    const heavier = await seededCopy(source, seeded, `heavier-${index}`, count);
    variants.push(await variant(heavier, `own-${index + 2}`, finished.scratch));
  }
  for (const { own } of variants) await ownSeconds(own);
  const times: Times = { own: variants.map(() => []), cold: variants.map(() => []) };
  const spent = { own: 0, cold: 0 };
  for (let cycle = 0; left() > 0; cycle += 1) {
    const kind = spent.own <= 2 * spent.cold ? 'own' : 'cold';
    const start = performance.now();
    const indexes = kind === 'own' ? [...variants.keys()] : [0, variants.length - 1];
    for (const place of roundOrder('compile-paired', kind, times[kind][0]?.length ?? 0, indexes.length)) {
      const index = indexes[place] ?? 0;
      const one = variants[index];
      if (one === undefined) continue;
      times[kind][index]?.push(kind === 'own' ? await ownSeconds(one.own) : await coldSeconds(one.directory));
    }
    spent[kind] += performance.now() - start;
    say(
      `cycle ${cycle + 1} (${kind}), ${(left() / 60).toFixed(1)} minutes left, load ${loadavg()[0]?.toFixed(1)}`,
    );
  }
  for (const { own } of variants) own.close();
  return times;
}

/** How many functions make the own crates heavier by each share. */
async function calibrated(
  source: string,
  seeded: string,
  plain: Variant,
  finished: string,
): Promise<number[]> {
  const trial = await variant(
    await seededCopy(source, seeded, 'trial', CALIBRATION_STEPS),
    'own-t',
    finished,
  );
  for (const { own } of [plain, trial]) await ownSeconds(own);
  const [before, after] = [await ownSeconds(plain.own), await ownSeconds(trial.own)];
  trial.own.close();
  const each = (after - before) / CALIBRATION_STEPS;
  const steps = shares.map((share) => Math.max(1, Math.round((share * before) / Math.max(each, 0.001))));
  say(
    `own crates: ${before.toFixed(2)} s, each function ${(each * 1000).toFixed(0)} ms: ${steps.join(', ')} functions`,
  );
  return steps;
}

async function variant(directory: string, scratch: string, finished: string): Promise<Variant> {
  const own = await (toolchain as Required<Toolchain>).ownCrates(await request(directory, scratch), finished);
  return { directory, own };
}

async function request(directory: string, name: string): Promise<BuildRequest> {
  const scratch = join(folder, name);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch);
  const config = await loadConfig({
    ...{ root: directory, directory, file: null, overrides: NO_OVERRIDES },
    readFile: async () => null,
  });
  const [configuration] = config.configurations;
  if (configuration === undefined) throw new Error('no configuration');
  return { directory, configuration, scratch, jobs: 2 };
}

async function ownSeconds(own: OwnCrates): Promise<number> {
  const build = await own.build(BUILD_SECONDS);
  if (build.kind === 'late') throw new Error('the own crates take longer than an hour');
  return told(build.usage);
}

async function coldSeconds(directory: string): Promise<number> {
  const { usage } = await toolchain.build(await request(directory, 'cold'));
  return told(usage);
}

function told(usage: Usage | null): number {
  const seconds = usage === null ? null : cpuSeconds(usage);
  if (seconds === null) throw new Error('no CPU time');
  return seconds;
}

/** Names of equal length, so that no path is longer than another. */
async function copied(source: string, name: string): Promise<string> {
  const target = join(folder, name.padEnd(9, '-'));
  const skipped = new Set(['target', '.git']);
  await cp(source, target, { recursive: true, filter: (path) => !skipped.has(basename(path)) });
  return target;
}

/** `count` sorts by closures, each of which is a generic compiled anew, and kept by a static that nobody may remove. */
async function seededCopy(source: string, seeded: string, name: string, count: number): Promise<string> {
  const target = await copied(source, name);
  const key = (of: string, index: number) => `(${of}.wrapping_mul(${2 * index + 3}) ^ x)`;
  const steps = Array.from({ length: count }, (_, index) => {
    const order = `v.sort_by(|a, b| ${key('a', index)}.cmp(&${key('b', index)}))`;
    return `#[inline(never)] fn tare_step_${index}(v: &mut Vec<u64>, x: u64) { ${order}; }`;
  });
  const calls = steps.map((_, index) => `tare_step_${index}(v, x);`);
  const all = `fn tare_steps(v: &mut Vec<u64>, x: u64) { ${calls.join(' ')} }`;
  const kept = '#[used] static TARE_STEPS: fn(&mut Vec<u64>, u64) = tare_steps;';
  const path = join(target, seeded);
  await writeFile(path, `${await readFile(path, 'utf8')}\n${[...steps, all, kept].join('\n')}\n`);
  return target;
}

function show({ own, cold }: Times): void {
  const [base = [], identical = [], ...heavier] = own;
  const same = [...pairsOf(base, identical), ...pairsOf(identical, base)];
  const pools = [same, ...heavier.map((times) => pairsOf(base, times))];
  const titles = pools.map((pairs, index) => {
    if (index === 0) return 'identical';
    return `heavier by ${((shares[index - 1] ?? 0) * 100).toFixed(0)} %, measured ${percent(judgeRounds(pairs).change)}`;
  });
  const [coldBase = []] = cold;
  const colds = pools.map((_, index) => coldRate(coldBase, (index === 0 ? coldBase : cold[index + 1]) ?? []));
  const paired = pools.map(pairedRate);
  const seconds = 2 * mean(paired.map(({ rounds }) => rounds)) * mean(base);
  console.log(`| rule | ${titles.join(' | ')} | CPU seconds of a judgement |`);
  console.log(`|---|${titles.map(() => '---:|').join('')}---:|`);
  console.log(
    row(
      `own crates in turn (${base.length} rounds made): flagged`,
      paired.map(({ flagged }) => flagged),
      seconds,
    ),
  );
  console.log(
    row(
      'the same: undecided',
      paired.map(({ open }) => open),
      seconds,
    ),
  );
  console.log(
    row(`one cold build (${coldBase.length} made) against history: suspicious`, colds, mean(coldBase)),
  );
}

function row(title: string, rates: readonly number[], seconds: number): string {
  return `| ${title} | ${rates.map((rate) => (Number.isNaN(rate) ? '–' : `${(rate * 100).toFixed(1)} %`)).join(' | ')} | ${Number.isNaN(seconds) ? '–' : seconds.toFixed(0)} |`;
}

/** Tare's own looks at rounds drawn from those that were made; NaN where there are fewer than one look takes. */
function pairedRate(pairs: readonly TimePair[]): { flagged: number; open: number; rounds: number } {
  const { least, most } = ROUNDS_RULE.rounds;
  if (pairs.length < least) return { flagged: Number.NaN, open: Number.NaN, rounds: Number.NaN };
  const draw = drawer('paired');
  const looks = Array.from({ length: DRAWS }, () => {
    const rounds = Array.from({ length: most }, () => draw(pairs));
    const first = rounds.slice(0, least);
    const looked = roundsWanted(first) === 0 ? first : rounds;
    return { verdict: judgeRounds(looked).verdict, count: looked.length };
  });
  const share = (is: (verdict: string) => boolean) =>
    looks.filter(({ verdict }) => is(verdict)).length / DRAWS;
  const rounds = mean(looks.map(({ count }) => count));
  return { flagged: share(isSigned), open: share((verdict) => verdict === 'inconclusive'), rounds };
}

/** Draws with replacement; equal seeds draw alike. */
function drawer(seed: string): <T>(from: readonly T[]) => T {
  const bits = randomBits(seed);
  return (from) => {
    const drawn = from[Math.floor(uniform(bits) * from.length)];
    if (drawn === undefined) throw new Error('nothing to draw from');
    return drawn;
  };
}

/** How often the rule of the historical tier calls a build suspicious; NaN where too few were made. */
function coldRate(base: readonly number[], head: readonly number[]): number {
  if (base.length < LEAST_COLD || head.length < LEAST_COLD) return Number.NaN;
  const draw = drawer('cold');
  const suspicious = Array.from({ length: DRAWS }, () => {
    const earlier = Array.from({ length: HISTORY }, () => draw(base));
    const limits = { floor: 0, change: 0.05 };
    const before = earlier.at(-1) ?? 0;
    return judgeHistorical({ before, after: draw(head), differing: [], earlier, limits }).relevant;
  });
  return suspicious.filter(Boolean).length / DRAWS;
}

function pairsOf(base: readonly number[], head: readonly number[]): TimePair[] {
  return base.flatMap((time, index) => {
    const other = head[index];
    return other === undefined ? [] : [[time, other] as const];
  });
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / Math.max(1, numbers.length);
}

function percent(change: number): string {
  return `${change < 0 ? '−' : '+'}${Math.abs(change * 100).toFixed(1)} %`;
}
