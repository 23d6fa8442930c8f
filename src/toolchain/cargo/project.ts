import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Configuration } from '../../config/config.ts';
import { UserError } from '../../errors.ts';
import { type Caller, INSTALL_SECONDS, QUESTION_SECONDS } from './caller.ts';
import { BOOTSTRAP, type Variables } from './environment.ts';
import { callFailure } from './failure.ts';
import { type Metadata, parseMetadata } from './metadata.ts';
import {
  channelArguments,
  commonArguments,
  metadataArguments,
  type Plan,
  planOf,
  settingsArguments,
} from './plan.ts';
import { type ProfileTables, profilesOf, profileTables } from './profile-tables.ts';
import { type Selection, select, unknown } from './selection.ts';
import { NO_SETTINGS, parseSettings, type Settings } from './settings.ts';
import { checkTarget } from './target.ts';

/** A Cargo project, and how one configuration builds it: everything that is known before anything is fetched. */
export interface Project {
  readonly metadata: Metadata;
  readonly settings: Settings;
  readonly selection: Selection;
  readonly plan: Plan;
  readonly tables: ProfileTables;
  /** First line of `cargo -vV`. */
  readonly cargo: string;
  /** Triple of this machine, as cargo sees it. */
  readonly host: string;
  readonly lockfile: string;
  readonly warnings: readonly string[];
}

/**
 * Asks cargo about the project in the caller's directory and resolves the configuration against it.
 * Errors: UserError for a channel, project, package, program, feature, profile or target that is not there or not readable.
 */
export async function openProject(
  caller: Caller,
  configuration: Configuration,
  environment: Variables,
): Promise<Project> {
  const channel = channelArguments(configuration);
  const common = commonArguments(configuration);
  const version = await cargoVersion(caller, configuration, channel);
  const metadata = await readMetadata(caller, channel, common);
  const variables = { ...environment, ...configuration.env };
  const settings = withVariables(await readSettings(caller, channel, common), variables);
  const manifest = path.join(metadata.workspaceRoot, 'Cargo.toml');
  const sources = [profilesOf(await readText(manifest)), settings.profiles];
  const tables = profileTables(configuration.profile, sources, variables);
  const where = `configuration ${JSON.stringify(configuration.name)}`;
  if (!tables.names.includes(configuration.profile)) {
    throw unknown('profile', configuration.profile, where, tables.names, manifest);
  }
  const selection = select(metadata, configuration);
  const plan = planOf(configuration, selection);
  await checkTarget(caller, configuration, settings);
  return {
    ...{ metadata, settings, selection, plan, tables },
    ...version,
    lockfile: path.join(metadata.workspaceRoot, 'Cargo.lock'),
    warnings: [...libraryNote(selection), ...(await memberProfiles(metadata))],
  };
}

function libraryNote({ libraryMode }: Selection): string[] {
  if (!libraryMode) return [];
  return [
    'there is no program and no cdylib to build, so no size is weighed, only compiling and benchmarks; choose others with packages',
  ];
}

async function cargoVersion(
  caller: Caller,
  { channel, name }: Configuration,
  args: readonly string[],
): Promise<{ cargo: string; host: string }> {
  const told = await caller.cargo([...args, '-vV'], { timeoutSeconds: INSTALL_SECONDS });
  if (told.exitCode !== 0 && /no such command: `\+/.test(told.stderr)) {
    throw new UserError(
      `toolchain = ${JSON.stringify(channel)} in configuration ${JSON.stringify(name)} needs rustup's cargo, and the cargo in PATH is another; install rustup or remove the key`,
    );
  }
  if (told.exitCode !== 0)
    throw callFailure(`${`cargo ${args.join(' ')}`.trim()} does not start`, caller.directory, told);
  const host = /^host: (\S+)$/m.exec(told.stdout)?.[1] ?? 'unknown';
  return { cargo: told.stdout.split('\n', 1)[0]?.trim() ?? '', host };
}

async function readMetadata(
  caller: Caller,
  channel: readonly string[],
  common: readonly string[],
): Promise<Metadata> {
  const args = metadataArguments(channel, common);
  const told = await caller.cargo(args, { timeoutSeconds: QUESTION_SECONDS });
  if (told.exitCode !== 0) throw callFailure('cargo cannot read the project', caller.directory, told);
  return parseMetadata(told.stdout);
}

/** Best effort: an unstable command, which runs no code of the project's. */
async function readSettings(
  caller: Caller,
  channel: readonly string[],
  common: readonly string[],
): Promise<Settings> {
  const args = settingsArguments(channel, common);
  const told = await caller.cargo(args, { env: BOOTSTRAP, timeoutSeconds: QUESTION_SECONDS });
  return told.exitCode === 0 ? parseSettings(told.stdout) : NO_SETTINGS;
}

/** The environment is above the configuration files, and `cargo config get` does not show it. */
function withVariables(settings: Settings, variables: Variables): Settings {
  const target = variables['CARGO_BUILD_TARGET'];
  const rustc = variables['RUSTC'] || variables['CARGO_BUILD_RUSTC'];
  return {
    ...settings,
    targets: target ? [target] : settings.targets,
    rustc: rustc || settings.rustc,
  };
}

/** Cargo ignores the profiles of a member's own manifest, which is easily overlooked. */
async function memberProfiles(metadata: Metadata): Promise<string[]> {
  const root = path.join(metadata.workspaceRoot, 'Cargo.toml');
  const warnings: string[] = [];
  for (const member of metadata.members) {
    if (path.resolve(member.manifest_path) === path.resolve(root)) continue;
    const names = Object.keys(profilesOf(await readText(member.manifest_path)));
    if (names.length === 0) continue;
    const shown = path.relative(metadata.workspaceRoot, member.manifest_path).replaceAll('\\', '/');
    warnings.push(
      `cargo ignores profile ${names.join(', ')} in ${shown}: profiles count in the workspace's root manifest only`,
    );
  }
  return warnings.slice(0, 10);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}
