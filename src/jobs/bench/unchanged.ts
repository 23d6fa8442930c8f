import type { Measurement } from '../../measure/measurement.ts';
import type { PairedUp } from './cases.ts';
import type { SidedCase, Sides } from './sided-case.ts';

/** Cases that are worth running, and the names of those whose programs and arguments are the same on both sides. */
export interface Split {
  readonly paired: PairedUp;
  readonly unchanged: readonly string[];
}

/** Leaves out the run times that cannot differ: those of programs that are the same, byte for byte. */
export function splitUnchanged(paired: PairedUp, { base, head }: Sides): Split {
  const digests = { base: digestsOf(base.measurement), head: digestsOf(head.measurement) };
  const same = paired.cases.filter((each) => each.metric === 'wall-time' && isSame(each, digests));
  const unchanged = same.map(({ benchCase }) => benchCase.name);
  return { paired: { ...paired, cases: paired.cases.filter((each) => !same.includes(each)) }, unchanged };
}

type Digests = ReadonlyMap<string, string>;

function digestsOf({ programs }: Measurement): Digests {
  return new Map(programs.map(({ file, sha256 }) => [file, sha256]));
}

function isSame({ files, withPrograms }: SidedCase, digests: Record<'base' | 'head', Digests>): boolean {
  if (files.head.length === 0 || files.base.length !== files.head.length) return false;
  const argsOf = (side: 'base' | 'head') => JSON.stringify(withPrograms(side, files.head).args);
  return (
    argsOf('base') === argsOf('head') &&
    files.head.every((file, index) => {
      const digest = digests.head.get(file);
      return digest !== undefined && digest === digests.base.get(files.base[index] ?? '');
    })
  );
}
