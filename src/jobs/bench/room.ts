import { MAX_PROGRAM_BYTES, type StoredProgram } from '../../measure/measurement.ts';
import { formatValue } from '../../report/number.ts';
import { LAYOUT_SEEDS } from './layouts.ts';
import type { Staged, StageRequest } from './stage.ts';

/** What a baseline entry keeps of benchmark programs, their other code layouts included. */
export interface Room {
  readonly bytes: number;
  /** What sets it, as in "do not fit …". */
  readonly limit: string;
  /** What to do where it does not suffice. */
  readonly advice: string;
}

type Limits = Pick<StageRequest, 'config' | 'stored'>;

/** What the user allows, or what the shipped programs leave of an entry where that is less. */
export function roomOf({ config, stored }: Limits): Room {
  const allowed = config.benches.maxProgramBytes;
  const left = Math.max(0, MAX_PROGRAM_BYTES - bytesOf(stored));
  if (allowed <= left) {
    const limit = `benches.max-program-bytes (${formatValue(allowed, 'B')})`;
    return { bytes: allowed, limit, advice: 'raise it or exclude benchmarks' };
  }
  const limit = `what the shipped programs leave of a baseline (${formatValue(left, 'B')})`;
  return { bytes: left, limit, advice: 'name fewer programs under bins, or exclude benchmarks' };
}

/** The programs whose other layouts an entry can keep too, by file, and a line about those whose it cannot. */
export function withRoom(staged: Pick<Staged, 'programs' | 'built'>, limits: Limits) {
  const room = roomOf(limits);
  const sizes = new Map([...limits.stored, ...staged.programs].map(({ file, bytes }) => [file, bytes]));
  let left = room.bytes - bytesOf(staged.programs);
  const files: string[] = [];
  const without: string[] = [];
  for (const [file, { name }] of staged.built) {
    // Other layouts hold the same sections, so they are as large as the program to within their alignment.
    const bytes = LAYOUT_SEEDS.length * (sizes.get(file) ?? 0);
    if (bytes > left) {
      without.push(name);
      continue;
    }
    files.push(file);
    left -= bytes;
  }
  return { files, warnings: without.length === 0 ? [] : [placementOpen(without, room)] };
}

const SHOWN = 5;

function placementOpen(names: readonly string[], { limit, advice }: Room): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  const which = names.slice(0, SHOWN).join(', ') + more;
  return `Code placement will not be ruled out for ${which}: with four other code layouts each, the benchmark programs do not fit ${limit}; ${advice}`;
}

function bytesOf(programs: readonly StoredProgram[]): number {
  return programs.reduce((sum, { bytes }) => sum + bytes, 0);
}
