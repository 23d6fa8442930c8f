import { benchFilter } from '../../config/benches.ts';
import type { Config } from '../../config/config.ts';
import { some } from '../../measure/bench/formats/rows.ts';
import { fits } from '../../wildcard.ts';

/**
 * One line about patterns of `[benches]` that fit no case, so that a name that is written wrongly does not leave out benchmarks
 * in silence; null where each fits one. A pattern may be meant for another configuration or for another tool's numbers, so
 * where there are such it is told only when nothing is left to run. `cases`: names of the cases of all programs.
 */
export function unfitLine(cases: readonly string[], { benches, configurations }: Config): string | null {
  if (cases.length === 0) return null;
  const names = [...cases, ...benches.commands.map(({ name }) => `bench ${name}`)];
  const isShared = configurations.length > 1 || benches.numbers.length > 0;
  if (isShared && names.some(benchFilter(benches))) return null;
  const unfit = (['filter', 'exclude'] as const).flatMap((key) =>
    benches[key]
      .filter((pattern) => !names.some((name) => fits(pattern.split('*'), name)))
      .map((pattern) => `${key} ${JSON.stringify(pattern)}`),
  );
  if (unfit.length === 0) return null;
  const shown = unfit.slice(0, 3).join(', ') + (unfit.length > 3 ? ` and ${unfit.length - 3} more` : '');
  return `[benches]: no benchmark has a name that fits ${shown}; a pattern fits a full name, like "bench sort/10k", and * stands for any text. There are ${some(names)}`;
}
