import { fits } from '../../wildcard.ts';
import type { PairedUp } from './cases.ts';

/** Those of the benchmarks whose case names fit a pattern; all without one. The pattern is outside text: it is compared with names and nothing else. */
export function chosen(paired: PairedUp, only: string | undefined): PairedUp {
  if (only === undefined) return paired;
  const pieces = only.split('*');
  const wanted = (name: string) => fits(pieces, name);
  return {
    cases: paired.cases.filter(({ benchCase }) => wanted(benchCase.name)),
    added: paired.added.filter(wanted),
    removed: paired.removed.filter(wanted),
    failed: paired.failed.filter((each) => wanted(each.case)),
  };
}
