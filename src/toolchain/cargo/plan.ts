import type { Configuration } from '../../config/config.ts';
import { UserError } from '../../errors.ts';
import type { Selection } from './selection.ts';

/** The arguments of cargo that one configuration stands for. */
export interface Plan {
  /** `+channel`, or nothing. */
  readonly channel: readonly string[];
  /** Arguments that every cargo command needs: `--config …` and `-Z …` of the configuration's `args`. */
  readonly common: readonly string[];
  /** What to build and how, without where and how loudly. */
  readonly selection: readonly string[];
  /** The packages alone: `-p …`, or nothing for the default members. */
  readonly packages: readonly string[];
  /** Features, target and the configuration's other arguments. */
  readonly options: readonly string[];
}

/** Errors: UserError for an argument that Tare sets itself. */
export function planOf(configuration: Configuration, selection: Selection): Plan {
  const { common, build } = splitArguments(configuration);
  const packages = selection.named
    ? selection.packages.flatMap((member) => ['-p', `${member.name}@${member.version}`])
    : [];
  const options = [
    ...(configuration.features.length > 0 ? ['--features', configuration.features.join(',')] : []),
    ...(configuration.allFeatures ? ['--all-features'] : []),
    ...(configuration.defaultFeatures ? [] : ['--no-default-features']),
    ...(configuration.target === null ? [] : ['--target', configuration.target]),
    ...build,
  ];
  const bins = selection.bins === 'all' ? ['--bins'] : selection.bins.flatMap((bin) => ['--bin', bin]);
  return {
    channel: channelArguments(configuration),
    common,
    selection: [
      ...['--profile', configuration.profile, ...packages, ...bins],
      ...(selection.lib ? ['--lib'] : []),
      ...options,
    ],
    packages,
    options,
  };
}

export function channelArguments(configuration: Configuration): string[] {
  return configuration.channel === null ? [] : [`+${configuration.channel.replace(/^\+/, '')}`];
}

/** The arguments that all of cargo's commands take, from the configuration's `args`. */
export function commonArguments(configuration: Configuration): readonly string[] {
  return splitArguments(configuration).common;
}

export function metadataArguments(channel: readonly string[], common: readonly string[]): string[] {
  return [...channel, 'metadata', '--format-version', '1', '--no-deps', ...common];
}

export function settingsArguments(channel: readonly string[], common: readonly string[]): string[] {
  return [...channel, 'config', 'get', '--format', 'json', '-Zunstable-options', ...common];
}

/** `targets`: what the dependencies are needed for; empty: every platform. */
export function fetchArguments(
  plan: Plan,
  directory: string,
  targets: readonly string[],
  locked: boolean,
): string[] {
  return [
    ...[...plan.channel, 'fetch', ...(locked ? ['--locked'] : [])],
    ...targets.flatMap((target) => ['--target', target]),
    ...[...plan.common, '--config', `build.target-dir=${JSON.stringify(directory)}`],
    ...buildDirectory(directory),
  ];
}

export function unitGraphArguments(plan: Plan, directory: string): string[] {
  return [
    ...[...plan.channel, 'build', '--unit-graph', '-Zunstable-options', '--frozen'],
    ...['--target-dir', directory],
    ...[...plan.selection, ...plan.common, ...buildDirectory(directory)],
  ];
}

/** The timed build. */
export function buildArguments(plan: Plan, directory: string, jobs: number): string[] {
  return [
    ...[...plan.channel, 'build', '-v', '--message-format=json-render-diagnostics', '--frozen'],
    ...['-j', String(jobs), '--target-dir', directory],
    ...[...plan.selection, ...plan.common, ...buildDirectory(directory)],
  ];
}

/** Removes what the packages of the specifications left in `directory`, for the host and the target. */
export function cleanArguments(plan: Plan, specifications: readonly string[], directory: string): string[] {
  const target = plan.options.indexOf('--target');
  return [
    ...[...plan.channel, 'clean', '--frozen', '--target-dir', directory],
    ...[...plan.selection.slice(0, 2), ...specifications.flatMap((one) => ['-p', one])],
    ...(target < 0 ? [] : plan.options.slice(target, target + 2)),
    ...[...plan.common, ...buildDirectory(directory)],
  ];
}

