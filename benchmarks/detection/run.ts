/**
 * False alarms and detections of Tare's run-time judgement and of others' rules, on programs whose truth is known.
 *
 *   node benchmarks/detection/run.ts [--minutes 20] [--kernels sort,btree] [--seed 1] [--json FILE] [--temporary DIR]
 *
 * Linux, Node 24, a Rust toolchain; valgrind for the instruction counts. Builds kernels/ unchanged, slowed down by 1 to 10 %, linked
 * with shuffled sections and with other version numbers; runs them through `runBenches` and `judgeReport`, as a job does; asks the
 * others' rules (peers.ts) about the same times; prints Markdown. Below five minutes it is a trial of itself: few builds.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULTS } from '../../src/config/defaults.ts';
import { changesFromGit } from '../../src/jobs/history/changes.ts';
import type { JobPorts } from '../../src/jobs/ports.ts';
import { openWorkplace } from '../../src/jobs/workplace.ts';
import { createPriority } from '../../src/measure/bench/priority.ts';
import { createGit } from '../../src/process/git.ts';
import { readMachine } from '../../src/process/machine.ts';
import { createProcessRunner } from '../../src/process/runner.ts';
import { closeOnSignal } from '../../src/process/signals.ts';
import { createDirectoryStore } from '../../src/store/directory.ts';
import { createTerminalLogger } from '../../src/terminal/logger.ts';
import { createCargoToolchain } from '../../src/toolchain/cargo/cargo.ts';
import { buildCases } from './cases.ts';
import { instructionRatios } from './instructions.ts';
import { KERNELS, SIZES } from './kernels.ts';
import { PEERS } from './peers.ts';
import { type Round, runRound } from './round.ts';
import { judgeRules, type Rules } from './rules.ts';
import { type Case, prepareJob } from './sides.ts';
import { layoutPeers, layoutTable, ruleTable, sizeTable, targetTable } from './tables.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    kernels: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    temporary: { type: 'string', default: tmpdir() },
  },
});

const begun = performance.now();
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error('--minutes: a positive number');
const small = minutes < 5;
const kernels = values.kernels?.split(',') ?? (small ? ['sort', 'parse'] : KERNELS.map(({ name }) => name));
for (const kernel of kernels) {
  if (!KERNELS.some(({ name }) => name === kernel)) throw new Error(`--kernels: there is no ${kernel}`);
}
/** Copies of the unchanged case in a round, shuffled links and version bumps of a kernel. */
const COUNTS = small ? { same: 2, shuffled: 1, versions: 1 } : { same: 3, shuffled: 3, versions: 3 };
/** Of the time after the builds: for the seeded rounds, the rest for layout-only changes. */
const SEEDED = 0.8;
const ALWAYS: readonly number[] = [0, 0.02, 0.05];
const DRAWS = small ? 30 : 100;
/** A round is begun when so many times the slowest one before fits. */
const SLACK = 1.05;
/** Seconds for resampling and printing. */
const RESERVE = small ? 10 : 75;
await mkdir(values.temporary, { recursive: true });
const folder = await mkdtemp(join(values.temporary, 'tare-detection-'));
const runner = createProcessRunner({
  environment: process.env,
  platform: process.platform,
  temporary: folder,
});
closeOnSignal(process, runner);
try {
  await campaign();
} finally {
  await runner.close();
  await rm(folder, { recursive: true, force: true });
}

