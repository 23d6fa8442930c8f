import { coldPairsWanted } from '../../compare/compile/cold.ts';
import { COMPILE_CASE } from '../../compare/compile/own-crates.ts';
import type { TimePair } from '../../compare/fast-half.ts';
import { roundOrder } from '../../measure/bench/schedule.ts';
import { cpuSeconds } from '../../measure/compile/cpu.ts';
import type { JobPorts } from '../ports.ts';
import type { Workplace } from '../workplace.ts';
import { type BothSides, inBase } from './sides.ts';

/** Fewest pairs that say anything (detection §4). */
const LEAST = 2;

/**
 * CPU seconds of building both sides from nothing in turn, at least twice, to decide a suspicious cold build; a text says why
 * that cannot be done. Errors: as `Toolchain.build`; those of git and the file system.
 */
export async function confirmCold(
  sides: BothSides,
  workplace: Workplace,
  ports: JobPorts,
): Promise<readonly TimePair[] | string> {
  const seconds = 2 * wallOf(sides);
  if (seconds * LEAST > sides.budget.left()) {
    const minutes = (of: number) => `${Number((of / 60).toPrecision(2))} min`;
    return `it takes about ${minutes(seconds * LEAST)}, and ${minutes(Math.max(0, sides.budget.left()))} of compile.minutes are left`;
  }
  return ports.logger.group('Compile base and head from nothing in turn', () =>
    inBase(sides, workplace, ports, (directory) => coldPairs(sides, directory, seconds, workplace, ports)),
  );
}

async function coldPairs(
  sides: BothSides,
  baseDirectory: string,
  secondsPerPair: number,
  workplace: Workplace,
  ports: JobPorts,
): Promise<TimePair[] | string> {
  const { request, head, budget } = sides;
  const directories = [baseDirectory, request.directory];
  const pairs: TimePair[] = [];
  while (coldPairsWanted(pairs) > 0 && (pairs.length < LEAST || secondsPerPair <= budget.left())) {
    const costs: [number, number] = [0, 0];
    for (const side of roundOrder(head.measurement.commit, 'cold', pairs.length, 2)) {
      ports.logger.progress(`compiling from nothing: pair ${pairs.length + 1}`);
      const cost = await coldCost(sides, directories[side] ?? '', workplace, ports);
      if (cost === null) return 'a build was not cold, or its CPU time is not told';
      costs[side === 0 ? 0 : 1] = cost;
    }
    pairs.push(costs);
  }
  return pairs;
}

/** CPU seconds; null when they are not known. */
async function coldCost(
  { request }: BothSides,
  directory: string,
  workplace: Workplace,
  ports: JobPorts,
): Promise<number | null> {
  const scratch = await workplace.empty('cold');
  try {
    const { configuration, toolchain } = request;
    const { usage } = await toolchain.build({ directory, configuration, scratch, jobs: ports.jobs });
    return usage === null ? null : cpuSeconds(usage);
  } finally {
    await workplace.empty('cold');
  }
}

/** Of the head's cold build, in seconds. */
function wallOf({ head }: BothSides): number {
  const { values } = head.measurement;
  const wall = values.find((value) => value.case === COMPILE_CASE && value.metric === 'wall-time');
  return wall?.value ?? Number.POSITIVE_INFINITY;
}
