import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { mapArguments } from '../../../../src/toolchain/cargo/link-map/flags.ts';
import type { BuiltProgram, Relink, Relinked } from '../../../../src/toolchain/toolchain.ts';
import { type Files, Folder, LIBRARY, MAIN, type Options, onePackage, session } from '../support.ts';

const isLinux = process.platform === 'linux';

describe('a program is linked again', { timeout: 300_000 }, () => {
  test.runIf(isLinux).for([
    ['with the default profile', '', {}],
    [
      'with fat LTO, one codegen unit and strip',
      '[profile.release]\nlto = "fat"\ncodegen-units = 1\nstrip = "symbols"\npanic = "abort"\n',
      {},
    ],
    ['by GNU ld', '', { environment: { RUSTFLAGS: '-C link-arg=-fuse-ld=bfd' } }],
  ] as const)('%s, to the same bytes and a map', async ([, profile, options]) => {
    const seen = await relinked({ ...onePackage('app', profile), ...MAIN }, 'map', options);
    expect(seen).toMatchObject({ kind: 'made', isSame: true, after: seen.before });
    expect(seen.map).toMatch(/^\s*VMA\s|^Archive member included|^Merging program/);
    // The names are as the compiler made them.
    expect(seen.map).toMatch(/_ZN3app4main17h|_RNv\w*3app4main/);
  });

  test.runIf(isLinux)('a dynamic library too', async () => {
    const files = { ...onePackage('plugin', '[lib]\ncrate-type = ["cdylib", "rlib"]\n'), ...LIBRARY };
    const seen = await relinked(files, 'map', { configuration: { lib: true } });
    expect(seen).toMatchObject({ kind: 'made', isSame: true, after: seen.before });
    expect(seen.map).toContain('.text.answer');
  });

  test.runIf(isLinux && process.arch === 'x64')('by a linker that no compiler is in front of', async () => {
    const files = {
      ...onePackage('app'),
      '.cargo/config.toml': `[build]
rustflags = ["-C", "linker=rust-lld", "-C", "linker-flavor=ld.lld", "-C", "link-arg=-e", "-C", "link-arg=start", "-C", "panic=abort"]
[profile.release]
panic = "abort"
`,
      'src/main.rs': `#![no_std]
#![no_main]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
#[unsafe(no_mangle)]
pub extern "C" fn start() -> ! { loop {} }
`,
    };
    const seen = await relinked(files, 'map');
    expect(seen).toMatchObject({ kind: 'made', isSame: true, after: seen.before });
    expect(seen.map).toContain('.text.start');
  });

  test.runIf(isLinux)('with its symbols, and the shipped file stays', async () => {
    const files = { ...onePackage('app', '[profile.release]\nstrip = "symbols"\n'), ...MAIN };
    const seen = await relinked(files, 'symbols');
    expect(seen).toMatchObject({ kind: 'made', isSame: false, map: null, after: seen.before });
    expect(seen.bytes?.includes('3app4main')).toBe(true);
  });
});

