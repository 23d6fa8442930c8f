import { join } from 'node:path';
import { decide } from '../../compare/procedure.ts';
import type { BenchCase, BenchRun } from '../../measure/bench/case.ts';
import type { Next } from '../../measure/bench/decisions.ts';
import { type LayoutRun, runLayouts } from '../../measure/bench/layout-runner.ts';
import type { PairedReport } from '../../measure/bench/paired-runner.ts';
import { placePrograms } from '../../measure/bench/place.ts';
import type { JobPorts } from '../ports.ts';
import { reasonOf } from './layouts.ts';
import { type BenchRequest, seedOf, stateOf } from './request.ts';
import type { SidedCase } from './sided-case.ts';
import type { StagedLayouts } from './stage.ts';

/** What is left of the time for the layouts even when the pairs took all of theirs, in minutes. */
const LAYOUT_MINUTES = 1;

/** The times of each case's layouts, or why there are none. */
export type Placement = ReadonlyMap<string, Pick<LayoutRun, 'times'> | Unavailable>;

export interface Unavailable {
  /** One line without a full stop. */
  readonly unavailable: string;
}

/** Runs the layouts of what is confirmed to have changed. */
export async function placementOf(
  report: PairedReport,
  timed: readonly SidedCase[],
  request: BenchRequest,
  folder: string,
  ports: JobPorts,
): Promise<Placement> {
  const asked = report.runs.filter((run) => wantsLayouts(run, request));
  const cases = timed.filter(({ benchCase }) => asked.some(({ name }) => name === benchCase.name));
  if (cases.length === 0) return new Map();
  if (!request.config.benches.layouts) return unavailable(cases, 'benches.layouts is false');
  const linked = await request.relink(new Set(cases.flatMap(({ files }) => files.head)));
  const placement = new Map<string, Pick<LayoutRun, 'times'> | Unavailable>();
  const ready: BenchCase[] = [];
  for (const sided of cases) {
    const withLayouts = await laidOut(sided, linked, request, folder).catch(
      (error: unknown): Unavailable => ({ unavailable: reasonOf(error) }),
    );
    if ('unavailable' in withLayouts) placement.set(sided.benchCase.name, withLayouts);
    else ready.push(withLayouts);
  }
  const left = request.minutes - report.secondsSpent / 60;
  const runs = await runLayouts({
    cases: ready,
    decide: ({ name }, times) =>
      nextLayouts(
        asked.find((run) => run.name === name),
        times,
        request,
      ),
    minutes: Math.max(LAYOUT_MINUTES, left),
    seed: seedOf(request),
    temporary: folder,
    runner: ports.runner,
    logger: ports.logger,
    priority: ports.priority,
  });
  for (const run of runs) placement.set(run.name, timesOf(run));
  return placement;
}

/** A layout that does not run leaves placement open: the pairs of the programs themselves stay what they are. */
function timesOf({ times, failed }: LayoutRun): Pick<LayoutRun, 'times'> | Unavailable {
  return failed === null ? { times } : { unavailable: failed.reason };
}

function wantsLayouts(run: BenchRun, request: BenchRequest): boolean {
  if (run.failed !== null) return false;
  const state = stateOf(run.name, run.pairs, run.confirmation, request);
  return decide({ ...state, spent: false }).kind === 'layouts';
}

function nextLayouts(run: BenchRun | undefined, layouts: LayoutRun['times'], request: BenchRequest): Next {
  if (run === undefined) return 'stop';
  const state = stateOf(run.name, run.pairs, run.confirmation, request);
  const decision = decide({ ...state, layouts, spent: false });
  return decision.kind === 'layouts' ? { more: decision.rounds } : 'stop';
}

function unavailable(cases: readonly SidedCase[], reason: string): Placement {
  return new Map(cases.map(({ benchCase }) => [benchCase.name, { unavailable: reason }]));
}

async function laidOut(
  sided: SidedCase,
  linked: StagedLayouts,
  { sides }: BenchRequest,
  folder: string,
): Promise<BenchCase | Unavailable> {
  const { benchCase, files, withPrograms } = sided;
  const programs: { base: string[][]; head: string[][] } = { base: [], head: [] };
  for (const [index, file] of files.head.entries()) {
    const old = files.base[index] ?? file;
    const before = othersOf(old, sides.base.measurement.layouts, sides.base.directory);
    const after = othersOf(file, linked.layouts, sides.head.directory);
    if (after === null)
      return { unavailable: linked.impossible.get(file) ?? 'the head has no other layouts' };
    if (before === null) return { unavailable: 'the baseline holds no other layouts' };
    const name = file.split('/').at(-1) ?? file;
    // Two programs of the base may have become one.
    const own = join(folder, `layouts-${file.replace('/', '-')}`, old.replace('/', '-'));
    const placed = await placePrograms(own, name, { base: before, head: after });
    programs.base.push(placed.base);
    programs.head.push(placed.head);
  }
  const commands = (side: 'base' | 'head') =>
    (programs[side][0] ?? []).map((_, layout) =>
      withPrograms(
        side,
        programs[side].map((paths) => paths[layout] ?? ''),
      ),
    );
  return { ...benchCase, layouts: { base: commands('base'), head: commands('head') } };
}

function othersOf(file: string, layouts: StagedLayouts['layouts'], directory: string): string[] | null {
  const others = layouts.find((each) => each.file === file)?.others ?? [];
  return others.length === 0 ? null : others.map((other) => join(directory, other));
}
