import type { Configuration } from '../../config/config.ts';
import { UserError } from '../../errors.ts';
import { hasLibrary, type Metadata, type Package, targetsOf } from './metadata.ts';

/** Which packages and targets one build takes. */
export interface Selection {
  readonly packages: readonly Package[];
  /** Whether the packages were named on the command line (`-p`). */
  readonly named: boolean;
  readonly bins: 'all' | readonly string[];
  /** Whether the library targets are built as roots. */
  readonly lib: boolean;
  /** Neither program nor cdylib: only the cost of compiling is measured. */
  readonly libraryMode: boolean;
}

/**
 * Resolves packages, programs and libraries against the workspace. With nothing chosen: the default members' programs,
 * and their cdylibs where `lib` is set or there is no program; if there is neither, their libraries. A `lib` without a cdylib adds
 * nothing: the other libraries are no files that users get.
 * Errors: UserError for a package, program or feature that does not exist, naming those that do, and for a project with nothing to build.
 */
export function select(metadata: Metadata, configuration: Configuration): Selection {
  const where = `configuration ${JSON.stringify(configuration.name)}`;
  const chosen = choosePackages(metadata, configuration, where);
  const { packages, named } = chooseBins(metadata, configuration, where, chosen);
  checkFeatures(metadata, packages, configuration, where);
  const bins = packages.flatMap((member) => targetsOf(member, 'bin'));
  const cdylibs = packages.flatMap((member) => targetsOf(member, 'cdylib'));
  const libraries = packages.filter(hasLibrary);
  if (bins.length === 0 && libraries.length === 0) {
    const names = packages.map((member) => member.name).join(', ');
    throw new UserError(
      `nothing to build in ${metadata.workspaceRoot}: the packages ${names || '(none)'} have no program and no library; name others with packages in ${where}`,
    );
  }
  const onlyLibraries = bins.length === 0;
  return {
    packages,
    named,
    bins: configuration.bins.length > 0 ? configuration.bins : onlyLibraries ? [] : 'all',
    lib: (configuration.lib && cdylibs.length > 0) || onlyLibraries,
    libraryMode: onlyLibraries && cdylibs.length === 0,
  };
}

function choosePackages(
  metadata: Metadata,
  { packages }: Configuration,
  where: string,
): { packages: readonly Package[]; named: boolean } {
  if (packages.length === 0) return { packages: metadata.defaultMembers, named: false };
  const chosen = packages.flatMap((spec) => {
    const matching = metadata.members.filter((member) => matches(member, spec));
    if (matching.length > 0) return matching;
    throw unknown(
      'package',
      spec,
      where,
      metadata.members.map((member) => member.name),
      metadata.workspaceRoot,
    );
  });
  return { packages: metadata.members.filter((member) => chosen.includes(member)), named: true };
}

/** A package specification of the user's: a name, `name@version` or a pattern with `*` and `?`. */
function matches(member: Package, spec: string): boolean {
  const [name = '', version] = spec.split('@', 2);
  const pattern = name
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return (
    new RegExp(`^${pattern}$`).test(member.name) && (version === undefined || member.version === version)
  );
}

/** Programs outside the default members are built too, by naming the packages that they belong to. */
function chooseBins(
  metadata: Metadata,
  { bins }: Configuration,
  where: string,
  chosen: { packages: readonly Package[]; named: boolean },
): { packages: readonly Package[]; named: boolean } {
  const has = (member: Package) => targetsOf(member, 'bin').some((bin) => bins.includes(bin));
  const missing = (packages: readonly Package[]) =>
    bins.find((bin) => !packages.some((member) => targetsOf(member, 'bin').includes(bin)));
  if (missing(chosen.packages) === undefined) return chosen;
  const searched = chosen.named ? chosen.packages : metadata.members;
  const absent = missing(searched);
  if (absent === undefined) return { packages: metadata.members.filter(has), named: true };
  const allowed = searched.flatMap((member) => targetsOf(member, 'bin'));
  throw unknown('program', absent, where, allowed, metadata.workspaceRoot);
}

function checkFeatures(
  metadata: Metadata,
  packages: readonly Package[],
  configuration: Configuration,
  where: string,
): void {
  for (const feature of configuration.features) {
    const slash = feature.indexOf('/');
    const owner =
      slash < 0 ? null : metadata.members.find((member) => member.name === feature.slice(0, slash));
    // `dependency/feature` is about a package that the metadata does not describe: cargo checks it.
    if (owner === undefined) continue;
    const owners = owner === null ? packages : [owner];
    const name = feature.slice(slash + 1);
    if (owners.some((member) => Object.hasOwn(member.features, name))) continue;
    const allowed = [...new Set(owners.flatMap((member) => Object.keys(member.features)))];
    throw unknown('feature', feature, where, allowed, metadata.workspaceRoot);
  }
}

const MAX_LISTED = 40;

/** Errors name what was asked for, where, and what there is. */
export function unknown(
  what: string,
  name: string,
  where: string,
  allowed: readonly string[],
  place: string,
): UserError {
  const sorted = [...new Set(allowed)].sort();
  const more = sorted.length > MAX_LISTED ? `, and ${sorted.length - MAX_LISTED} more` : '';
  const list =
    sorted.length === 0 ? 'there is none' : `allowed: ${sorted.slice(0, MAX_LISTED).join(', ')}${more}`;
  return new UserError(`unknown ${what} ${JSON.stringify(name)} in ${where} for ${place}; ${list}`);
}
