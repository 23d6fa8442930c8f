import type { StoredBench } from '../../measure/measurement.ts';
import type { Sides } from './sided-case.ts';

/**
 * Why a benchmark cannot be compared that starts programs of the project by the path that was compiled into it: one path holds
 * one program, so the base's benchmark would start the head's. One line without a full stop; null where it starts none that
 * differ.
 */
export function whyStartsOthers(
  stored: Readonly<Record<'base' | 'head', StoredBench>>,
  sides: Sides,
): string | null {
  const names = new Set([...(stored.base.starts ?? []), ...(stored.head.starts ?? [])]);
  const differing = [...names].filter((name) => {
    const digest = digestOf(name, sides.base);
    return digest === undefined || digest !== digestOf(name, sides.head);
  });
  const [first] = differing;
  if (first === undefined) return null;
  return `its program starts ${differing.slice(0, 3).join(', ')} by the path that CARGO_BIN_EXE_${first} compiled into it, where only the head's stands, so the base cannot be run; time ${first} by a [[bench]] with {bin:${first}}`;
}

function digestOf(name: string, { measurement }: Sides['base']): string | undefined {
  return measurement.programs.find((program) => program.name === name && program.kind === 'bin')?.sha256;
}