async function campaign(): Promise<void> {
  const ports = await portsOf();
  const cargo = createCargoToolchain({ runner, logger: ports.logger, environment: process.env });
  const yard = { kernels, folder, seed: values.seed, cargo, ports, counts: COUNTS, say };
  const { seeded, layoutOnly, loops, different } = await buildCases(yard);
  say('counting instructions');
  const instructions = await instructionRatios(
    seeded.filter(({ kernel }) => !small || kernel === kernels[0]),
  );
  const built = seconds();
  const workplace = await openWorkplace(join(folder, 'rounds'));
  const end = minutes * 60 - RESERVE;
  const left = end - built;
  const seededRounds = await rounds('seeded', (round) => turnOf(seeded, round), built + left * SEEDED, true, {
    workplace,
    ports,
  });
  const layoutRounds = await rounds('layout', () => layoutOnly, end, false, { workplace, ports });
  const trials = seededRounds.flatMap((round) => round.trials);
  const layoutTrials = layoutRounds.flatMap((round) => round.trials);
  const document = {
    machine: machineLine(),
    loops: Object.fromEntries(loops),
    instructions: Object.fromEntries(instructions),
    trials,
    layoutTrials,
  };
  await keep(document);
  say('resampling');
  const ordinary = judgeRules(trials, false, DRAWS);
  const noisy = judgeRules(trials, true, DRAWS);
  print([
    '## Detection',
    machineLine(),
    `${seededRounds.length} seeded rounds of ${turnOf(seeded, 1).length} cases, ${layoutRounds.length} layout rounds of ${layoutOnly.length}; ${built.toFixed(0)} s of building, calibrating and counting, ${(seconds() - built).toFixed(0)} s of rounds and resampling. Load while they ran: ${loadsOf([...seededRounds, ...layoutRounds])}. Runs before other programs' (real-time class): ${ports.priority.used ? 'yes' : 'no'}; the blocks never.`,
    different.length === 0
      ? 'The second, unchanged build of every kernel has the same bytes as the first.'
      : `The second, unchanged build has other bytes than the first: ${different.join(', ')}.`,
    failuresOf([...seededRounds, ...layoutRounds]),
    '### Seeded slow-downs: by instructions / by the fast half of all times of the campaign',
    sizeTable(trials, instructions),
    ...(ordinary === null ? [] : ['### Targets', targetTable(ordinary, layoutTrials)]),
    `### Rules\n\nEach cell: share (hits/trials; Wilson's 95 % interval); false alarms in either direction. *direct*: each trial was run; a kernel's block of the base serves all its cases of a round. *resampled*: blocks of 4 consecutive real pairs drawn again, ${DRAWS} trials per kernel and size, which share their times: their intervals are too narrow. Seconds: of all runs of one case, layouts included.`,
    ...rulesTables('Ordinary kernels', ordinary),
    ...rulesTables('Noisy by nature (chase)', noisy),
    '### Changes of nothing but the code layout',
    layoutTable(layoutTrials),
    layoutPeers(layoutTrials),
    `### Sources of the others' rules\n\n${PEERS.map(({ name, source }) => `- ${name}: ${source}`).join('\n')}`,
    `${(seconds() / 60).toFixed(1)} minutes in all.`,
  ]);
  await keep({ ...document, ordinary, noisy });
}

async function keep(document: object): Promise<void> {
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify(document));
}

/** Every round has the sizes that have targets, and one of the others in turn; a trial has all. */
function turnOf(cases: readonly Case[], round: number): readonly Case[] {
  const others = SIZES.filter((size) => !ALWAYS.includes(size));
  const turn = others[(round - 1) % others.length];
  return small
    ? cases
    : cases.filter(({ change }) => change === turn || ALWAYS.some((size) => size === change));
}

/** Rounds until the next one would not be done by `until` (seconds from the start); one at least. */
async function rounds(
  kind: string,
  casesOf: (round: number) => readonly Case[],
  until: number,
  blocks: boolean,
  { workplace, ports }: { workplace: Awaited<ReturnType<typeof openWorkplace>>; ports: JobPorts },
): Promise<Round[]> {
  const done: Round[] = [];
  for (;;) {
    const left = until - seconds();
    const slowest = Math.max(0, ...done.map((round) => round.seconds));
    if (done.length > 0 && left < slowest * SLACK) return done;
    say(`${kind} round ${done.length + 1}, ${left.toFixed(0)} s left`);
    const cases = casesOf(done.length + 1);
    const job = await prepareJob(cases, join(folder, `${kind}-${done.length + 1}`));
    const request = {
      cases,
      job,
      seed: `${values.seed} ${kind}`,
      round: done.length + 1,
      minutes: Math.min(DEFAULTS.benches.minutes, Math.max(1, left / 60)),
      blocks,
    };
    done.push(await runRound(request, workplace, ports));
  }
}

async function portsOf(): Promise<JobPorts> {
  const logger = createTerminalLogger(process.stderr, true);
  const git = createGit(runner, folder);
  return {
    logger,
    clock: { now: () => new Date() },
    runner,
    git,
    store: createDirectoryStore({ directory: join(folder, 'store'), logger }),
    history: null,
    changes: changesFromGit(git),
    presenter: { present: async () => undefined },
    toolchains: [],
    machine: await readMachine({ environment: process.env, platform: process.platform }),
    temporary: folder,
    priority: createPriority({ platform: process.platform, pid: process.pid }),
    jobs: Math.min(2, availableParallelism()),
  };
}

function rulesTables(title: string, rules: Rules | null): string[] {
  if (rules === null) return [];
  return [`#### ${title}`, ruleTable([...rules.direct, ...rules.peers, ...rules.resampled])];
}

function machineLine(): string {
  const [cpu] = cpus();
  return `${process.platform} ${release()}, ${cpu?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}; ${new Date().toISOString().slice(0, 10)}; seed ${values.seed}, ${minutes} minutes.`;
}

function loadsOf(all: readonly Round[]): string {
  return all.map(({ load }) => load).join(' · ');
}

function failuresOf(all: readonly Round[]): string {
  const failed = all.flatMap((round) => round.failed);
  return failed.length === 0 ? '' : `Failed: ${failed.join('; ')}`;
}

function print(parts: readonly string[]): void {
  console.log(parts.filter((part) => part !== '').join('\n\n'));
}

function say(what: string): void {
  process.stderr.write(`${seconds().toFixed(0).padStart(5)} s  ${what}\n`);
}

function seconds(): number {
  return (performance.now() - begun) / 1000;
}
