import { basename, extname } from 'node:path';
import type { Config, Configuration } from '../config/config.ts';
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
import type { Build, BuildRequest, BuiltProgram, Toolchain } from '../toolchain/toolchain.ts';
import { VERSION } from '../version.ts';
import { type Attributed, attributePrograms } from './attribution.ts';
import type { FailedCase } from './bench/failed-case.ts';
import type { ImportedTime } from './bench/imported.ts';
import { stageLayouts } from './bench/layouts.ts';
import { importNumbers } from './bench/numbers.ts';
import { withRoom } from './bench/room.ts';
import { type StagedLayouts, stageBenches } from './bench/stage.ts';
import type { JobPorts } from './ports.ts';
import { storeProgram } from './programs.ts';
import type { Workplace } from './workplace.ts';

export interface MeasureRequest {
  /** Full SHA that the measurement is recorded under. */
  readonly commit: string;
  /** Where the user would run the build, absolute. */
  readonly directory: string;
  /** Root of the checkout that `directory` is in, absolute. */
  readonly root: string;
  readonly config: Config;
  readonly configuration: Configuration;
  readonly toolchain: Toolchain;
  /** Name of the folder in the workplace that receives the programs. */
  readonly side: 'base' | 'head';
  /**
   * `now`: the programs that benchmarks use are linked in other code layouts too, to be stored with them, and the bytes of the
   * shipped ones are named. `later`: only where a number looks changed, by {@link Measured.relink} and {@link Measured.attribute}.
   */
  readonly layouts: 'now' | 'later';
  readonly warnings?: readonly string[];
}

export interface Measured {
  readonly measurement: Measurement;
  /** Absolute path of a directory with `bin/` and `bench/`, as `measurement.programs` lists them. */
  readonly directory: string;
  /** Links stored programs in other code layouts, into `bench/`; possible until the workplace's `target` is gone. */
  readonly relink: (files: Iterable<string>) => Promise<StagedLayouts>;
  /** Names the bytes of the programs of these cases, of all where left out; possible as long as `relink` is. */
  readonly attribute: (cases?: ReadonlySet<string>) => Promise<Attributed>;
  /** What could not be measured beside the build. */
  readonly failed: readonly FailedCase[];
  /** Cases of another tool's numbers that are of category secondary. */
  readonly secondary: readonly string[];
  /** Another tool's times that can be taken of both sides in this job. */
  readonly times: readonly ImportedTime[];
}

const NOT_ATTRIBUTED: Attributed = { attributions: [], warnings: [] };

/**
 * Builds one commit's release profile in one configuration and records all that it costs. The build stays in the
 * workplace's `target`.
 * Errors: as {@link Toolchain.build}.
 */
export async function measure(
  request: MeasureRequest,
  workplace: Workplace,
  ports: JobPorts,
): Promise<Measured> {
  const { configuration, toolchain, config, root } = request;
  const scratch = await workplace.empty('target');
  const buildRequest: BuildRequest = {
    directory: request.directory,
    configuration,
    scratch,
    jobs: ports.jobs,
  };
  const build = await buildWithContext(request, buildRequest);
  const directory = await workplace.empty(request.side);
  const sizes = await weigh(build.programs, directory, ports);
  const stageRequest = {
    ...{ build: buildRequest, toolchain, config, root, directory },
    ...{ shipped: sizes.shipped, stored: sizes.programs },
  };
  const staged = await stageBenches(stageRequest, ports);
  const relink = (files: Iterable<string>) => stageLayouts(staged, files, stageRequest, ports);
  const harness = staged.benches.map((bench) => bench.case);
  const shipped = { programs: sizes.programs, directory, harness };
  const imported = await importNumbers({ ...request, ...shipped }, ports);
  const kept = request.layouts === 'now' && config.benches.layouts ? withRoom(staged, stageRequest) : null;
  const linked = kept === null ? null : await relink(kept.files);
  const programs = new Map(
    sizes.programs.flatMap(({ name, file }) => {
      const built = sizes.shipped.get(file);
      return built === undefined ? [] : [[`size ${name}`, built] as const];
    }),
  );
  const attribute = (cases?: ReadonlySet<string>) =>
    attributePrograms({ build: buildRequest, toolchain, packages: build.packages, programs }, ports, cases);
  const attributed =
    request.layouts === 'now' && config.size.attribution !== 'off' ? await attribute() : NOT_ATTRIBUTED;
  const measurement: Measurement = {
    schema: MEASUREMENT_SCHEMA,
    tare: VERSION,
    commit: request.commit,
    configuration: request.configuration.name,
    recorded: ports.clock.now().toISOString(),
    identity: identityOf(build, ports),
    ...(staged.profile === undefined ? {} : { benchProfile: staged.profile }),
    packages: [...build.packages],
    values: [...sizes.values, ...(config.compile.enabled ? compileValues(build) : []), ...imported.values],
    programs: [...sizes.programs, ...staged.programs, ...(linked?.programs ?? [])],
    benches: staged.benches,
    layouts: linked?.layouts ?? [],
    attributions: attributed.attributions,
    warnings: [
      ...[...(request.warnings ?? []), ...build.warnings, ...sizes.warnings],
      ...[...staged.warnings, ...(kept?.warnings ?? []), ...imported.warnings, ...attributed.warnings],
    ],
  };
  const { secondary, times } = imported;
  return {
    measurement,
    directory,
    relink,
    attribute,
    failed: [...staged.failed, ...imported.failed],
    secondary,
    times,
  };
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

async function buildWithContext(request: MeasureRequest, build: BuildRequest): Promise<Build> {
  try {
    return await request.toolchain.build(build);
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
  /** How each was built, by the file that it is stored as. */
  readonly shipped: Map<string, BuiltProgram>;
  readonly warnings: string[];
}

async function weigh(
  programs: readonly BuiltProgram[],
  directory: string,
  { runner }: JobPorts,
): Promise<Weighed> {
  const weighed: Weighed = { values: [], programs: [], shipped: new Map(), warnings: [] };
  for (const [name, program] of named(programs)) {
    const { values, warnings } = await measureProgram(name, program.path, { gzip: true });
    weighed.values.push(...values);
    weighed.warnings.push(...warnings);
    const { kind, path } = program;
    const file = `bin/${fileNameOf(name, program)}`;
    weighed.programs.push(await storeProgram({ name, kind, file, path }, directory, runner));
    weighed.shipped.set(file, program);
  }
  return weighed;
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
