import nodePath from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import { resolveBenches } from './benches.ts';
import { didYouMean } from './choice.ts';
import type { Config, Configuration, FailOn } from './config.ts';
import { DEFAULT_CONFIGURATION, DEFAULTS } from './defaults.ts';
import { type ConfigDocument, readDocument } from './document.ts';
import { knownChange, knownQuantity } from './quantity.ts';
import { quote } from './quote.ts';
import type { BuildKeys, FileContent } from './schema.ts';
import { nearest } from './suggest.ts';

/** What an input or a flag says; it wins over the file. null: not given. */
export interface Overrides {
  readonly failOn: FailOn | null;
  readonly comment: boolean | null;
  /** Names of the configurations to run; null: all. */
  readonly configurations: readonly string[] | null;
}

export const NO_OVERRIDES: Overrides = { failOn: null, comment: null, configurations: null };

export interface ConfigRequest {
  /** The repository, absolute. */
  readonly root: string;
  /** Working directory: absolute, or relative to the root. */
  readonly directory: string;
  /** File that the user named: absolute, or relative to the root; null: looked up. */
  readonly file: string | null;
  /** Whether it, and files that it names, may lie outside the repository: a terminal's user may read what they like. Default false. */
  readonly fileAnywhere?: boolean;
  readonly overrides: Overrides;
  readonly readFile: ReadFile;
}

/** Bytes of a file by its path relative to the root (`/`-separated), or absolute where that is allowed; null: there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array | null>;

/**
 * The configuration: overrides, then the file, then defaults. The file is the one that the user named, or the first of
 * `tare.toml` in the working directory, `tare.toml` in the root, `.github/tare.toml`; `Config.file` says which.
 * Errors: UserError for a path outside the repository, a named file that is missing, a file that cannot be read, every
 * wrong key or value, and the name of a configuration that does not exist.
 */
export async function loadConfig(request: ConfigRequest): Promise<Config> {
  const found = await find(request);
  const { content, rules, benches } = found ?? EMPTY;
  const file = found?.file ?? null;
  const { overrides } = request;
  const all = configurationsOf(content);
  const configurations = selected(all, overrides.configurations, file);
  return {
    file,
    configurations,
    ...(configurations.length < all.length ? { partial: true } : {}),
    size: {
      gate: content.size?.gate ?? DEFAULTS.size.gate,
      floor: knownQuantity(content.size?.floor ?? DEFAULTS.size.floor, 'B'),
      change: knownChange(content.size?.change ?? DEFAULTS.size.change),
      attribution: content.size?.attribution ?? DEFAULTS.size.attribution,
    },
    compile: {
      enabled: content.compile?.enabled ?? DEFAULTS.compile.enabled,
      paired: content.compile?.paired ?? DEFAULTS.compile.paired,
      minutes: content.compile?.minutes ?? DEFAULTS.compile.minutes,
    },
    baseline: {
      rebuild: content.baseline?.rebuild ?? DEFAULTS.baseline.rebuild,
      ancestors: content.baseline?.ancestors ?? DEFAULTS.baseline.ancestors,
    },
    benches,
    triage: {
      issue: content.triage?.issue ?? DEFAULTS.triage.issue,
      minutes: content.triage?.minutes ?? DEFAULTS.triage.minutes,
    },
    history: {
      enabled: content.history?.enabled ?? DEFAULTS.history.enabled,
      branch: content.history?.branch ?? DEFAULTS.history.branch,
    },
    accept: { label: labelOf(content.accept?.label ?? DEFAULTS.accept.label) },
    cases: rules,
    failOn: overrides.failOn ?? content['fail-on'] ?? DEFAULTS.failOn,
    comment: overrides.comment ?? content.comment ?? DEFAULTS.comment,
  };
}

/** An empty label switches it off. */
function labelOf(label: string): string | null {
  return label.trim() === '' ? null : label.trim();
}

