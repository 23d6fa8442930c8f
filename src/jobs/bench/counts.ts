import { type CountRun, countInstructions } from '../../measure/bench/instructions/count.ts';
import type { FoundCounter } from '../../measure/bench/instructions/counter.ts';
import { findCounter } from '../../measure/bench/instructions/find-counter.ts';
import { inMinutes } from '../../measure/bench/minutes.ts';
import type { JobPorts } from '../ports.ts';
import type { BenchRequest } from './request.ts';
import type { SidedCase } from './sided-case.ts';

/** Of the minutes, the most that counting takes when there are times to be taken too: of commands, and where harnesses count. */
const SHARE = { commands: 0.2, harness: 0.5 };

/** What was counted, and how. */
export interface Counts {
  readonly runs: ReadonlyMap<string, CountRun>;
  readonly minutesSpent: number;
  /** One line for a reader; null when there was nothing to count. */
  readonly how: string | null;
  readonly warnings: readonly string[];
}

const NOTHING: Counts = { runs: new Map(), minutesSpent: 0, how: null, warnings: [] };

/**
 * Counts the instructions of the cases that count themselves, and of commands where a counter is at hand: before the times are
 * taken, which are given what is left. `folder`: absolute. Errors: Cancelled.
 */
export async function countBenches(
  cases: readonly SidedCase[],
  request: BenchRequest,
  folder: string,
  { runner, logger }: JobPorts,
): Promise<Counts> {
  const own = cases.filter(({ metric }) => metric === 'instructions');
  const commands = cases.filter(({ countable }) => countable);
  const off = request.config.benches.instructions === 'off';
  if (off || own.length + commands.length === 0) return NOTHING;
  const found = commands.length === 0 ? null : await findCounter(runner, folder);
  const counted = [...own, ...(found === null || found.counter === null ? [] : commands)];
  const timed = cases.some(({ metric }) => metric === 'wall-time');
  const share = timed ? SHARE[own.length > 0 ? 'harness' : 'commands'] : 1;
  const { runs, secondsSpent } = await countInstructions({
    cases: counted.map(({ benchCase }) => benchCase),
    counter: found?.counter ?? null,
    minutes: request.minutes * share,
    temporary: folder,
    runner,
    logger,
  });
  const late = runs.slice(0, own.length).filter(({ kind }) => kind === 'passed over').length;
  const lost = `${late} of ${own.length} benchmarks that count instructions did not get their turn within ${inMinutes(request.minutes)}: raise minutes in [benches], or measure fewer.`;
  return {
    runs: new Map(runs.map((run) => [run.name, run])),
    minutesSpent: secondsSpent / 60,
    how: howCounted(runs, own.length, found),
    warnings: late === 0 ? [] : [lost],
  };
}

const REASONS_SHOWN = 2;

/** "2 of 3 commands, by valgrind-3.19.0; passed over: one run takes too long". */
function howCounted(runs: readonly CountRun[], own: number, found: FoundCounter | null): string {
  const counted = (some: readonly CountRun[]) => some.filter(({ kind }) => kind === 'counted').length;
  const [selves, commands] = [runs.slice(0, own), runs.slice(own)];
  const over = runs.flatMap((run) => (run.kind === 'passed over' ? [run.reason] : []));
  const reasons = [...new Set(over)];
  const more = reasons.length > REASONS_SHOWN ? '; and others' : '';
  return [
    ...(own > 0 ? [`${counted(selves)} of ${own} by their own harness`] : []),
    ...(found === null
      ? []
      : found.counter === null
        ? [`not counted of commands: ${found.reason}`]
        : [`${counted(commands)} of ${commands.length} commands by ${found.counter.title}`]),
    ...(over.length > 0
      ? [`${over.length} passed over: ${reasons.slice(0, REASONS_SHOWN).join('; ')}${more}`]
      : []),
  ].join('; ');
}
