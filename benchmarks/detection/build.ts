/** Builds the kernels through the jobs' own path: the real toolchain, stored programs, layouts by relinking. */
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Config } from '../../src/config/config.ts';
import { loadConfig, NO_OVERRIDES } from '../../src/config/load.ts';
import { type Measured, measure } from '../../src/jobs/measure.ts';
import type { JobPorts } from '../../src/jobs/ports.ts';
import { openWorkplace } from '../../src/jobs/workplace.ts';
import type { Build, BuildRequest, BuiltProgram, Toolchain } from '../../src/toolchain/toolchain.ts';

/** A program that a case runs on one side. */
export interface Program {
  /** Absolute. */
  readonly path: string;
  /** The same code in other layouts, absolute paths; text: why there are none. */
  readonly layouts: () => Promise<readonly string[] | string>;
}

export interface Variant {
  readonly program: (kernel: string) => Program;
  /** Programs and layouts of that kernel linked with the given seeds. */
  readonly shuffled: (kernel: string, seeds: readonly number[]) => Promise<readonly string[] | string>;
  readonly sha256: (kernel: string) => string;
}

export interface VariantRequest {
  /** Unique: names its folder. */
  readonly name: string;
  readonly kernels: readonly string[];
  /** Variables of the build. */
  readonly env: Readonly<Record<string, string>>;
  /** Version in Cargo.toml and Cargo.lock. */
  readonly version?: string;
  readonly layouts: 'now' | 'later';
}

const SOURCE = fileURLToPath(new URL('kernels', import.meta.url));

/** Builds one variant of all kernels, from a copy of its own. `folder`: absolute. */
export async function buildVariant(
  request: VariantRequest,
  folder: string,
  cargo: Toolchain,
  ports: JobPorts,
): Promise<Variant> {
  const root = join(folder, request.name);
  await copySource(root, request.version);
  const workplace = await openWorkplace(join(folder, `${request.name}-work`));
  const kept: { request?: BuildRequest; programs: readonly BuiltProgram[] } = { programs: [] };
  const toolchain: Toolchain = {
    ...cargo,
    build: async (asked): Promise<Build> => {
      const built = await cargo.build(asked);
      kept.request = asked;
      kept.programs = built.programs;
      return built;
    },
  };
  const config = await configOf(request.kernels.map((kernel) => ({ name: kernel, program: kernel })));
  const [usual] = config.configurations;
  if (usual === undefined) throw new Error('no configuration');
  const configuration = { ...usual, env: request.env, bins: request.kernels };
  const measured = await measure(
    {
      commit: createHash('sha1').update(request.name).digest('hex'),
      directory: root,
      root,
      config,
      configuration,
      toolchain,
      side: 'head',
      layouts: request.layouts,
    },
    workplace,
    ports,
  );
  return variantOf(measured, cargo, kept);
}

function variantOf(
  measured: Measured,
  cargo: Toolchain,
  kept: { readonly request?: BuildRequest; readonly programs: readonly BuiltProgram[] },
): Variant {
  const { directory, measurement } = measured;
  const relinked = new Map<string, Promise<readonly string[] | string>>();
  const stored = (kernel: string) => {
    const program = measurement.programs.find(({ name, kind }) => name === kernel && kind === 'bin');
    if (program === undefined) throw new Error(`no program ${kernel}`);
    return program;
  };
  const relink = async (file: string): Promise<readonly string[] | string> => {
    const made = measurement.layouts.length > 0 ? measurement.layouts : null;
    const linked = made === null ? await measured.relink([file]) : null;
    const others = (made ?? linked?.layouts ?? []).find((each) => each.file === file)?.others;
    return (
      others?.map((other) => join(directory, other)) ?? linked?.impossible.get(file) ?? 'none were stored'
    );
  };
  return {
    sha256: (kernel) => stored(kernel).sha256,
    program: (kernel) => {
      const { file } = stored(kernel);
      const layouts = () => {
        const before = relinked.get(file) ?? relink(file);
        relinked.set(file, before);
        return before;
      };
      return { path: join(directory, file), layouts };
    },
    shuffled: async (kernel, seeds) => {
      const program = kept.programs.find(({ name }) => name === kernel);
      if (kept.request === undefined || program === undefined) throw new Error(`${kernel} was not built`);
      const made = await cargo.layouts?.(kept.request, program, seeds);
      if (made?.kind !== 'made') return made?.reason ?? 'the toolchain cannot';
      return made.programs.map(({ path }) => path);
    },
  };
}

/** The defaults, with one `[[bench]]` for each case. */
export async function configOf(
  cases: readonly { readonly name: string; readonly program: string }[],
): Promise<Config> {
  const config = await loadConfig({
    root: '/',
    directory: '/',
    file: null,
    overrides: NO_OVERRIDES,
    readFile: async () => null,
  });
  const commands = cases.map(
    ({ name, program }): Bench => ({
      name,
      run: [[{ bin: program }]],
      prepare: null,
      stdin: null,
      cwd: '.',
      env: {},
      category: 'primary',
      timeoutSeconds: 60,
      configurations: null,
    }),
  );
  return {
    ...config,
    compile: { ...config.compile, enabled: false },
    // Times alone are compared with other rules.
    benches: { ...config.benches, commands, instructions: 'off' },
  };
}

async function copySource(root: string, version: string | undefined): Promise<void> {
  await mkdir(root, { recursive: true });
  await cp(SOURCE, root, { recursive: true, filter: (path) => !path.endsWith('/target') });
  if (version === undefined) return;
  for (const name of ['Cargo.toml', 'Cargo.lock']) {
    const text = await readFile(join(root, name), 'utf8');
    await writeFile(join(root, name), text.replace('version = "0.1.0"', `version = "${version}"`));
  }
}
