import type { BuiltSide, Round } from './rounds.ts';

/** CPU seconds of one crate by round; null in a round that did not compile it. */
interface CrateTimes {
  readonly name: string | null;
  readonly before: (number | null)[];
  readonly after: (number | null)[];
}

/**
 * The rounds crate by crate, sorted by name, and at the end, without a name, what no compiler spent: build scripts and the
 * build tool. Empty where the crates were not told apart.
 */
export function crateRounds(rounds: readonly Round[]): CrateTimes[] {
  const sides = rounds.flatMap(({ base, head }) => [base, head]);
  const names = [...new Set(sides.flatMap(({ crates }) => [...(crates?.keys() ?? [])]))].sort();
  if (names.length === 0) return [];
  const times = (name: string | null, of: (side: BuiltSide) => number | null): CrateTimes => ({
    name,
    before: rounds.map(({ base }) => of(base)),
    after: rounds.map(({ head }) => of(head)),
  });
  return [...names.map((name) => times(name, ({ crates }) => crates?.get(name) ?? null)), times(null, rest)];
}

function rest({ seconds, crates }: BuiltSide): number {
  const compiled = [...(crates?.values() ?? [])].reduce((sum, each) => sum + each, 0);
  return Math.max(0, seconds - compiled);
}
