import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Configuration } from '../../../src/config/config.ts';
import type { Logger } from '../../../src/ports.ts';
import type { ProcessRunner } from '../../../src/process/command.ts';
import { createProcessRunner } from '../../../src/process/runner.ts';
import { createCargoToolchain } from '../../../src/toolchain/cargo/cargo.ts';
import type { Build, BuildRequest, Toolchain } from '../../../src/toolchain/toolchain.ts';

export type Files = Readonly<Record<string, string>>;

/** A temporary folder, removed with everything in it at the end of the block. */
export class Folder implements Disposable {
  readonly path = realpathSync(mkdtempSync(path.join(tmpdir(), 'tare-cargo-')));

  constructor(files: Files = {}) {
    this.write(files);
  }

  write(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.path, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }

  read(name: string): string {
    return readFileSync(path.join(this.path, name), 'utf8');
  }

  /** Every file below, with its content. */
  snapshot(): Record<string, string> {
    const names = readdirSync(this.path, { recursive: true, withFileTypes: true });
    return Object.fromEntries(
      names
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(this.path, path.join(entry.parentPath, entry.name)))
        .sort()
        .map((name) => [name, this.read(name)]),
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export const CONFIGURATION: Configuration = {
  name: 'default',
  toolchain: 'auto',
  profile: 'release',
  packages: [],
  bins: [],
  lib: false,
  features: [],
  allFeatures: false,
  defaultFeatures: true,
  target: null,
  channel: null,
  env: {},
  args: [],
};

export interface Options {
  readonly configuration?: Partial<Configuration>;
  /** On top of this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder below the project to run in. */
  readonly below?: string;
  /** Folder to build in instead of a new one. */
  readonly scratch?: string;
  /** Receives what the user would be shown. */
  readonly log?: string[];
}

/** Builds a project with the real cargo, in a scratch folder that is removed again. `inspect` sees the build before that. */
export async function build(
  project: Folder,
  options: Options = {},
  inspect: (build: Build) => void | Promise<void> = () => undefined,
): Promise<Build> {
  return session(project, options, async (toolchain, request) => {
    const built = await toolchain.build(request);
    await inspect(built);
    return built;
  });
}

/** Gives the real toolchain and a request for a project to `work`, with a scratch folder that is removed afterwards. */
export async function session<T>(
  project: Folder,
  options: Options,
  work: (toolchain: Toolchain, request: BuildRequest, runner: ProcessRunner) => Promise<T>,
): Promise<T> {
  using scratch = new Folder();
  using temporary = new Folder();
  const environment = { ...ownEnvironment(), ...options.environment };
  const runner = createProcessRunner({ environment, platform: process.platform, temporary: temporary.path });
  const toolchain = createCargoToolchain({ runner, logger: recorder(options.log ?? []), environment });
  try {
    const request = {
      directory: path.join(project.path, options.below ?? ''),
      configuration: { ...CONFIGURATION, ...options.configuration },
      scratch: options.scratch ?? scratch.path,
      jobs: 2,
    };
    return await work(toolchain, request, runner);
  } finally {
    await runner.close();
  }
}

/** This process's environment without what would change a build. */
function ownEnvironment(): Record<string, string | undefined> {
  const steering =
    /^(RUSTFLAGS|RUSTC|RUSTDOC|CARGO_(PROFILE|BUILD|TARGET|INCREMENTAL|ENCODED|REGISTR|UNSTABLE|TERM))/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !steering.test(name)));
}

function recorder(log: string[]): Logger {
  const record = (message: string) => void log.push(message);
  return {
    group: (title, work) => {
      record(title);
      return work();
    },
    info: record,
    warning: record,
    debug: record,
    progress: record,
  };
}

/** What a build that must fail threw. */
export async function failureOf(building: Promise<unknown>): Promise<unknown> {
  try {
    await building;
  } catch (error) {
    return error;
  }
  throw new Error('the build was expected to fail');
}

export const LOCK_HEADER = 'version = 4\n';

/** A manifest and a Cargo.lock of one package without dependencies. */
export function onePackage(name: string, more = ''): Files {
  return {
    'Cargo.toml': `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${more}`,
    'Cargo.lock': `${LOCK_HEADER}\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n`,
  };
}

export const MAIN = { 'src/main.rs': 'fn main() { println!("hello"); }\n' };
export const LIBRARY = { 'src/lib.rs': '#[unsafe(no_mangle)]\npub extern "C" fn answer() -> i32 { 42 }\n' };

/** A virtual workspace: two programs, one of them a default member, over a library; the `lib` package has its own options. */
export function workspace(more = '', libMore = ''): Files {
  const member = (name: string) =>
    `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\ncore-lib = { path = "../core-lib" }\n`;
  const locked = (name: string, dependencies: string) =>
    `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n${dependencies}`;
  const user = 'dependencies = [\n "core-lib",\n]\n';
  return {
    'Cargo.toml': `[workspace]\nresolver = "2"\nmembers = ["alpha", "beta", "core-lib"]\n${more}`,
    'Cargo.lock': `${LOCK_HEADER}${locked('alpha', user)}${locked('beta', user)}${locked('core-lib', '')}`,
    'alpha/Cargo.toml': `${member('alpha')}[features]\ndefault = ["small"]\nsmall = []\nfast = []\n`,
    'alpha/src/main.rs': 'fn main() { println!("{}", core_lib::answer()); }\n',
    'beta/Cargo.toml': `${member('beta')}[[bin]]\nname = "beta-tool"\npath = "src/main.rs"\n`,
    'beta/src/main.rs': 'fn main() { println!("{}", core_lib::answer() + 1); }\n',
    'core-lib/Cargo.toml': `[package]\nname = "core-lib"\nversion = "0.1.0"\nedition = "2021"\n${libMore}`,
    'core-lib/src/lib.rs': 'pub fn answer() -> i32 { 42 }\n',
  };
}
