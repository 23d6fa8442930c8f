import { createHash } from 'node:crypto';
import type { Configuration } from '../../config/config.ts';
import type { Identity } from '../../measure/measurement.ts';
import { deviations, packagesWithDebug, referenceUnit } from './deviations.ts';
import { type Flags, flagsOf, type Places } from './flags.ts';
import type { Artifact } from './messages.ts';
import { parsePackageId } from './package-id.ts';
import { actualProfile, droppedLto, isStripDeferred, type Profile, requestedProfile } from './profile.ts';
import type { ProfileTables } from './profile-tables.ts';
import type { RustcCall } from './rustc-call.ts';
import type { Unit, UnitGraph } from './unit-graph.ts';

/** Everything that one build showed of itself. */
export interface Evidence {
  readonly configuration: Configuration;
  readonly graph: UnitGraph | null;
  readonly calls: readonly RustcCall[];
  /** Of the selected packages' selected targets. */
  readonly roots: readonly Artifact[];
  readonly tables: ProfileTables;
  /** Triple of the machine that builds. */
  readonly host: string;
  /** The private build directory, and the workspace's. */
  readonly places: Places;
}

export interface Effective {
  /** `profile.*`, `flags.*`, `target` and `features`. */
  readonly identity: Identity;
  readonly warnings: readonly string[];
  /** The compiler call of the unit that the profile was read from. */
  readonly call: RustcCall | null;
}

/**
 * The effective profile: what cargo resolved (unit graph), overruled by what the compiler was told. `profile.lto` is what was
 * asked for; crates that did not get it are in `flags.lto-dropped`. Without a unit graph, package overrides are not seen.
 */
export function effective(evidence: Evidence): Effective {
  const { graph, tables, calls, configuration } = evidence;
  const reference = graph === null ? null : referenceUnit(graph, tables);
  const call = reference === null ? firstRootCall(evidence) : callOf(calls, reference.target);
  const target = targetOf(evidence, call, reference);
  const requested = reference === null ? null : requestedProfile(reference.profile, target);
  const profile = call === null ? requested : actualProfile(call, requested, target);
  const deviating = graph === null || reference === null ? {} : deviations(graph, reference, tables, target);
  const rootCalls = evidence.roots.flatMap((root) => callOf(calls, root.target) ?? []);
  const dropped =
    requested === null
      ? []
      : rootCalls.filter((root) => droppedLto(root, requested)).map((root) => root.crateName);
  const flags = flagsOf(calls, rootCalls, evidence.places);
  return {
    identity: {
      'profile.name': configuration.profile,
      ...prefixed('profile.', profile ?? {}),
      ...prefixed('profile.', deviating),
      'flags.rustflags': list(flags.rustflags),
      'flags.link': list(flags.link),
      'flags.lto-dropped': list([...new Set(dropped)].sort()),
      target,
      features: list(featuresOf(evidence.roots)),
    },
    warnings: warningsOf(evidence, reference, profile, [...new Set(dropped)].sort(), flags),
    call,
  };
}

/** A list as an identity value: `none` when empty; a long one ends with the hash of all of it. */
export function list(items: readonly string[]): string {
  const text = items.join(' ');
  if (text === '') return 'none';
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT)}… sha256:${createHash('sha256').update(text).digest('hex')}`;
}

const MAX_TEXT = 3800;

function warningsOf(
  { graph, configuration }: Evidence,
  reference: Unit | null,
  profile: Profile | null,
  dropped: readonly string[],
  flags: Flags,
): string[] {
  const warnings: string[] = [];
  if (graph === null) {
    warnings.push('cargo gave no unit graph: package overrides of the profile are not seen');
  }
  if (dropped.length > 0) {
    warnings.push(
      `cargo drops lto = "${profile?.lto}" for ${dropped.join(', ')}: the package builds an rlib beside it; give the two crate types packages of their own`,
    );
  }
  const debug = graph === null || reference === null ? [] : packagesWithDebug(graph, reference);
  if (
    reference !== null &&
    debug.length > 0 &&
    profile?.strip === 'none' &&
    isStripDeferred(reference.profile)
  ) {
    warnings.push(
      `${debug.slice(0, 5).join(', ')} built with debug information by a package override: cargo then stops stripping debug information, the standard library's too, from the programs; set strip in profile ${configuration.profile}`,
    );
  }
  if ([...flags.rustflags, ...flags.link].includes('-C target-cpu=native')) {
    warnings.push(
      'target-cpu=native: the programs depend on the machine that the job was given, and cannot be compared between machines',
    );
  }
  return warnings;
}

function targetOf({ configuration, host }: Evidence, call: RustcCall | null, reference: Unit | null): string {
  const target = configuration.target ?? call?.target ?? reference?.platform ?? host;
  return target.replace(/^.*[/\\]/, '').replace(/\.json$/, '');
}

/** The last compiler call for a target. A package's program and library may share a name: the crate types tell. */
function callOf(
  calls: readonly RustcCall[],
  target: { name: string; crate_types: readonly string[] },
): RustcCall | null {
  const name = target.name.replaceAll('-', '_');
  const types = [...target.crate_types].sort().join();
  return (
    calls.findLast((call) => call.crateName === name && [...call.crateTypes].sort().join() === types) ?? null
  );
}

function firstRootCall({ roots, calls }: Evidence): RustcCall | null {
  for (const root of roots) {
    const call = callOf(calls, root.target);
    if (call !== null) return call;
  }
  return null;
}

/** `package/feature` for every feature that is on in a selected package. */
function featuresOf(roots: readonly Artifact[]): string[] {
  const all = roots.flatMap((root) =>
    root.features.map((feature) => `${parsePackageId(root.package_id).name}/${feature}`),
  );
  return [...new Set(all)].sort();
}

function prefixed(prefix: string, fields: Readonly<Record<string, string>>): Identity {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [`${prefix}${key}`.slice(0, 400), value]),
  );
}
