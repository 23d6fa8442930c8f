import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, release } from 'node:os';
import type { Identity } from '../measure/measurement.ts';
import type { Environment } from './environment.ts';

export interface MachineOptions {
  /** Tare's own environment: the runner tells its image there. */
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  /** Reads a text file of the system's. Default: the file system. */
  readonly read?: (path: string) => Promise<string>;
}

const UNKNOWN = 'unknown';

/**
 * The `machine.*` fields of an identity: os, arch, cpu (model), cores (that this process may use), image (the runner's
 * image and its version, or the system's release), kernel. What the system does not tell is `unknown`.
 */
export async function readMachine(options: MachineOptions): Promise<Identity> {
  const { environment, platform } = options;
  const read = async (path: string): Promise<string> => {
    if (platform !== 'linux') return '';
    return await (options.read ?? readText)(path).catch(() => '');
  };
  const cpu = parseCpuModel(await read('/proc/cpuinfo')) ?? cpus()[0]?.model.trim();
  return {
    'machine.os': platform,
    'machine.arch': arch(),
    'machine.cpu': cpu || UNKNOWN,
    'machine.cores': String(availableParallelism()),
    'machine.image':
      runnerImage(environment) ?? parseRelease(await read('/etc/os-release')) ?? `${platform} ${release()}`,
    'machine.kernel': release(),
  };
}

/**
 * The processor's model out of `/proc/cpuinfo`: its model name, or on arm64, which prints none, `implementer/part` of
 * the first core with variant and revision. null when it tells neither.
 */
export function parseCpuModel(text: string): string | null {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}[ \\t]*:[ \\t]*(\\S.*)$`, 'm').exec(text)?.[1]?.trim();
  const model = field('model name');
  if (model !== undefined) return model.replaceAll(/\s+/g, ' ');
  const [implementer, part] = [field('CPU implementer'), field('CPU part')];
  if (implementer === undefined || part === undefined) return field('Model') ?? field('cpu model') ?? null;
  return `ARM ${implementer}/${part} v${field('CPU variant') ?? '?'} r${field('CPU revision') ?? '?'}`;
}

/** `ID VERSION_ID` out of `/etc/os-release` (os-release(5)); null when there is no ID. */
export function parseRelease(text: string): string | null {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}=(["']?)(.*)\\1$`, 'm').exec(text)?.[2];
  const id = field('ID');
  if (id === undefined || id === '') return null;
  return [id, field('VERSION_ID') ?? field('BUILD_ID') ?? ''].join(' ').trim();
}

function runnerImage(environment: Environment): string | null {
  const image = environment['ImageOS'];
  if (image === undefined || image === '') return null;
  return [image, environment['ImageVersion'] ?? ''].join(' ').trim();
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
