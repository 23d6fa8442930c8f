import { type AttributionDiff, type Movement, movedBytes } from './attribution.ts';
import type { Cause } from './comparison.ts';

/** Most causes of one row. */
const MAX_CAUSES = 6;
const MAX_FUNCTIONS = 2;
/** Share of the row's change below which a crate or function is no cause of it. */
const LEAST = 0.05;
/** Share of its crate's change from which a function is named in the crate's place. */
const LEADING = 0.5;
const MAX_SUBJECT = 400;

/** The causes that lie in one crate. */
export interface CrateCauses {
  /** null: whoever holds it. */
  readonly crate: string | null;
  /** Whether one side has nothing of the crate. */
  readonly isWhole: boolean;
  /** By which the crate moved. */
  readonly bytes: number;
  readonly causes: readonly Cause[];
}

/**
 * The crates and functions that moved a size the way it went, the largest first: a crate that is new or gone as a whole, a function that is
 * half of its crate's change or more in the crate's place. `change`: of the row, in bytes. Empty where only sections were compared.
 */
export function attributionCauses(diff: AttributionDiff, change: number): Cause[] {
  return crateGroups(diff, change)
    .flatMap(({ causes }) => causes)
    .slice(0, MAX_CAUSES);
}

/** The same by crate, the crate that moved most first; none without causes. */
export function crateGroups({ movements }: AttributionDiff, change: number): CrateCauses[] {
  const direction = Math.sign(change);
  const least = leastBytes(change);
  const weighty = (bytes: number) => bytes * direction >= least;
  return cratesOf(movements)
    .filter(({ before, after }) => weighty(after - before))
    .slice(0, MAX_CAUSES)
    .map((sum) => ({
      crate: sum.crate,
      isWhole: sum.isWhole,
      bytes: sum.after - sum.before,
      causes: causesOfCrate(sum, (movement) => weighty(movedBytes(movement))),
    }))
    .filter(({ causes }) => causes.length > 0);
}

/** By how many bytes each crate moved that either side has; what others hold of one that is new or gone counts as its own. */
export function crateBytes({ movements }: AttributionDiff): ReadonlyMap<string, number> {
  const bytes = new Map<string, number>();
  for (const { crate } of movements) if (crate !== null) bytes.set(crate, 0);
  for (const { crate, before, after } of cratesOf(movements))
    if (crate !== null) bytes.set(crate, after - before);
  return bytes;
}

/** Bytes below which nothing is a cause of a change. */
export function leastBytes(change: number): number {
  return Math.max(1, Math.abs(change) * LEAST);
}

interface CrateSum {
  /** null: whoever holds it. */
  readonly crate: string | null;
  /** Whether one side has nothing of it at all. */
  readonly isWhole: boolean;
  before: number;
  after: number;
  /** Those that moved, the largest change first. */
  readonly functions: Movement[];
}

/**
 * Crates with what moved in them, the largest change first. What another crate holds of a crate that is new or gone, as instances of
 * generics, counts as that crate's.
 */
function cratesOf(movements: readonly Movement[]): CrateSum[] {
  const moved = movements.filter((movement) => movedBytes(movement) !== 0);
  const whole = oneSided(movements);
  const sums = new Map<string | null, CrateSum>();
  const ofCrate = (crate: string | null, isWhole: boolean): CrateSum => {
    const known = sums.get(crate);
    if (known !== undefined) return known;
    const made = { crate, isWhole, before: 0, after: 0, functions: [] };
    sums.set(crate, made);
    return made;
  };
  for (const movement of moved) {
    const author = authorOf(movement);
    const owner = author !== null && whole.has(author) ? author : movement.crate;
    if (owner === null && movement.function === null) continue;
    const sum = ofCrate(owner, owner !== null && whole.has(owner));
    sum.before += movement.before;
    sum.after += movement.after;
    if (movement.function !== null) sum.functions.push(movement);
  }
  return [...sums.values()].sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
}

/** Crates of which only one side has code, in its own object files or in others'. */
function oneSided(movements: readonly Movement[]): ReadonlySet<string> {
  const before = new Set<string>();
  const after = new Set<string>();
  for (const movement of movements) {
    for (const crate of [movement.crate, authorOf(movement)]) {
      if (crate === null) continue;
      if (movement.before > 0) before.add(crate);
      if (movement.after > 0) after.add(crate);
    }
  }
  return new Set([...before, ...after].filter((crate) => !(before.has(crate) && after.has(crate))));
}

/** The crate that wrote a function, by its path; null for C, and for what the path does not say. */
function authorOf({ function: name }: Movement): string | null {
  const crate = name === null ? undefined : /^<?&?(?:mut )?([A-Za-z_]\w*)::/.exec(name)?.[1];
  if (crate === undefined) return null;
  return crate === 'core' || crate === 'alloc' ? 'std' : crate;
}

function causesOfCrate(sum: CrateSum, weighty: (movement: Movement) => boolean): Cause[] {
  const { crate, isWhole, before, after } = sum;
  if (isWhole && crate !== null) return [crateCause(crate, before, after, before === 0 ? 'new' : 'gone')];
  const functions = sum.functions.filter(weighty).slice(0, MAX_FUNCTIONS);
  const [first] = functions;
  if (crate === null) return functions.map((movement) => functionCause(movement));
  const whole = crateCause(crate, before, after, '');
  if (first === undefined) return [whole];
  const leads = Math.abs(movedBytes(first)) >= LEADING * Math.abs(after - before);
  const named = functions.map((movement) => functionCause(movement));
  return leads ? named : [whole, ...named];
}

function crateCause(crate: string, before: number, after: number, note: string): Cause {
  return {
    kind: 'crate',
    subject: crate,
    before: note === 'new' ? null : String(before),
    after: note === 'gone' ? null : String(after),
    amount: after - before,
    note,
  };
}

function functionCause(movement: Movement): Cause {
  const { crate, function: name, before, after } = movement;
  return {
    kind: 'function',
    subject: (name ?? '').slice(0, MAX_SUBJECT),
    before: before === 0 ? null : String(before),
    after: after === 0 ? null : String(after),
    amount: movedBytes(movement),
    note: functionNote(
      movement,
      name !== null && crate !== null && !name.startsWith(`${crate}::`) ? crate : null,
    ),
  };
}

/** `14 new copies`, `new`, `gone, 3 copies`, and which crate holds it where its path does not begin with it. */
function functionNote({ before, after, copiesBefore, copiesAfter }: Movement, holder: string | null): string {
  const more = copiesAfter - copiesBefore;
  const where = holder === null ? '' : ` in ${holder}`;
  if (before === 0) return `new${copiesAfter > 1 ? `, ${copiesAfter} copies` : ''}${where}`;
  if (after === 0) return `gone${copiesBefore > 1 ? `, ${copiesBefore} copies` : ''}${where}`;
  if (more === 0) return where.trim();
  const count = Math.abs(more);
  const word = count === 1 ? 'copy' : 'copies';
  return more > 0 ? `${count} new ${word}${where}` : `${count} ${word} fewer${where}`;
}
