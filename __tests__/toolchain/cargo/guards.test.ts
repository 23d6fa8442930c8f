import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileValues } from '../../../src/measure/compile/values.ts';
import { build, Folder, MAIN, onePackage, workspace } from './support.ts';

describe('guards of the measurement', () => {
  test('compiler wrappers of the environment and of the configuration file are off, and said to be', async () => {
    using project = new Folder({
      ...onePackage('hello'),
      ...MAIN,
      'wrapper.sh': '#!/bin/sh\ntouch "$(dirname "$0")/called"\nexec "$@"\n',
      '.cargo/config.toml': '[build]\nrustc-wrapper = "./wrapper.sh"\n',
    });
    const wrapper = path.join(project.path, 'wrapper.sh');
    chmodSync(wrapper, 0o755);
    const fromFile = await build(project);
    expect(fromFile.warnings).toEqual([expect.stringContaining('wrapper.sh is off')]);
    const environment = { RUSTC_WRAPPER: wrapper, RUSTC_WORKSPACE_WRAPPER: wrapper };
    const fromEnvironment = await build(project, { environment });
    expect(fromEnvironment.warnings).toHaveLength(2);
    expect(existsSync(path.join(project.path, 'called'))).toBe(false);
    expect(fromEnvironment.usage).not.toBeNull();
  });

  test('the program is byte for byte the one that plain cargo builds', async () => {
    using project = new Folder({ ...onePackage('hello'), ...MAIN });
    using scratch = new Folder();
    const built = await build(project, { scratch: scratch.path });
    const plain = spawnSync('cargo', ['build', '--release', '--offline', '--target-dir', 'plain'], {
      cwd: project.path,
    });
    expect(plain.status).toBe(0);
    const program = built.programs[0]?.path ?? '';
    const shipped = path.join(project.path, 'plain', 'release', path.basename(program));
    expect(readFileSync(program).equals(readFileSync(shipped))).toBe(true);
  });

  test("a shared build directory of the project's own is not used", async () => {
    using project = new Folder({
      ...onePackage('hello'),
      ...MAIN,
      '.cargo/config.toml': '[build]\nbuild-dir = "shared"\ntarget-dir = "out"\n',
    });
    const first = await build(project);
    const second = await build(project);
    expect([first, second].map((built) => built.usage === null)).toEqual([false, false]);
    expect(existsSync(path.join(project.path, 'shared'))).toBe(false);
    expect(existsSync(path.join(project.path, 'out'))).toBe(false);
  });

  test('a build that was not cold has no compile time, and says so', async () => {
    using project = new Folder({ ...onePackage('hello'), ...MAIN });
    using scratch = new Folder();
    expect((await build(project, { scratch: scratch.path })).usage).not.toBeNull();
    const warm = await build(project, { scratch: scratch.path });
    expect(warm.usage).toBeNull();
    expect(warm.warnings).toEqual([expect.stringMatching(/^no compile time: 1 of 1 units/)]);
    expect(warm.programs).toHaveLength(1);
    expect(warm.counts.units).toBe(1);
    expect(compileValues(warm).map((value) => value.metric)).not.toContain('cpu-seconds');
  });

  test('a shared build directory cannot come in by an argument or a variable', async () => {
    using project = new Folder({
      ...onePackage('hello'),
      ...MAIN,
      'shared.toml': '[build]\nbuild-dir = "shared"\n',
    });
    const configuration = { args: ['--config', 'shared.toml'] };
    const environment = {
      CARGO_BUILD_BUILD_DIR: path.join(project.path, 'shared'),
      CARGO_TARGET_DIR: path.join(project.path, 'shared'),
    };
    await build(project, { configuration, environment });
    const second = await build(project, { configuration, environment });
    expect(second.usage).not.toBeNull();
    expect(existsSync(path.join(project.path, 'shared'))).toBe(false);
  });

  test('a build script that starts cargo itself does not wait for us', async () => {
    using project = new Folder({
      ...onePackage('hello'),
      ...MAIN,
      'inner/Cargo.toml': '[package]\nname = "inner"\nversion = "0.1.0"\nedition = "2021"\n[workspace]\n',
      'inner/src/main.rs': 'fn main() {}\n',
      'build.rs':
        'use std::process::Command;\nfn main() { let out = std::env::var("OUT_DIR").unwrap(); let status = Command::new(std::env::var("CARGO").unwrap()).args(["build", "--release", "--target-dir", &out]).current_dir("inner").status().unwrap(); assert!(status.success()); }\n',
    });
    expect((await build(project)).programs.map((program) => program.name)).toEqual(['hello']);
  });

  test('no jobserver, no incremental compilation and a fixed number of jobs reach the build', async () => {
    const script =
      'fn main() { for name in ["MAKEFLAGS", "MFLAGS", "CARGO_INCREMENTAL", "NUM_JOBS", "RUSTC_BOOTSTRAP"] { println!("cargo:warning={name}={:?}", std::env::var(name)); } panic!("enough"); }\n';
    using project = new Folder({ ...onePackage('hello'), ...MAIN, 'build.rs': script });
    const environment = { MAKEFLAGS: '-j9 --jobserver-auth=98,99', MFLAGS: '-j9', CARGO_INCREMENTAL: '1' };
    const error = await build(project, { environment }).catch((thrown: unknown) => thrown);
    const output = error instanceof Error && 'output' in error ? String(error.output) : '';
    expect(output).toContain('MFLAGS=Err(NotPresent)');
    expect(output).not.toContain('-j9');
    expect(output).toContain('CARGO_INCREMENTAL=Ok("0")');
    expect(output).toContain('NUM_JOBS=Ok("2")');
    expect(output).toContain('RUSTC_BOOTSTRAP=Err(NotPresent)');
  });

  test('a profile that asks for incremental compilation gets it', async () => {
    using project = new Folder({
      ...onePackage('hello', '[profile.release]\nincremental = true\n'),
      ...MAIN,
    });
    const { identity } = await build(project);
    expect(identity).toMatchObject({ 'profile.incremental': 'true', 'profile.codegen-units': '256' });
    const off = await build(project, { environment: { CARGO_INCREMENTAL: '0' } });
    expect(off.identity).toMatchObject({ 'profile.incremental': 'false', 'profile.codegen-units': '16' });
  });
});

