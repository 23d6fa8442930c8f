import type { AttributionDiff } from './attribution.ts';
import { crateBytes, crateGroups, leastBytes } from './attribution-causes.ts';
import type { Cause } from './comparison.ts';
import { ADDED } from './packages.ts';
import { movesEverything, settingStep, type What } from './settings.ts';

/** What is known of a size beside its number. */
export interface SizeEvidence {
  readonly diff: AttributionDiff;
  /** Of the row, in bytes. */
  readonly change: number;
  /** Which of the documented effects of a setting the size shows. */
  readonly what: What;
  /** Every package that is new, gone or updated and whose code can be in the program. */
  readonly packages: readonly Cause[];
  /** Names of the packages that the project itself depends on; empty where that is not known. */
  readonly direct: ReadonlySet<string>;
}

/** Most causes of crates, functions and packages of one row. */
const MAX_CAUSES = 6;
/** Share of the change from which the named bytes explain it, so that packages without any are left out. */
const ENOUGH = 0.5;

/**
 * The causes of a size, the one that explains most first: a setting or toolchain that moves all code, then packages with the
 * bytes that they brought and the crates and functions that moved, the largest first. `causes`: what can explain the row,
 * settings by their documented effect. One that usually moves it the other way comes after packages and crates that are new or gone and explain it. Beside one
 * that moves everything, crates and functions that both sides have are left out: all of them moved.
 */
export function joinCauses(causes: readonly Cause[], evidence: SizeEvidence): Cause[] {
  const general = causes.filter(({ kind }) => kind !== 'lockfile');
  const entries = bytesByCause(evidence);
  const whole = entries.filter(({ isWhole }) => isWhole);
  const against = explains(whole, evidence) ? general.filter((cause) => isAgainst(cause, evidence)) : [];
  const leading = general.filter((cause) => !against.includes(cause));
  const all = leading.some(isOfEverything);
  const named = (all ? whole : entries).flatMap((entry) => entry.causes);
  const others = all || explains(entries, evidence) ? [] : withoutBytes(causes, evidence);
  const usually = against.map((cause) => ({ ...cause, note: 'usually moves it the other way' }));
  return [...leading, ...named.slice(0, MAX_CAUSES), ...usually, ...others];
}

/** Causes of a whole configuration, packages with the bytes that they brought to all programs together; null where none is known. */
export function withBytes(causes: readonly Cause[], diffs: readonly AttributionDiff[]): Cause[] {
  const all = diffs.map(crateBytes);
  return causes.map((cause) => {
    const parts = all.flatMap((bytes) => bytes.get(crateOf(cause)) ?? []);
    return cause.kind !== 'lockfile' || parts.length === 0
      ? cause
      : { ...cause, amount: parts.reduce((sum, part) => sum + part, 0) };
  });
}

interface Entry {
  readonly bytes: number;
  /** Whether it is new, gone or another version: something that a setting does not make. */
  readonly isWhole: boolean;
  readonly causes: readonly Cause[];
}

function explains(entries: readonly Entry[], { change }: SizeEvidence): boolean {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0) / change >= ENOUGH;
}

/** Packages and crates with what they moved the way that the row went, the largest first. */
function bytesByCause({ diff, change, packages, direct }: SizeEvidence): Entry[] {
  const bytesOf = crateBytes(diff);
  const weighed = packages.map((cause) => ({ cause, bytes: bytesOf.get(crateOf(cause)) ?? 0 }));
  const told = new Set(weighed.filter(({ bytes }) => bytes !== 0).map(({ cause }) => crateOf(cause)));
  const least = leastBytes(change);
  const brought = together(weighed, direct)
    .filter(({ bytes }) => bytes * Math.sign(change) >= least)
    .map(({ cause, bytes }) => ({ bytes, isWhole: true, causes: [{ ...cause, amount: bytes }] }));
  const others = crateGroups(diff, change).filter(({ crate }) => crate === null || !told.has(crate));
  return [...brought, ...others].sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
}

interface Weighed {
  readonly cause: Cause;
  readonly bytes: number;
}

/** New packages as one, under the name of the only one among them that the project itself depends on. */
function together(weighed: readonly Weighed[], direct: ReadonlySet<string>): Weighed[] {
  const added = weighed.filter(({ cause }) => cause.note === ADDED);
  const [head, ...more] = added.filter(({ cause }) => direct.has(cause.subject));
  if (head === undefined || more.length > 0 || added.length === 1) return [...weighed];
  const rest = added.length - 1;
  const cause = { ...head.cause, note: `${ADDED} with ${rest} more ${rest === 1 ? 'package' : 'packages'}` };
  const bytes = added.reduce((sum, one) => sum + one.bytes, 0);
  return [{ cause, bytes }, ...weighed.filter((one) => !added.includes(one))];
}

/** Packages whose code goes by a name that the program does not show. */
function withoutBytes(causes: readonly Cause[], { diff }: SizeEvidence): Cause[] {
  const known = crateBytes(diff);
  return causes.filter((cause) => cause.kind === 'lockfile' && !known.has(crateOf(cause)));
}

/** A package's crate, as it is called unless its manifest names the library otherwise. */
function crateOf({ subject }: Cause): string {
  return subject.replaceAll('-', '_');
}

function isOfEverything({ kind, subject }: Cause): boolean {
  return kind === 'toolchain' || (kind === 'setting' && movesEverything(subject));
}

function isAgainst({ kind, subject, before, after }: Cause, { change, what }: SizeEvidence): boolean {
  const step = kind === 'setting' ? settingStep({ field: subject, before, after }, what) : null;
  return step !== null && step * change < 0;
}
