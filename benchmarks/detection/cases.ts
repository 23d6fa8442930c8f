/** The cases of a campaign: what is built, and what is compared with what. */

import { fastHalfMean } from '../../src/compare/fast-half.ts';
import type { JobPorts } from '../../src/jobs/ports.ts';
import { runPaired } from '../../src/measure/bench/paired-runner.ts';
import type { Toolchain } from '../../src/toolchain/toolchain.ts';
import { buildVariant, type Variant, type VariantRequest } from './build.ts';
import { SIZES, shareVariable } from './kernels.ts';
import type { Case } from './sides.ts';

export interface Yard {
  readonly kernels: readonly string[];
  /** Absolute. */
  readonly folder: string;
  readonly seed: string;
  readonly cargo: Toolchain;
  readonly ports: JobPorts;
  /** Cases of one kernel: copies of the unchanged one, shuffled links, version bumps. */
  readonly counts: { readonly same: number; readonly shuffled: number; readonly versions: number };
  readonly say: (what: string) => void;
}

export interface Cases {
  readonly seeded: readonly Case[];
  readonly layoutOnly: readonly Case[];
  /** Share of a process' time that its units take, by kernel. */
  readonly loops: ReadonlyMap<string, number>;
  /** Kernels whose second, unchanged build has other bytes than the first. */
  readonly different: readonly string[];
}

/** The base's own layouts have the seeds 1 to 4 (src/jobs/bench/stage.ts): with the same ones a shuffled head would be the same program. */
const SHUFFLED_SEEDS = 100;
/** Programs of a shuffled head: itself, and its four other layouts. */
const LINKS = 5;

export async function buildCases(yard: Yard): Promise<Cases> {
  yard.say('building the base and its layouts');
  const base = await build(yard, { name: 'base', env: {}, layouts: 'now' });
  const empty = await build(yard, { name: 'empty', env: sharesOf(yard, () => 0), layouts: 'later' });
  yard.say('calibrating');
  const loops = await loopShares(base, empty, yard);
  const { cases, different } = await seededCases(base, loops, yard);
  const bumps = await versionCases(base, yard);
  return { seeded: cases, layoutOnly: [...bumps, ...(await shuffledCases(base, yard))], loops, different };
}

function build(yard: Yard, request: Omit<VariantRequest, 'kernels'>): Promise<Variant> {
  return buildVariant({ ...request, kernels: yard.kernels }, yard.folder, yard.cargo, yard.ports);
}

/** Slow-downs of the whole process by each size. */
async function seededCases(
  base: Variant,
  loops: ReadonlyMap<string, number>,
  yard: Yard,
): Promise<{ cases: Case[]; different: string[] }> {
  const cases: Case[] = [];
  const different: string[] = [];
  for (const change of SIZES) {
    yard.say(`building +${change * 100} %`);
    const share = (kernel: string) => 1 + change / (loops.get(kernel) ?? 1);
    const name = `size-${change * 100}`;
    const head = await build(yard, { name, env: sharesOf(yard, share), layouts: 'later' });
    for (const kernel of yard.kernels) {
      if (change === 0 && base.sha256(kernel) !== head.sha256(kernel)) different.push(kernel);
      const programs = { base: base.program(kernel), head: head.program(kernel) };
      for (let copy = 1; copy <= (change === 0 ? yard.counts.same : 1); copy++) {
        cases.push({ name: `${kernel}-${change * 100}-${copy}`, kernel, change, ...programs });
      }
    }
  }
  return { cases, different };
}

async function versionCases(base: Variant, yard: Yard): Promise<Case[]> {
  const cases: Case[] = [];
  for (let bump = 1; bump <= yard.counts.versions; bump++) {
    yard.say(`building version 0.1.${bump}`);
    const version = `0.1.${bump}`;
    const head = await build(yard, { name: `version-${bump}`, env: {}, version, layouts: 'later' });
    for (const kernel of yard.kernels) {
      const programs = { base: base.program(kernel), head: head.program(kernel) };
      cases.push({ name: `${kernel}-version-${bump}`, kernel, change: 'version', ...programs });
    }
  }
  return cases;
}

async function shuffledCases(base: Variant, { kernels, counts, say }: Yard): Promise<Case[]> {
  const cases: Case[] = [];
  for (const kernel of kernels) {
    say(`linking ${kernel} with shuffled sections`);
    const seeds = Array.from({ length: counts.shuffled * LINKS }, (_, at) => SHUFFLED_SEEDS + at);
    const paths = await base.shuffled(kernel, seeds);
    if (typeof paths === 'string') throw new Error(`${kernel}: ${paths}`);
    for (let link = 0; link < counts.shuffled; link++) {
      const [path = '', ...others] = paths.slice(link * LINKS, (link + 1) * LINKS);
      const programs = { base: base.program(kernel), head: { path, layouts: async () => others } };
      cases.push({ name: `${kernel}-shuffled-${link + 1}`, kernel, change: 'shuffled', ...programs });
    }
  }
  return cases;
}

function sharesOf({ kernels }: Yard, share: (kernel: string) => number): Record<string, string> {
  return Object.fromEntries(
    kernels.map((kernel) => [shareVariable(kernel), String(Math.round(share(kernel) * 100_000))]),
  );
}

/** Share of a process' time that its units take: what starts and ends it is not slowed down. */
async function loopShares(
  base: Variant,
  empty: Variant,
  { kernels, folder, seed, ports }: Yard,
): Promise<ReadonlyMap<string, number>> {
  const commandOf = (file: string) => ({ file, args: [], cwd: folder, timeoutSeconds: 60 });
  const { runs } = await runPaired({
    cases: kernels.map((kernel) => ({
      name: kernel,
      category: 'primary',
      base: commandOf(base.program(kernel).path),
      head: commandOf(empty.program(kernel).path),
      time: { from: 'process' },
    })),
    decisions: { decide: () => 'stop', confirm: () => 'stop' },
    minutes: 2,
    seed: `${seed} loops`,
    temporary: folder,
    runner: ports.runner,
    logger: ports.logger,
    priority: ports.priority,
    firstPairs: 20,
    noise: { cases: 0, pairs: 0 },
  });
  return new Map(
    runs.map(({ name, pairs }) => {
      const fast = (side: 0 | 1) => fastHalfMean(pairs.map((pair) => pair[side]));
      return [name, 1 - fast(1) / fast(0)];
    }),
  );
}
