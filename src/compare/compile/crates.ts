import type { Cause } from '../comparison.ts';
import { judgeRounds, ROUNDS_RULE } from './rounds.ts';

/** CPU seconds of one own crate in the rounds of base and head; null in a round that did not compile it. */
export interface CrateRounds {
  /** null: what no compiler spent, build scripts and the build tool itself. */
  readonly name: string | null;
  readonly before: readonly (number | null)[];
  readonly after: readonly (number | null)[];
}

/** What one own crate costs, in CPU seconds, the mean over the rounds; null on a side that does not have it. */
export interface CrateCost {
  readonly name: string | null;
  readonly before: number | null;
  readonly after: number | null;
}

/** Mean costs, the largest change first; they add up to the mean costs of the sides. */
export function crateCosts(crates: readonly CrateRounds[]): CrateCost[] {
  return crates
    .map(({ name, before, after }) => ({ name, before: meanOf(before), after: meanOf(after) }))
    .sort((a, b) => Math.abs(amountOf(b)) - Math.abs(amountOf(a)));
}

/** A single crate explains a change that the sum has shown already, so a weaker sign is enough. */
const LEVEL = 0.05;
/** A crate with a smaller share of the whole change is not named. */
const LEAST_SHARE = 0.1;
const MOST_NAMED = 5;

/**
 * The crates that carry a change of `total` CPU seconds (after − before), the largest share first: those that are new or gone,
 * and those whose own rounds differ in the same direction at 5 % by the rule of {@link judgeRounds}.
 */
export function crateCauses(crates: readonly CrateRounds[], total: number): Cause[] {
  const byName = new Map(crates.map((crate) => [crate.name, crate]));
  return crateCosts(crates)
    .map((cost) => ({ cost, amount: amountOf(cost) }))
    .filter(({ amount }) => amount * total > 0 && Math.abs(amount) >= LEAST_SHARE * Math.abs(total))
    .filter(({ cost }) => hasMoved(byName.get(cost.name)))
    .slice(0, MOST_NAMED)
    .map(({ cost, amount }) => causeOf(cost, amount));
}

function hasMoved(crate: CrateRounds | undefined): boolean {
  if (crate === undefined) return false;
  const pairs = crate.before.flatMap((before, round) => {
    const after = crate.after[round] ?? null;
    return before === null || after === null ? [] : ([[before, after]] as const);
  });
  const oneSided = crate.before.every((each) => each === null) || crate.after.every((each) => each === null);
  return oneSided || judgeRounds(pairs, { ...ROUNDS_RULE, level: LEVEL }).p < LEVEL;
}

function causeOf({ name, before, after }: CrateCost, amount: number): Cause {
  const seconds = (value: number | null) => (value === null ? null : `${value.toFixed(2)} s`);
  return {
    kind: 'crate',
    subject: name ?? 'build scripts and cargo',
    before: seconds(before),
    after: seconds(after),
    amount,
    note: '',
  };
}

function amountOf({ before, after }: CrateCost): number {
  return (after ?? 0) - (before ?? 0);
}

function meanOf(values: readonly (number | null)[]): number | null {
  const told = values.filter((value) => value !== null);
  return told.length === 0 ? null : told.reduce((sum, value) => sum + value, 0) / told.length;
}
