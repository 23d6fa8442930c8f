import { describe, expect, test } from 'vitest';
import { BuildError, UserError } from '../../../src/errors.ts';
import { build, Folder, failureOf, LIBRARY, MAIN, type Options, onePackage, workspace } from './support.ts';

describe('a build that fails', () => {
  test("gives the compiler's own message, and none of the commands", async () => {
    using project = new Folder({
      ...onePackage('hello'),
      'src/main.rs': 'fn main() { let x: u8 = "text"; }\n',
    });
    const error = await failureOf(build(project));
    expect(error).toBeInstanceOf(BuildError);
    if (!(error instanceof BuildError)) return;
    expect(error.message).toContain('does not compile');
    expect(error.output).toMatch(/^error\[E0308\]: mismatched types\n/);
    expect(error.output).toContain('src/main.rs:1:25');
    expect(error.output).toContain('error: could not compile `hello`');
    expect(error.output).not.toContain('--crate-name');
  });

  test('a build script that fails: what it said, as a part of the error and nowhere in the log', async () => {
    using project = new Folder({
      ...onePackage('hello'),
      ...MAIN,
      'build.rs': 'fn main() { println!("::error::injected"); panic!("no libfoo"); }\n',
    });
    const log: string[] = [];
    const error = await failureOf(build(project, { log }));
    expect(error).toBeInstanceOf(BuildError);
    expect(error).toMatchObject({ output: expect.stringContaining('no libfoo') });
    expect(log.join('\n')).not.toContain('::error::');
  });
});

describe("a user's mistake is one line that says what to do", () => {
  const mistakes: readonly [string, Record<string, string>, Options, readonly string[]][] = [
    ['no project', { 'README.md': '' }, {}, ['no Cargo.toml in', 'working-directory']],
    [
      'a project further down',
      { 'rust/Cargo.toml': '[package]\nname = "x"\n' },
      {},
      ['set working-directory to one of: rust'],
    ],
    ['a broken manifest', { 'Cargo.toml': '[package\nname = 1\n' }, {}, ['Cargo.toml:1', 'expected `]`']],
    [
      'a manifest that cargo refuses',
      { ...onePackage('x', '[profile.release.package.x]\nlto = true\n'), ...MAIN },
      {},
      ['`lto` may not be specified'],
    ],
    [
      'an unknown package',
      workspace(),
      { configuration: { packages: ['gamma'] } },
      ['"gamma"', 'alpha, beta, core-lib'],
    ],
    [
      'an unknown program',
      workspace(),
      { configuration: { bins: ['gamma'] } },
      ['"gamma"', 'alpha, beta-tool'],
    ],
    [
      'a program of another package',
      workspace(),
      { configuration: { packages: ['alpha'], bins: ['beta-tool'] } },
      ['"beta-tool"', 'allowed: alpha'],
    ],
    [
      'an unknown profile',
      workspace('[profile.dist]\ninherits = "release"\n'),
      { configuration: { profile: 'fast' } },
      ['"fast"', 'bench, dev, dist, release, test', 'Cargo.toml'],
    ],
    [
      'an unknown feature',
      workspace(),
      { configuration: { features: ['big'] } },
      ['"big"', 'default, fast, small'],
    ],
    [
      'an unknown feature of a package',
      workspace(),
      { configuration: { features: ['alpha/big'] } },
      ['"alpha/big"', 'default, fast, small'],
    ],
    [
      'an unknown target',
      workspace(),
      { configuration: { target: 'z80-none' } },
      ['"z80-none"', 'allowed: '],
    ],
    [
      'a target that is not installed',
      workspace(),
      { configuration: { target: 'sparc64-unknown-openbsd' } },
      ['rustup target add sparc64-unknown-openbsd'],
    ],
    [
      'an unknown channel',
      workspace(),
      { configuration: { channel: 'no-such' } },
      ["'no-such'", 'not installed'],
    ],
    [
      'an argument of ours',
      workspace(),
      { configuration: { args: ['--target-dir=x'] } },
      ['--target-dir', 'remove it'],
    ],
    [
      'an argument that has a key',
      workspace(),
      { configuration: { args: ['-pfoo'] } },
      ['"-pfoo"', 'use packages instead'],
    ],
    [
      'an argument that cargo does not know',
      workspace(),
      { configuration: { args: ['--nope'] } },
      ['--nope'],
    ],
    [
      'a program whose features are off',
      {
        ...onePackage(
          'x',
          '[features]\nextra = []\n[[bin]]\nname = "x"\npath = "src/main.rs"\nrequired-features = ["extra"]\n',
        ),
        ...MAIN,
      },
      { configuration: { bins: ['x'] } },
      ['requires the features: `extra`'],
    ],
    [
      'a dependency that is not there',
      { ...onePackage('x', '[dependencies]\ny = { path = "y" }\n'), ...MAIN },
      {},
      ['cannot fetch', 'y'],
    ],
    [
      'flags that rustc refuses',
      { ...onePackage('x'), ...MAIN },
      { environment: { RUSTFLAGS: '-C nosuch=1' } },
      ['rustc does not start', ': unknown codegen option: `nosuch`; correct RUSTFLAGS'],
    ],
    [
      'no cargo',
      { ...onePackage('x'), ...MAIN },
      { environment: { PATH: '/nonexistent' } },
      ['Cannot run "cargo"', 'install Rust'],
    ],
    [
      'a Cargo.lock that is none',
      { ...onePackage('x'), ...LIBRARY, 'Cargo.lock': 'version = "x' },
      {},
      ['Cargo.lock'],
    ],
  ];

  test.for(mistakes)('%s', async ([, files, options, words]) => {
    using project = new Folder(files);
    const before = project.snapshot();
    const error = await failureOf(build(project, options));
    expect(error).toBeInstanceOf(UserError);
    const message = error instanceof Error ? error.message : '';
    for (const word of words) expect(message).toContain(word);
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(2000);
    expect(project.snapshot()).toEqual(before);
  });
});
