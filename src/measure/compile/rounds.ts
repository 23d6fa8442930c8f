import type { Logger } from '../../ports.ts';
import type { FinishedOwnBuild, OwnCrates } from '../../toolchain/own-crates.ts';
import type { Budget } from '../bench/budget.ts';
import { roundOrder } from '../bench/schedule.ts';
import { cpuSeconds } from './cpu.ts';

/** Own crates that cost fewer CPU seconds are not worth rounds: time is accounted in hundredths. */
export const LEAST_SECONDS = 1;
/** Rounds that may be spoilt before no more are tried. */
const MOST_SPOILT = 2;

const SIDES = ['base', 'head'] as const;
type Side = (typeof SIDES)[number];

export interface RoundsRequest {
  readonly sides: Readonly<Record<Side, OwnCrates>>;
  readonly budget: Budget;
  /** Equal seeds give equal orders. */
  readonly seed: string;
  /** How many rounds are still wanted after these; 0: none. */
  readonly wanted: (rounds: readonly Round[]) => number;
  /** Fewest rounds that say anything. */
  readonly least: number;
  readonly logger: Logger;
}

/** Both sides' own crates, built one after the other. */
export interface Round {
  readonly base: BuiltSide;
  readonly head: BuiltSide;
}

export interface BuiltSide {
  /** CPU seconds. */
  readonly seconds: number;
  /** CPU seconds by package; null where they are not told apart. */
  readonly crates: ReadonlyMap<string, number> | null;
}

/** `small`: not worth measuring, which is no news. */
export type Rounds =
  | { readonly kind: 'measured'; readonly rounds: readonly Round[] }
  | { readonly kind: 'small' }
  | { readonly kind: 'impossible'; readonly reason: string };

/**
 * Builds the own crates of both sides in turn (ABBA, the starting side drawn for each two rounds), after one build of each
 * that is not counted. A round in which a dependency was compiled again, or an own crate was not, is not counted either.
 * Errors: as {@link OwnCrates.build}.
 */
export async function runRounds(request: RoundsRequest): Promise<Rounds> {
  const { sides, budget, wanted, least, logger } = request;
  const prepared = await prepare(request);
  if (typeof prepared !== 'number') return prepared;
  const rounds: Round[] = [];
  let spoilt: string | null = null;
  let [tries, secondsPerRound] = [0, prepared];
  while (wanted(rounds) > 0 && secondsPerRound <= budget.left()) {
    logger.progress(`compiling the own crates of base and head: round ${rounds.length + 1}`);
    const start = budget.spent();
    const round = await runRound(sides, roundOrder(request.seed, 'compile', tries, 2), budget);
    secondsPerRound = Math.max(secondsPerRound, budget.spent() - start);
    tries += 1;
    if (round === 'late') break;
    if (typeof round !== 'string') rounds.push(round);
    else spoilt = round;
    if (tries - rounds.length > MOST_SPOILT) break;
  }
  if (rounds.length >= least) return { kind: 'measured', rounds };
  return impossible(spoilt ?? tooLong(secondsPerRound * least, budget));
}

/** The seconds that a round takes, once the first builds have shown that both sides can be compared. */
async function prepare({ sides, budget, least, logger }: RoundsRequest): Promise<number | Rounds> {
  if (sides.base.toolchain !== sides.head.toolchain) {
    return impossible(`base and head are built by ${sides.base.toolchain} and ${sides.head.toolchain} here`);
  }
  logger.progress('compiling the own crates of the head, which is not counted');
  const head = await sides.head.build(budget.left());
  if (head.kind === 'late') return impossible(tooLong(budget.spent() * 2 * least, budget));
  const secondsPerRound = 2 * head.usage.wallSeconds;
  if (secondsPerRound * (least + 0.5) > budget.left()) {
    return impossible(tooLong(secondsPerRound * (least + 0.5), budget));
  }
  logger.progress('compiling the own crates of the base, which is not counted');
  const base = await sides.base.build(budget.left());
  if (base.kind === 'late') return impossible(tooLong(secondsPerRound * (least + 1), budget));
  const costs = [cpuSeconds(base.usage), cpuSeconds(head.usage)];
  if (costs.includes(null)) return impossible('this system does not tell the CPU time of a build');
  if (costs.every((cost) => (cost ?? 0) < LEAST_SECONDS)) return { kind: 'small' };
  const differing = symmetricDifference(base.dependencies, head.dependencies);
  if (differing.length > 0) {
    return impossible(
      `their dependencies are not the same (${[...new Set(differing.map(nameOf))].slice(0, 3).join(', ')})`,
    );
  }
  // Dependencies that the base had to compile first are no part of a round.
  const ownWall = base.foreign.length > 0 ? head.usage.wallSeconds : base.usage.wallSeconds;
  return Math.max(secondsPerRound, head.usage.wallSeconds + ownWall);
}

/** A text says why the round does not count; `late`: the time was over. */
async function runRound(
  sides: RoundsRequest['sides'],
  order: readonly number[],
  budget: Budget,
): Promise<Round | string> {
  const built: Partial<Record<Side, BuiltSide>> = {};
  for (const index of order) {
    const side = SIDES[index] ?? 'base';
    // The time was judged to be enough: a build that takes a little more is not thrown away.
    const build = await sides[side].build(budget.left() + budget.seconds / 5);
    if (build.kind === 'late') return 'late';
    const spoilt = spoiltBy(build, side);
    if (spoilt !== null) return spoilt;
    built[side] = sideOf(build);
  }
  const { base, head } = built;
  if (base === undefined || head === undefined) throw new Error('a round has two sides');
  return { base, head };
}

function spoiltBy({ foreign, kept }: FinishedOwnBuild, side: Side): string | null {
  if (foreign.length > 0)
    return `dependencies of the ${side} were compiled again (${foreign.slice(0, 3).join(', ')})`;
  if (kept.length > 0)
    return `own crates of the ${side} were not compiled again (${kept.slice(0, 3).join(', ')})`;
  return null;
}

function sideOf({ usage, crates }: FinishedOwnBuild): BuiltSide {
  const named = crates?.map(({ name, seconds }) => [name, seconds] as const) ?? null;
  return { seconds: cpuSeconds(usage) ?? 0, crates: named === null ? null : new Map(named) };
}

function impossible(reason: string): Rounds {
  return { kind: 'impossible', reason };
}

function tooLong(seconds: number, budget: Budget): string {
  return `that takes about ${minutes(seconds)}, and compile.minutes allows ${minutes(budget.seconds)}`;
}

function minutes(seconds: number): string {
  return `${Number((seconds / 60).toPrecision(2))} min`;
}

function symmetricDifference(one: readonly string[], other: readonly string[]): string[] {
  return [...one.filter((each) => !other.includes(each)), ...other.filter((each) => !one.includes(each))];
}

/** A dependency is described by name, version, kind and features. */
function nameOf(dependency: string): string {
  return dependency.split(' ', 2).join(' ');
}