describe('Cargo.lock', () => {
  test('is put back when the process exits in mid-build', () => {
    using project = new Folder({ 'Cargo.lock': 'mine\n' });
    const guard = new URL('../../../src/toolchain/cargo/lockfile-guard.ts', import.meta.url).href;
    const code = `
      import { writeFileSync } from 'node:fs';
      const { guardLockfile } = await import(${JSON.stringify(guard)});
      guardLockfile('Cargo.lock');
      guardLockfile('other/Cargo.lock');
      writeFileSync('Cargo.lock', 'changed');
      process.exit(7);`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: project.path });
    expect(ended.status).toBe(7);
    expect(project.snapshot()).toEqual({ 'Cargo.lock': 'mine\n' });
  });

  test('a project without one is built with a warning, and still has none', async () => {
    const { 'Cargo.lock': _, ...files } = workspace();
    using project = new Folder(files);
    const before = project.snapshot();
    const built = await build(project);
    expect(built.warnings).toEqual([expect.stringMatching(/^no Cargo\.lock/)]);
    expect(built.programs.map((program) => program.name)).toEqual(['alpha', 'beta-tool']);
    expect(project.snapshot()).toEqual(before);
  });

  test('an outdated one is updated for the build alone', async () => {
    const files = workspace();
    const stale = files['Cargo.lock']?.replace('name = "beta"', 'name = "gone"') ?? '';
    using project = new Folder({ ...files, 'Cargo.lock': stale });
    const built = await build(project);
    expect(built.warnings).toEqual([expect.stringMatching(/^Cargo\.lock does not fit/)]);
    expect(built.programs.map((program) => program.name)).toEqual(['alpha', 'beta-tool']);
    expect(project.read('Cargo.lock')).toBe(stale);
  });

  test('it is put back when the build fails', async () => {
    const { 'Cargo.lock': _, ...files } = onePackage('hello');
    using project = new Folder({ ...files, 'src/main.rs': 'fn main() { missing(); }\n' });
    await expect(build(project)).rejects.toThrow('does not compile');
    expect(existsSync(path.join(project.path, 'Cargo.lock'))).toBe(false);
  });
});