/** What `cargo bench --no-run` builds, by the command that can go on after a target that does not compile. `targets`: `--bench NAME …` or `--benches`. */
export function benchArguments(
  plan: Plan,
  targets: readonly string[],
  directory: string,
  jobs: number,
): string[] {
  return [
    ...[...plan.channel, 'build', '--profile', 'bench', '--keep-going', '-v'],
    ...['--message-format=json-render-diagnostics', '--frozen'],
    ...['-j', String(jobs), '--target-dir', directory],
    ...[...plan.packages, ...targets, ...plan.options, ...plan.common, ...buildDirectory(directory)],
  ];
}

/** One target of one package, with arguments for its own compiler call. `target`: `--bin NAME`, `--lib`, `--bench NAME`. */
export function rustcArguments(
  plan: Plan,
  target: readonly string[],
  compiler: readonly string[],
  directory: string,
  jobs: number,
): string[] {
  return [
    ...[...plan.channel, 'rustc', '--message-format=json-render-diagnostics', '--frozen'],
    ...['-j', String(jobs), '--target-dir', directory],
    ...[...target, ...plan.options, ...plan.common, ...buildDirectory(directory), '--', ...compiler],
  ];
}

/**
 * A project's own `build.build-dir` outlives `--target-dir`, and would give units of an earlier build. By argument, as a
 * variable would reach a cargo that a build script starts, which would then wait for this one's lock for ever.
 */
function buildDirectory(directory: string): string[] {
  return ['--config', `build.build-dir=${JSON.stringify(directory)}`];
}

/** What to write in the configuration instead of an argument; '' where there is nothing to write. */
const OURS: Readonly<Record<string, string>> = {
  '--profile': 'profile',
  '--release': 'profile',
  '-r': 'profile',
  '--package': 'packages',
  '-p': 'packages',
  '--bin': 'bins',
  '--bins': 'bins',
  '--lib': 'lib',
  '--features': 'features',
  '-F': 'features',
  '--all-features': 'all-features',
  '--no-default-features': 'default-features',
  '--target': 'target',
  '--manifest-path': 'working-directory',
  '--target-dir': '',
  '--artifact-dir': '',
  '--message-format': '',
  '--jobs': '',
  '-j': '',
  '--keep-going': '',
  '--quiet': '',
  '-q': '',
  '--unit-graph': '',
  '--dry-run': '',
  '--': '',
};
/** Given anyway, or without a meaning for a measurement. */
const IMPLIED = new Set(['--locked', '--offline', '--frozen', '-v', '-vv', '--verbose']);

function splitArguments(configuration: Configuration): { common: string[]; build: string[] } {
  const common: string[] = [];
  const build: string[] = [];
  const { args } = configuration;
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    const option = word.startsWith('--')
      ? word.replace(/=.*$/s, '')
      : /^-[jpFr]./.test(word)
        ? word.slice(0, 2)
        : word;
    const instead = Object.hasOwn(OURS, option) ? OURS[option] : undefined;
    if (instead !== undefined) throw reserved(word, instead, configuration.name);
    if (IMPLIED.has(word)) continue;
    if (option !== '--config' && !word.startsWith('-Z')) {
      build.push(word);
      continue;
    }
    const takesNext = word === '--config' || word === '-Z';
    const value = takesNext ? (args[index + 1] ?? '') : word.replace(/^(--config=|-Z)/, '');
    if (/^\s*build\.(build-dir|target-dir)\b/.test(value)) throw reserved(value, '', configuration.name);
    common.push(word, ...(takesNext ? [value] : []));
    if (takesNext) index += 1;
  }
  return { common, build };
}

function reserved(word: string, instead: string, name: string): UserError {
  const advice = instead === '' ? 'Tare sets it itself: remove it' : `use ${instead} instead`;
  return new UserError(
    `args in configuration ${JSON.stringify(name)} may not hold ${JSON.stringify(word)}; ${advice}`,
  );
}
