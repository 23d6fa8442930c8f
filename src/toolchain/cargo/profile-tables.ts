import { parse } from 'smol-toml';
import { z } from 'zod';
import { type Profiles, profilesSchema } from './settings.ts';

const manifestSchema = z.object({ profile: profilesSchema });
const BUILT_IN = ['dev', 'release', 'test', 'bench'] as const;

/** The `[profile.*]` tables of a manifest; none for a text that is not TOML: cargo has the word on that. */
export function profilesOf(manifest: string): Profiles {
  try {
    const parsed = manifestSchema.safeParse(parse(manifest));
    return parsed.success ? (parsed.data.profile ?? {}) : {};
  } catch {
    return {};
  }
}

/** The tables that are about one profile: where packages and build scripts are treated otherwise than it says. */
export interface ProfileTables {
  /** Every profile that exists, sorted. */
  readonly names: readonly string[];
  /** Package names that have an override of their own. */
  readonly packages: ReadonlySet<string>;
  /** Whether `[profile.….package."*"]` exists: an override for all packages from outside the workspace. */
  readonly allOthers: boolean;
  /** Keys of `[profile.….build-override]`. */
  readonly buildOverride: ReadonlySet<string>;
}

/**
 * Joins the tables of a profile, and of those it inherits from, over all `sources` (the workspace's manifest, cargo's
 * configuration). `environment` may define a profile by `CARGO_PROFILE_<NAME>_INHERITS`, and then has its name in `names`.
 */
export function profileTables(
  profile: string,
  sources: readonly Profiles[],
  environment: Readonly<Record<string, string | undefined>>,
): ProfileTables {
  const names = new Set<string>([...BUILT_IN, ...sources.flatMap((source) => Object.keys(source))]);
  const variable = `CARGO_PROFILE_${profile.toUpperCase().replaceAll('-', '_')}_INHERITS`;
  if (environment[variable] !== undefined) names.add(profile);
  const chain = inheritance(profile, sources).flatMap((name) => sources.map((source) => source[name] ?? {}));
  const specs = chain.flatMap((table) => Object.keys(asTable(table['package'])));
  return {
    names: [...names].sort(),
    packages: new Set(specs.filter((spec) => spec !== '*').map(nameOfSpec)),
    allOthers: specs.includes('*'),
    buildOverride: new Set(chain.flatMap((table) => Object.keys(asTable(table['build-override'])))),
  };
}

/** The profile and the profiles that it inherits from, nearest first; a circle ends it: cargo refuses one. */
function inheritance(profile: string, sources: readonly Profiles[]): string[] {
  const chain: string[] = [];
  let next: unknown = profile;
  while (typeof next === 'string' && !chain.includes(next)) {
    const name: string = next;
    chain.push(name);
    next = sources.map((source) => source[name]?.['inherits']).find((parent) => parent !== undefined);
  }
  return chain;
}

function asTable(value: unknown): Readonly<Record<string, unknown>> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(value);
  return parsed.success ? parsed.data : {};
}

/** The package name in a package id specification: `name`, `name@1.2`, `name:1.2`, `URL#name@1.2`, `URL/name#1.2`. */
function nameOfSpec(spec: string): string {
  const hash = spec.lastIndexOf('#');
  if (!spec.includes('://') || hash < 0) {
    const last = spec.slice(spec.lastIndexOf('/') + 1);
    return last.replace(/[@:].*$/, '');
  }
  const fragment = spec.slice(hash + 1);
  if (/^\d/.test(fragment)) return spec.slice(spec.lastIndexOf('/', hash) + 1, hash);
  return fragment.replace(/[@:].*$/, '');
}
