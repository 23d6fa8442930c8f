import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';

// The first build for a system compiles Go's runtime for it.
vi.setConfig({ testTimeout: 300_000 });

const run = promisify(execFile);
const FIXTURES = join(import.meta.dirname, 'fixtures');

/** The kept programs of a few KB, see fixtures/make.sh. */
export const FIXTURE_NAMES = [
  'component.wasm',
  'core.wasm',
  'elf-arm.so',
  'elf-ppc64.so',
  'macho-chained.dylib',
  'macho-object.o',
  'macho-opcodes.dylib',
  'pe-mingw.dll',
  'pe-msvc.dll',
] as const;

/** The path of a kept program. */
export function fixturePath(name: (typeof FIXTURE_NAMES)[number]): string {
  return join(FIXTURES, name);
}

export function fixture(name: (typeof FIXTURE_NAMES)[number]): Buffer {
  return readFileSync(fixturePath(name));
}

/** A real program for another system, cross-compiled by Go; built once per source and compiler. */
export function goProgram(system: string, architecture: string): Promise<string> {
  return built(`hello-${system}-${architecture}`, join(FIXTURES, 'hello', 'main.go'), (source, file) =>
    run('go', ['build', '-o', file, source], {
      env: { ...process.env, GOOS: system, GOARCH: architecture, CGO_ENABLED: '0', GOFLAGS: '' },
    }),
  );
}

/** A small Rust program for this machine; `flags` are rustc's. */
export function rustProgram(name: string, flags: readonly string[]): Promise<string> {
  return built(
    `${name} ${flags.join(' ')}`.replaceAll(/[^\w.-]/g, '_'),
    join(FIXTURES, 'hello', 'main.rs'),
    (source, file) => run('rustc', ['--edition', '2021', ...flags, '-o', file, source]),
  );
}

/** A section as Go's debug packages read it: two sizes or a size and flags, as the format has them. */
export interface OracleSection {
  readonly name: string;
  readonly numbers: readonly [number, number, number];
}

/** Sections of an ELF (size in file, flags, type), Mach-O (size, flags) or PE file (virtual size, raw size, flags). */
export async function goOracle(path: string): Promise<OracleSection[]> {
  const oracle = await built('oracle', join(FIXTURES, 'oracle', 'main.go'), (source, file) =>
    run('go', ['build', '-o', file, source]),
  );
  const { stdout } = await run(oracle, [path]);
  return lines(stdout).map((line) => {
    const [name = '', a, b, c] = line.split('\t');
    return { name, numbers: [Number(a), Number(b), Number(c)] };
  });
}

/** The standard output of a program. */
export async function output(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(command, [...args], {
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** A folder that outlives the run, for what is slow to build. */
export function cacheDirectory(key: string): string {
  const directory = join(
    tmpdir(),
    `tare-size-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`,
  );
  mkdirSync(directory, { recursive: true });
  return directory;
}

type Build = (source: string, file: string) => Promise<unknown>;

async function built(name: string, source: string, build: Build): Promise<string> {
  const versions = source.endsWith('.go') ? await output('go', ['version']) : await output('rustc', ['-vV']);
  const file = join(cacheDirectory(`${versions}${readFileSync(source, 'utf8')}`), name);
  if (existsSync(file)) return file;
  // Renamed into place, because test files run side by side.
  const unfinished = `${file}.${process.pid}`;
  await build(source, unfinished);
  renameSync(unfinished, file);
  return file;
}
