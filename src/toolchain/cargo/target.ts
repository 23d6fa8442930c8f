import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Configuration } from '../../config/config.ts';
import { UserError } from '../../errors.ts';
import type { Caller } from './caller.ts';
import { channelArguments } from './plan.ts';
import { unknown } from './selection.ts';
import type { Settings } from './settings.ts';

/**
 * Checks that the configuration's target exists and has its standard library installed. A target of the project's own
 * (a JSON file) and a standard library that is built along (`-Zbuild-std`) are left to cargo.
 * Errors: UserError that names the target and those that are installed.
 */
export async function checkTarget(
  caller: Caller,
  configuration: Configuration,
  settings: Settings,
): Promise<void> {
  const { target } = configuration;
  if (target === null || target.endsWith('.json')) return;
  if (configuration.args.some((arg) => arg.includes('build-std'))) return;
  const [file, args] = settings.rustc ? [settings.rustc, []] : ['rustc', channelArguments(configuration)];
  const told = await caller.program(file, [...args, '--print', 'target-libdir', '--target', target]);
  const own = told.exitCode === 0 ? told.stdout.trim() : '';
  if (own !== '' && (await isLibrary(own))) return;
  const host = await caller.program(file, [...args, '--print', 'target-libdir']);
  const installed = host.exitCode === 0 ? await installedTargets(host.stdout.trim()) : [];
  const where = `configuration ${JSON.stringify(configuration.name)}`;
  if (own === '') throw unknown('target', target, where, installed, 'rustc');
  throw new UserError(
    `target ${JSON.stringify(target)} in ${where} is not installed: run rustup target add ${target} before Tare; installed: ${installed.join(', ')}`,
  );
}

/** The targets beside the host's: `<sysroot>/lib/rustlib/<target>/lib`. */
async function installedTargets(hostLibrary: string): Promise<string[]> {
  const root = path.dirname(path.dirname(hostLibrary));
  const names = await readdir(root).catch(() => []);
  const found: string[] = [];
  for (const name of names.sort()) {
    if (await isLibrary(path.join(root, name, 'lib'))) found.push(name);
  }
  return found;
}

async function isLibrary(directory: string): Promise<boolean> {
  const files = await readdir(directory).catch(() => []);
  return files.some((file) => file.endsWith('.rlib'));
}