/**
 * `path` relative to `root`, `/`-separated, `''` for the root itself. Links are not followed.
 * Errors: UserError that begins with `what` when the path leaves the repository.
 */
export function insideRepository(root: string, path: string, what: string): string {
  const inside = nodePath.relative(root, nodePath.resolve(root, path));
  if (isOutside(inside)) {
    throw new UserError(`${what} ${quote(path)} is outside the repository; give a path inside it`);
  }
  return inside.split(nodePath.sep).join('/');
}

/** Whether a relative path leads out of the folder that it is relative to; absolute: to another drive. */
export function isOutside(relative: string): boolean {
  return relative === '..' || relative.startsWith(`..${nodePath.sep}`) || nodePath.isAbsolute(relative);
}

const EMPTY: ConfigDocument = { content: {}, rules: [], benches: resolveBenches({}, false).benches };

type FoundDocument = ConfigDocument & { readonly file: string };

async function find(request: ConfigRequest): Promise<FoundDocument | null> {
  const directory = insideRepository(request.root, request.directory, 'working directory');
  const options = { absolutePaths: request.fileAnywhere ?? false };
  if (request.file !== null) {
    const file = namedFile(request, request.file);
    const bytes = await read(request, file);
    if (bytes === null) {
      throw new UserError(
        `configuration file ${quote(request.file)} does not exist; correct the path, or leave it out`,
      );
    }
    return { file, ...readDocument(file, bytes, options) };
  }
  const candidates = new Set([nodePath.posix.join(directory, 'tare.toml'), 'tare.toml', '.github/tare.toml']);
  for (const file of candidates) {
    const bytes = await read(request, file);
    if (bytes !== null) return { file, ...readDocument(file, bytes, options) };
  }
  return null;
}

function namedFile(request: ConfigRequest, path: string): string {
  if (
    request.fileAnywhere &&
    isOutside(nodePath.relative(request.root, nodePath.resolve(request.root, path)))
  ) {
    return nodePath.resolve(request.root, path);
  }
  return insideRepository(request.root, path, 'configuration file');
}

async function read(request: ConfigRequest, file: string): Promise<Uint8Array | null> {
  try {
    return await request.readFile(file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot read ${file}: ${messageOf(error)}; make it a readable file`);
  }
}

function configurationsOf(content: FileContent): readonly Configuration[] {
  const named = content.configuration ?? [];
  if (named.length === 0) return [complete(DEFAULT_CONFIGURATION, content, {})];
  return named.map(({ name, ...own }) => complete(name, content, own));
}

function complete(name: string, top: BuildKeys, own: BuildKeys): Configuration {
  return {
    name,
    toolchain: own.kind ?? top.kind ?? DEFAULTS.kind,
    profile: own.profile ?? top.profile ?? DEFAULTS.profile,
    packages: own.packages ?? top.packages ?? [],
    bins: own.bins ?? top.bins ?? [],
    lib: own.lib ?? top.lib ?? DEFAULTS.lib,
    features: own.features ?? top.features ?? [],
    allFeatures: own['all-features'] ?? top['all-features'] ?? DEFAULTS.allFeatures,
    defaultFeatures: own['default-features'] ?? top['default-features'] ?? DEFAULTS.defaultFeatures,
    target: own.target ?? top.target ?? null,
    channel: own.toolchain ?? top.toolchain ?? null,
    env: { ...top.env, ...own.env },
    args: own.args ?? top.args ?? [],
  };
}

function selected(
  all: readonly Configuration[],
  names: readonly string[] | null,
  file: string | null,
): readonly Configuration[] {
  if (names === null) return all;
  const known = all.map((configuration) => configuration.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const where = file ?? 'the default configuration (no tare.toml was found)';
    throw new UserError(
      `configuration ${quote(name)} is not in ${where}; allowed: ${known.join(', ')}${didYouMean(nearest(name, known))}`,
    );
  }
  return all.filter((configuration) => names.includes(configuration.name));
}
