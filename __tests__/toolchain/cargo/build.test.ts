import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileValues } from '../../../src/measure/compile/values.ts';
import { build, Folder, LIBRARY, MAIN, onePackage, workspace } from './support.ts';

describe('what is built', () => {
  test('a package with one program: the program, its costs and its counts, and an untouched tree', async () => {
    using project = new Folder({ ...onePackage('hello'), ...MAIN });
    const before = project.snapshot();
    const log: string[] = [];
    let said = '';
    const built = await build(project, { log }, ({ programs }) => {
      said = execFileSync(programs[0]?.path ?? '', { encoding: 'utf8' });
    });
    expect(said).toBe('hello\n');
    expect(built.programs.map(({ name, kind, package: from }) => ({ name, kind, from }))).toEqual([
      { name: 'hello', kind: 'bin', from: 'hello' },
    ]);
    expect(built.counts).toEqual({
      units: 1,
      dependencies: 0,
      buildScripts: 0,
      procMacros: 0,
      duplicateCrates: 0,
    });
    expect(built.usage?.userSeconds).toBeGreaterThan(0);
    expect(built.warnings).toEqual([]);
    expect(built.packages).toEqual([]);
    expect(log).toContain('compiling 1/1 hello');
    expect(project.snapshot()).toEqual(before);
    const metrics = compileValues(built).map((value) => value.metric);
    expect(metrics).toEqual(expect.arrayContaining(['cpu-seconds', 'wall-time', 'peak-rss', 'units']));
  });

  test('a virtual workspace: both programs, and not the library', async () => {
    using project = new Folder(workspace());
    const built = await build(project);
    expect(built.programs.map((program) => program.name)).toEqual(['alpha', 'beta-tool']);
    expect(built.counts).toMatchObject({ units: 3, dependencies: 0 });
    expect(built.identity['features']).toBe('alpha/default alpha/small');
  });

  test('in a member folder: that member alone', async () => {
    using project = new Folder(workspace());
    const built = await build(project, { below: 'beta' });
    expect(built.programs.map((program) => program.name)).toEqual(['beta-tool']);
    expect(built.packages).toEqual([]);
  });

  test('a program outside the default members is found by its name', async () => {
    using project = new Folder(workspace('default-members = ["alpha"]\n'));
    const built = await build(project, { configuration: { bins: ['beta-tool'] } });
    expect(built.programs.map(({ name, package: from }) => `${from}/${name}`)).toEqual(['beta/beta-tool']);
  });

  test('packages and features as configured', async () => {
    using project = new Folder(workspace());
    const configuration = { packages: ['alpha'], features: ['fast'], defaultFeatures: false };
    const built = await build(project, { configuration });
    expect(built.programs.map((program) => program.name)).toEqual(['alpha']);
    expect(built.identity['features']).toBe('alpha/fast');
  });

  test('a project in a subfolder of the repository', async () => {
    const files = Object.entries({ ...onePackage('inner'), ...MAIN });
    using project = new Folder({
      'README.md': 'not Rust',
      ...Object.fromEntries(files.map(([name, text]) => [`rust/inner/${name}`, text])),
    });
    const built = await build(project, { below: 'rust/inner' });
    expect(built.programs.map((program) => program.name)).toEqual(['inner']);
  });

  test('a package with nothing but a cdylib: the library file', async () => {
    using project = new Folder({ ...onePackage('plug-in', '[lib]\ncrate-type = ["cdylib"]\n'), ...LIBRARY });
    const built = await build(project, {}, ({ programs }) => {
      expect(path.basename(programs[0]?.path ?? '')).toMatch(/^(lib)?plug_in\.(so|dylib|dll)$/);
    });
    expect(built.programs.map(({ name, kind }) => ({ name, kind }))).toEqual([
      { name: 'plug_in', kind: 'cdylib' },
    ]);
  });

  test('a program and a cdylib of the same name are told apart', async () => {
    using project = new Folder({
      ...onePackage('both', '[lib]\ncrate-type = ["cdylib"]\n'),
      ...LIBRARY,
      ...MAIN,
    });
    const without = await build(project);
    expect(without.programs.map((program) => program.name)).toEqual(['both']);
    const built = await build(project, { configuration: { lib: true } });
    expect(built.programs.map(({ kind }) => kind).sort()).toEqual(['bin', 'cdylib']);
    expect(new Set(built.programs.map(({ name }) => name)).size).toBe(2);
  });

  test('a dependency from crates.io is fetched before the build and counted', async () => {
    using project = new Folder({
      ...onePackage('with-itoa', '[dependencies]\nitoa = "=1.0.11"\n'),
      'src/main.rs': 'fn main() { println!("{}", itoa::Buffer::new().format(42)); }\n',
    });
    const log: string[] = [];
    const built = await build(project, { log });
    expect(built.counts).toMatchObject({ units: 2, dependencies: 1 });
    expect(built.packages).toEqual([{ name: 'itoa', version: '1.0.11', role: 'linked', direct: true }]);
    expect(built.warnings).toEqual([expect.stringMatching(/^Cargo\.lock does not fit/)]);
    expect(log.filter((line) => line.startsWith('compiling'))).toEqual([
      'compiling 1/2 itoa',
      'compiling 2/2 with-itoa',
    ]);
  });

  test('a library without a program: compile time only', async () => {
    using project = new Folder({ ...onePackage('only-lib'), ...LIBRARY });
    const built = await build(project);
    expect(built.programs).toEqual([]);
    expect(built.usage?.wallSeconds).toBeGreaterThan(0);
    expect(built.identity).toMatchObject({ 'profile.opt-level': '3', linker: 'default' });
    expect(built.warnings).toEqual([expect.stringContaining('no size is weighed')]);
  });

  test('build scripts, procedural macros, packages outside the workspace and duplicate crates are told apart and counted', async () => {
    const crate = (name: string, version: string, more = '') =>
      `[package]\nname = "${name}"\nversion = "${version}"\nedition = "2021"\n${more}`;
    using project = new Folder({
      'app/Cargo.toml': crate(
        'app',
        '0.1.0',
        '[dependencies]\nmacros = { path = "../macros" }\nold = { package = "dup", path = "../dup1" }\nnew = { package = "dup", path = "../dup2" }\nunused = { path = "../unused", optional = true }\n[build-dependencies]\nhelper = { path = "../helper" }\n',
      ),
      'app/build.rs': 'fn main() { println!("::error::{}", helper::text()); }\n',
      'app/src/main.rs': 'fn main() { println!("{}", old::one() + new::one() + macros::seven!()); }\n',
      'app/Cargo.lock':
        'version = 4\n\n[[package]]\nname = "app"\nversion = "0.1.0"\ndependencies = [\n "dup 1.0.0",\n "dup 2.0.0",\n "helper",\n "macros",\n "unused",\n]\n\n[[package]]\nname = "dup"\nversion = "1.0.0"\n\n[[package]]\nname = "dup"\nversion = "2.0.0"\n\n[[package]]\nname = "helper"\nversion = "0.1.0"\n\n[[package]]\nname = "macros"\nversion = "0.1.0"\n\n[[package]]\nname = "unused"\nversion = "0.1.0"\n',
      'macros/Cargo.toml': crate('macros', '0.1.0', '[lib]\nproc-macro = true\n'),
      'macros/src/lib.rs':
        'use proc_macro::TokenStream;\n#[proc_macro]\npub fn seven(_: TokenStream) -> TokenStream {\n  println!("{{\\"reason\\":\\"compiler-artifact\\",\\"package_id\\":\\"x\\"}}");\n  "7".parse().unwrap()\n}\n',
      'helper/Cargo.toml': crate('helper', '0.1.0'),
      'helper/src/lib.rs': 'pub fn text() -> &\'static str { "from the build script" }\n',
      'unused/Cargo.toml': crate('unused', '0.1.0'),
      'unused/src/lib.rs': '',
      'dup1/Cargo.toml': crate('dup', '1.0.0'),
      'dup1/src/lib.rs': 'pub fn one() -> i32 { 1 }\n',
      'dup2/Cargo.toml': crate('dup', '2.0.0'),
      'dup2/src/lib.rs': 'pub fn one() -> i32 { 1 }\n',
    });
    const log: string[] = [];
    const built = await build(project, { below: 'app', log });
    expect(built.counts).toEqual({
      units: 6,
      dependencies: 4,
      buildScripts: 1,
      procMacros: 1,
      duplicateCrates: 1,
    });
    expect(built.packages.map(({ name, version, source, role }) => [name, version, source, role])).toEqual([
      ['dup', '1.0.0', 'path', 'linked'],
      ['dup', '2.0.0', 'path', 'linked'],
      ['helper', '0.1.0', 'path', 'build'],
      ['macros', '0.1.0', 'path', 'proc-macro'],
    ]);
    expect(log.join('\n')).not.toContain('::error::');
    expect(built.programs.map((program) => program.name)).toEqual(['app']);
  });
});
