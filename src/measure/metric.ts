/** How a metric is judged (design §3). */
export const TIERS = ['exact', 'paired', 'historical'] as const;
export type Tier = (typeof TIERS)[number];

/** What a case measures; the first word of its name (`size rg`, `compile workspace`, `bench sort/10k`). */
export const AXES = ['size', 'compile', 'bench'] as const;
export type Axis = (typeof AXES)[number];

export const UNITS = ['B', 's', 'count'] as const;
/** `B` bytes, `s` seconds, `count` a plain number. */
export type Unit = (typeof UNITS)[number];

export interface Metric {
  readonly unit: Unit;
  readonly tier: Tier;
  /** Whether the metric decides verdicts; the others are shown as detail. */
  readonly headline: boolean;
  /** A reader's words for it, lower case. */
  readonly title: string;
  /** Prefixes of the identity fields that it depends on: where one differs, the number may not be compared as it stands. */
  readonly dependsOn: readonly string[];
}

const BUILD = ['toolchain.', 'target', 'profile.', 'flags.', 'linker', 'features', 'lockfile'] as const;
const MACHINE = [
  'machine.os',
  'machine.arch',
  'machine.cpu',
  'machine.cores',
  'machine.image',
  'jobs',
] as const;

const bytes = (title: string, headline = false): Metric => ({
  unit: 'B',
  tier: 'exact',
  headline,
  title,
  dependsOn: BUILD,
});
const count = (title: string): Metric => ({
  unit: 'count',
  tier: 'exact',
  headline: false,
  title,
  dependsOn: BUILD,
});
const cost = (unit: Unit, title: string, headline = false): Metric => ({
  unit,
  tier: 'historical',
  headline,
  title,
  dependsOn: [...BUILD, ...MACHINE],
});

/** Every metric that Tare knows, by axis and name. All are lower-is-better. */
export const METRICS = {
  size: {
    'loadable-bytes': bytes('loadable size', true),
    'file-bytes': bytes('file size'),
    'gzip-bytes': bytes('gzip size'),
    'text-bytes': bytes('code'),
    'rodata-bytes': bytes('read-only data'),
    'data-bytes': bytes('data'),
    'unwind-bytes': bytes('unwind tables'),
    'relocation-bytes': bytes('relocations'),
    'other-bytes': bytes('other loadable'),
    'debug-bytes': bytes('debug information'),
    'symbol-bytes': bytes('symbol table'),
    'bss-bytes': bytes('zero-initialised data'),
  },
  compile: {
    'cpu-seconds': cost('s', 'compile CPU time', true),
    'own-cpu-seconds': {
      unit: 's',
      tier: 'paired',
      headline: true,
      title: "compile CPU time of the workspace's own crates",
      dependsOn: [],
    },
    'wall-time': cost('s', 'compile wall time'),
    'peak-rss': cost('B', 'peak memory of the largest process'),
    units: count('compiled units'),
    dependencies: count('dependencies'),
    'build-scripts': count('build scripts'),
    'proc-macros': count('procedural macros'),
    'duplicate-crates': count('crates built in several versions'),
  },
  bench: {
    'wall-time': { unit: 's', tier: 'paired', headline: true, title: 'run time', dependsOn: [] },
    instructions: {
      unit: 'count',
      tier: 'exact',
      headline: true,
      title: 'instructions',
      dependsOn: [...BUILD, 'machine.arch', 'machine.image'],
    },
    // Of another tool, so nobody knows how they were taken: judged by main's history alone.
    'imported-time': cost('s', 'imported time', true),
    'imported-bytes': cost('B', 'imported bytes', true),
    'imported-value': cost('count', 'imported number', true),
  },
} as const satisfies Record<Axis, Record<string, Metric>>;

/** Whether a case of the axis can fit the pattern, judged by the text before its first `*`. */
export function mayFit(match: string, axis: Axis): boolean {
  const star = match.indexOf('*');
  if (star === -1) return match.startsWith(`${axis} `) && match.length > axis.length + 1;
  const start = match.slice(0, star);
  return start.startsWith(`${axis} `) || `${axis} `.startsWith(start);
}

/** The axis of a case name. Errors: throws for a name that starts with none of {@link AXES}. */
export function axisOf(caseName: string): Axis {
  const word = caseName.split(' ', 1)[0];
  const axis = AXES.find((candidate) => candidate === word);
  if (axis === undefined) throw new Error(`case ${JSON.stringify(caseName)} names no axis`);
  return axis;
}

/** The catalogue's entry for a metric of a case, or `undefined` for a name that this version does not know. */
export function metricOf(caseName: string, metric: string): Metric | undefined {
  const axis: Readonly<Record<string, Metric>> = METRICS[axisOf(caseName)];
  return Object.hasOwn(axis, metric) ? axis[metric] : undefined;
}
