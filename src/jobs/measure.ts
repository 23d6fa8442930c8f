import { copyFile, mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Configuration } from '../config/config.ts';
import { BuildError, UserError } from '../errors.ts';
import { compileValues } from '../measure/compile/values.ts';
import {
  type Identity,
  MEASUREMENT_SCHEMA,
  type Measurement,
  type StoredProgram,
  type Value,
} from '../measure/measurement.ts';
import { measureProgram } from '../measure/size/program.ts';
import { sha256File } from '../store/entry.ts';
import type { Build, BuiltProgram, Toolchain } from '../toolchain/toolchain.ts';
import { VERSION } from '../version.ts';
import type { JobPorts } from './ports.ts';
import type { Workplace } from './workplace.ts';

export interface MeasureRequest {
  /** Full SHA that the measurement is recorded under. */
  readonly commit: string;
  /** Where the user would run the build, absolute. */
  readonly directory: string;
  readonly configuration: Configuration;
  readonly toolchain: Toolchain;
  /** Whether compile time is kept; the build is the same either way. */
  readonly compile: boolean;
  /** Name of the folder in the workplace that receives the programs. */
  readonly side: 'base' | 'head';
  readonly warnings?: readonly string[];
}

export interface Measured {
  readonly measurement: Measurement;
  /** Absolute path of a directory with `bin/`, as `measurement.programs` lists it. */
  readonly directory: string;
}

/**
 * Builds one commit's release profile in one configuration and records all that it costs.
 * Errors: as {@link Toolchain.build}.
 */
export async function measure(
  request: MeasureRequest,
  workplace: Workplace,
  ports: JobPorts,
): Promise<Measured> {
  const scratch = await workplace.empty('target');
  const build = await buildWithContext(request, scratch, ports);
  const directory = await workplace.empty(request.side);
  const sizes = await weigh(build.programs, directory);
  await workplace.empty('target');
  const measurement: Measurement = {
    schema: MEASUREMENT_SCHEMA,
    tare: VERSION,
    commit: request.commit,
    configuration: request.configuration.name,
    recorded: ports.clock.now().toISOString(),
    identity: identityOf(build, ports),
    packages: [...build.packages],
    values: [...sizes.values, ...(request.compile ? compileValues(build) : [])],
    programs: sizes.programs,
    warnings: [...(request.warnings ?? []), ...build.warnings, ...sizes.warnings],
  };
  return { measurement, directory };
}

/** The toolchain that a configuration names, or the first that finds a project in `directory`. Errors: UserError when none does. */
export async function selectToolchain(
  configuration: Configuration,
  directory: string,
  toolchains: readonly Toolchain[],
): Promise<Toolchain> {
  if (configuration.toolchain !== 'auto') {
    const named = toolchains.find((toolchain) => toolchain.name === configuration.toolchain);
    if (named !== undefined) return named;
    throw new UserError(
      `configuration ${configuration.name}: kind "${configuration.toolchain}" is not supported by this version; supported: ${toolchains.map((toolchain) => toolchain.name).join(', ')}`,
    );
  }
  for (const toolchain of toolchains) {
    if (await toolchain.detect(directory)) return toolchain;
  }
  throw new UserError(
    `${directory}: no Cargo project found; set working-directory (--repo in a terminal) to the folder that holds Cargo.toml`,
  );
}

async function buildWithContext(request: MeasureRequest, scratch: string, ports: JobPorts): Promise<Build> {
  const { configuration, directory, toolchain } = request;
  try {
    return await toolchain.build({ directory, configuration, scratch, jobs: ports.jobs });
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    throw new BuildError(`${request.side} ${request.commit.slice(0, 10)}: ${error.message}`, error.output);
  }
}

function identityOf(build: Build, ports: JobPorts): Identity {
  return { ...build.identity, ...ports.machine, jobs: String(ports.jobs) };
}

interface Weighed {
  readonly values: Value[];
  readonly programs: StoredProgram[];
  readonly warnings: string[];
}

async function weigh(programs: readonly BuiltProgram[], directory: string): Promise<Weighed> {
  const weighed: Weighed = { values: [], programs: [], warnings: [] };
  await mkdir(join(directory, 'bin'), { recursive: true });
  for (const [name, program] of named(programs)) {
    const { values, warnings } = await measureProgram(name, program.path, { gzip: true });
    weighed.values.push(...values);
    weighed.warnings.push(...warnings);
    weighed.programs.push(await keep(name, program, directory));
  }
  return weighed;
}

async function keep(name: string, program: BuiltProgram, directory: string): Promise<StoredProgram> {
  const file = `bin/${fileNameOf(name, program)}`;
  const path = join(directory, file);
  await copyFile(program.path, path);
  const { bytes, sha256 } = await sha256File(path);
  return { name, kind: program.kind, file, bytes, sha256 };
}

function fileNameOf(name: string, program: BuiltProgram): string {
  const file = basename(program.path);
  return name === program.name ? file : `${name.replaceAll(/[/\\]/g, '-')}${extname(file)}`;
}

/** Two packages may each ship a program of the same name: then all of that name carry their package's. */
function named(programs: readonly BuiltProgram[]): [string, BuiltProgram][] {
  const seen = new Map<string, number>();
  for (const { name } of programs) seen.set(name, (seen.get(name) ?? 0) + 1);
  return programs.map((program) => [
    seen.get(program.name) === 1 ? program.name : `${program.package}/${program.name}`,
    program,
  ]);
}
