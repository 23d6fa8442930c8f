import { parse } from 'smol-toml';
import { z } from 'zod';
import type { Configuration } from '../../../config/config.ts';
import type { Package } from '../metadata.ts';

/** A target with benchmarks that cargo can build. */
export interface BenchTarget {
  readonly package: Package;
  /** `lib` and `bin`: with the built-in harness. */
  readonly kind: 'bench' | 'lib' | 'bin';
  readonly name: string;
}

export interface BenchTargets {
  readonly targets: readonly BenchTarget[];
  readonly warnings: readonly string[];
}

export interface BenchQuestion {
  readonly packages: readonly Package[];
  readonly configuration: Configuration;
  /** Whether the compiler takes unstable features: the built-in harness has benchmarks only then. */
  readonly isUnstable: boolean;
  /** Text of a package's manifest. */
  readonly manifestOf: (from: Package) => string;
  /** Whether a crate has benchmarks of the built-in harness in its sources; asked only where they would compile. */
  readonly hasBuiltIn: (rootFile: string) => boolean;
}

/**
 * The benchmark targets of the packages that can be built: those with their features on, and on a stable toolchain only those
 * with a harness of their own. What is left out is told in one line each.
 */
export function benchTargets(question: BenchQuestion): BenchTargets {
  const { packages, configuration, isUnstable, manifestOf } = question;
  const targets: BenchTarget[] = [];
  const warnings: string[] = [];
  const needNightly: string[] = [];
  for (const from of packages) {
    const benches = from.targets.filter((target) => target.kind.includes('bench'));
    const ownHarness = benches.length === 0 ? new Set() : withOwnHarness(manifestOf(from));
    const enabled = enabledFeatures(from, configuration);
    for (const { name, 'required-features': required = [] } of benches) {
      const missing = required.filter((feature) => !isEnabled(feature, enabled));
      if (missing.length > 0) {
        warnings.push(
          `benchmark program ${name} of package ${from.name} is left out: it needs features ${missing.join(', ')}; add them to features of configuration ${JSON.stringify(configuration.name)}`,
        );
      } else if (!isUnstable && !ownHarness.has(name)) {
        needNightly.push(name);
      } else {
        targets.push({ package: from, kind: 'bench', name });
      }
    }
    if (isUnstable) targets.push(...builtIn(from, question.hasBuiltIn));
  }
  if (needNightly.length > 0) {
    warnings.push(
      `benchmark programs left out: ${needNightly.slice(0, 5).join(', ')}${needNightly.length > 5 ? ` and ${needNightly.length - 5} more` : ''}; the built-in harness needs nightly: set channel = "nightly" in configuration ${JSON.stringify(configuration.name)}, or harness = false in the manifest if it is criterion's or divan's`,
    );
  }
  return { targets, warnings };
}

/** The arguments of cargo that stand for the targets. */
export function targetArguments(targets: readonly BenchTarget[]): string[] {
  // Only `--benches` builds a library or a program with the harness.
  if (targets.some(({ kind }) => kind !== 'bench')) return ['--benches'];
  return [...new Set(targets.map(({ name }) => `--bench=${name}`))];
}

function builtIn(from: Package, hasBuiltIn: BenchQuestion['hasBuiltIn']): BenchTarget[] {
  return from.targets.flatMap((target) => {
    const kind = target.kind.includes('bin') ? 'bin' : target.kind.includes('lib') ? 'lib' : null;
    if (kind === null || target.src_path === undefined || !hasBuiltIn(target.src_path)) return [];
    return [{ package: from, kind, name: target.name }];
  });
}

const manifestSchema = z.object({
  bench: z.array(z.object({ name: z.string().optional(), harness: z.boolean().optional() })).optional(),
});

/** Names of the `[[bench]]` tables that say `harness = false`; none for what is not TOML. */
export function withOwnHarness(manifest: string): Set<string> {
  try {
    const { bench = [] } = manifestSchema.parse(parse(manifest));
    return new Set(
      bench.flatMap(({ name, harness }) => (harness === false && name !== undefined ? [name] : [])),
    );
  } catch {
    return new Set();
  }
}

/** Features of a package that its own default and the configuration turn on. Other packages may turn on more. */
function enabledFeatures(
  from: Package,
  { features, allFeatures, defaultFeatures }: Configuration,
): Set<string> {
  if (allFeatures) return new Set(Object.keys(from.features));
  const own = features.flatMap((feature) => {
    const slash = feature.indexOf('/');
    if (slash < 0) return [feature];
    return feature.slice(0, slash) === from.name ? [feature.slice(slash + 1)] : [feature];
  });
  const open = [...(defaultFeatures ? ['default'] : []), ...own];
  const enabled = new Set<string>();
  for (let feature = open.pop(); feature !== undefined; feature = open.pop()) {
    if (enabled.has(feature)) continue;
    enabled.add(feature);
    if (Object.hasOwn(from.features, feature)) open.push(...(from.features[feature] ?? []));
  }
  return enabled;
}

/** `dependency/feature` also when it was turned on weakly, `dependency?/feature`. */
function isEnabled(feature: string, enabled: ReadonlySet<string>): boolean {
  return enabled.has(feature) || enabled.has(feature.replace('/', '?/'));
}
