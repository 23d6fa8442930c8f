import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Layouts } from '../../../../src/toolchain/bench.ts';
import { type Files, Folder, type Options, onePackage, session } from '../support.ts';

/** rustc's own linker can shuffle sections only here; elsewhere the result must say that it cannot. */
const canShuffle = process.platform === 'linux' && process.arch === 'x64';
const SEEDS = [1, 2, 3, 4];

const PROGRAM = {
  'src/main.rs': `use std::fmt::Write;
fn main() { let mut text = String::new(); for n in 0..std::env::args().count() * 3 { write!(text, "{n} ").unwrap(); } println!("{text}"); }
`,
};

describe('layouts', { timeout: 300_000 }, () => {
  test.for([
    ['the default profile', ''],
    [
      'fat LTO, one codegen unit and strip',
      '[profile.release]\nlto = "fat"\ncodegen-units = 1\nstrip = "symbols"\npanic = "abort"\n',
    ],
  ])('of a program with %s do the same in other places', async ([, profile = '']) => {
    const { result, shipped, before } = await layoutsOf({ ...onePackage('app', profile), ...PROGRAM });
    if (!canShuffle) return expect(result).toMatchObject({ kind: 'impossible' });
    expect(result.hashes).toHaveLength(SEEDS.length);
    expect(new Set([before, ...result.hashes]).size).toBe(SEEDS.length + 1);
    expect(new Set(result.said)).toEqual(new Set(['0 1 2 \n']));
    expect(result.strippedBytes).toBeLessThanOrEqual(shipped);
    expect(result.after).toBe(before);
  });

  test('of a benchmark program', async () => {
    const bench = '[[bench]]\nname = "own"\nharness = false\n';
    using project = new Folder({
      ...onePackage('app', bench),
      ...PROGRAM,
      'benches/own.rs': 'fn main() { println!("own"); }\n',
    });
    await session(project, {}, async (toolchain, request) => {
      const built = await toolchain.benches?.(request);
      const own = built?.programs[0];
      if (own === undefined) throw new Error('no benchmark');
      const result = await toolchain.layouts?.(request, own, SEEDS);
      expect(result?.kind).toBe(canShuffle ? 'made' : 'impossible');
      if (result?.kind !== 'made') return;
      for (const { path } of result.programs) expect(execFileSync(path, { encoding: 'utf8' })).toBe('own\n');
    });
  });

  test.runIf(canShuffle)(
    'a linker that cannot shuffle says so, and the program stays as it was',
    async () => {
      const { result, before } = await layoutsOf(
        { ...onePackage('app'), ...PROGRAM },
        {
          environment: { RUSTFLAGS: '-C link-arg=-fuse-ld=bfd' },
        },
      );
      expect(result).toMatchObject({
        kind: 'impossible',
        reason: expect.stringMatching(/^the linker cannot shuffle sections: /),
      });
      expect(result.after).toBe(before);
    },
  );

  test.runIf(canShuffle)('a program whose crate no longer compiles has none', async () => {
    const files = { ...onePackage('app'), ...PROGRAM };
    const { result } = await layoutsOf(files, {}, (project) =>
      project.write({ 'src/main.rs': 'fn main() { no_such_function() }\n' }),
    );
    expect(result).toMatchObject({
      kind: 'impossible',
      reason: expect.stringMatching(/^its own crate cannot be compiled again: error.*no_such_function/),
    });
  });

  test.runIf(canShuffle)('another program than the shipped one is not shuffled', async () => {
    const files = {
      ...onePackage('app'),
      'build.rs':
        'fn main() { println!("cargo::rerun-if-changed=seed"); println!("cargo::rustc-env=SEED={}", std::fs::read_to_string("seed").unwrap().trim()); }\n',
      seed: '1',
      'src/main.rs': 'fn main() { println!("{}", env!("SEED")); }\n',
    };
    const { result } = await layoutsOf(files, {}, (project) => project.write({ seed: 'two' }));
    expect(result).toMatchObject({
      kind: 'impossible',
      reason: 'linking the program again does not give the same program',
    });
  });
});

interface Seen {
  readonly kind: Layouts['kind'];
  readonly reason: string | null;
  readonly hashes: readonly string[];
  readonly said: readonly string[];
  readonly strippedBytes: number;
  /** SHA-256 of the shipped program afterwards. */
  readonly after: string;
}

/** Builds a project and links its only program in other layouts. */
async function layoutsOf(
  files: Files,
  options: Options = {},
  between: (project: Folder) => void = () => undefined,
): Promise<{ result: Seen; shipped: number; before: string }> {
  using project = new Folder(files);
  return await session(project, options, async (toolchain, request) => {
    const [program] = (await toolchain.build(request)).programs;
    if (program === undefined) throw new Error('no program');
    const before = hashOf(program.path);
    const shipped = statSync(program.path).size;
    between(project);
    const made = await toolchain.layouts?.(request, program, SEEDS);
    if (made === undefined) throw new Error('the toolchain makes no layouts');
    return { result: seen(made, program.path), shipped, before };
  });
}

function seen(made: Layouts, shipped: string): Seen {
  const after = hashOf(shipped);
  if (made.kind === 'impossible') {
    return { kind: made.kind, reason: made.reason, hashes: [], said: [], strippedBytes: 0, after };
  }
  const files = made.programs.map(({ path }) => path);
  return {
    ...{ kind: made.kind, reason: null, after },
    hashes: files.map(hashOf),
    said: files.map((file) => execFileSync(file, { encoding: 'utf8' })),
    strippedBytes: statSync(made.stripped).size,
  };
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