describe('said to be impossible is', { timeout: 300_000 }, () => {
  test.runIf(isLinux)('a linker that refuses to write a map', async () => {
    using tools = new Folder({
      linker:
        '#!/bin/sh\ncase "$*" in *-Map=*) echo "linker: error: unknown option -Map" >&2; exit 1;; esac\nexec cc "$@"\n',
    });
    const linker = path.join(tools.path, 'linker');
    chmodSync(linker, 0o755);
    const seen = await relinked({ ...onePackage('app'), ...MAIN }, 'map', {
      environment: { RUSTFLAGS: `-C linker=${linker}` },
    });
    expect(seen).toMatchObject({
      kind: 'impossible',
      reason: 'the linker writes no map: linker: error: unknown option -Map',
      after: seen.before,
    });
  });

  test.runIf(isLinux)('a linker that takes the flag and writes nothing', async () => {
    using tools = new Folder({
      linker:
        '#!/bin/sh\nfor arg; do shift; case "$arg" in *-Map=*) ;; *) set -- "$@" "$arg";; esac; done\nexec cc "$@"\n',
    });
    const linker = path.join(tools.path, 'linker');
    chmodSync(linker, 0o755);
    const seen = await relinked({ ...onePackage('app'), ...MAIN }, 'map', {
      environment: { RUSTFLAGS: `-C linker=${linker}` },
    });
    expect(seen).toMatchObject({ kind: 'impossible', reason: 'the linker wrote no map', after: seen.before });
  });

  test.runIf(isLinux)(
    'a program that is another one the second time, and the shipped file stays',
    async () => {
      const files = {
        ...onePackage('app'),
        'build.rs':
          'fn main() { println!("cargo::rerun-if-changed=seed"); println!("cargo::rustc-env=SEED={}", std::fs::read_to_string("seed").unwrap().trim()); }\n',
        seed: '1',
        'src/main.rs': 'fn main() { println!("{}", env!("SEED")); }\n',
      };
      const seen = await relinked(files, 'map', {}, (project) => project.write({ seed: 'another' }));
      expect(seen).toMatchObject({
        kind: 'impossible',
        reason: 'linking the program again does not give the same program',
        after: seen.before,
      });
    },
  );

  test.runIf(isLinux)('a crate that does not compile any more', async () => {
    const seen = await relinked({ ...onePackage('app'), ...MAIN }, 'map', {}, (project) =>
      project.write({ 'src/main.rs': 'fn main() { nonsense }\n' }),
    );
    expect(seen).toMatchObject({ kind: 'impossible', after: seen.before });
  });
});

test('the arguments for a map are those of the target', () => {
  expect(mapArguments('x86_64-unknown-linux-gnu', '/m', false)).toEqual(['-Wl,-Map=/m', '-Wl,--no-demangle']);
  expect(mapArguments('x86_64-unknown-linux-gnu', '/m', true)).toEqual(['-Map=/m', '--no-demangle']);
  expect(mapArguments('aarch64-apple-darwin', '/m', false)).toEqual(['-Wl,-map,/m']);
  expect(mapArguments('aarch64-apple-darwin', '/m', true)).toEqual(['-map', '/m']);
  expect(mapArguments('x86_64-pc-windows-msvc', 'C:\\m', false)).toEqual(['/MAP:C:\\m']);
  expect(mapArguments('wasm32-unknown-unknown', '/m', false)).toBeNull();
});

interface Seen {
  readonly kind: Relinked['kind'];
  readonly reason: string | null;
  /** The map's text. */
  readonly map: string | null;
  readonly bytes: Buffer | null;
  readonly isSame: boolean;
  /** SHA-256 of the shipped program before and after. */
  readonly before: string;
  readonly after: string;
}

/** Builds a project, then links its only program again. */
async function relinked(
  files: Files,
  how: Relink,
  options: Options = {},
  between: (project: Folder) => void = () => undefined,
): Promise<Seen> {
  using project = new Folder(files);
  return await session(project, options, async (toolchain, request) => {
    const [program] = (await toolchain.build(request)).programs;
    if (program === undefined) throw new Error('no program');
    const before = hashOf(program);
    between(project);
    const made = await toolchain.relink?.(request, program, how);
    if (made === undefined) throw new Error('the toolchain links nothing again');
    const after = hashOf(program);
    if (made.kind === 'impossible') {
      return { kind: made.kind, reason: made.reason, map: null, bytes: null, isSame: false, before, after };
    }
    const bytes = readFileSync(made.program);
    const map = made.map === null ? null : readFileSync(made.map, 'utf8');
    const isSame = createHash('sha256').update(bytes).digest('hex') === before;
    return { kind: made.kind, reason: null, map, bytes, isSame, before, after };
  });
}

function hashOf({ path: file }: BuiltProgram): string {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'missing';
}
