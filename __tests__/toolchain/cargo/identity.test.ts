import { describe, expect, test } from 'vitest';
import { build, Folder, LIBRARY, MAIN, onePackage, workspace } from './support.ts';

const isMsvc = process.platform === 'win32';

describe('the effective profile', () => {
  test('every key is there without any setting, and the same project elsewhere has the same identity', async () => {
    const files = {
      ...onePackage('hello'),
      ...MAIN,
      'build.rs': 'fn main() { println!("cargo:rustc-link-arg=-L{}", std::env::var("OUT_DIR").unwrap()); }\n',
    };
    using one = new Folder(files);
    using two = new Folder(files);
    const { identity } = await build(one);
    expect(identity).toMatchObject({
      'toolchain.name': 'cargo',
      'toolchain.cargo': expect.stringMatching(/^cargo \d/),
      'toolchain.rustc': expect.stringMatching(/^rustc \d+\.\d+\.\d+\S* \([0-9a-f]+ /),
      'toolchain.host': expect.stringContaining('-'),
      target: identity['toolchain.host'],
      linker: expect.stringMatching(/^default/),
      lockfile: expect.stringMatching(/^[0-9a-f]{64}$/),
      features: 'none',
      'profile.name': 'release',
      'profile.opt-level': '3',
      'profile.lto': 'false',
      'profile.codegen-units': '16',
      'profile.panic': 'unwind',
      'profile.strip': isMsvc ? 'none' : 'debuginfo',
      'profile.debug': '0',
      'profile.debug-assertions': 'false',
      'profile.overflow-checks': 'false',
      'profile.incremental': 'false',
      'profile.rpath': 'false',
      'profile.split-debuginfo': isMsvc ? 'packed' : 'off',
      'flags.rustflags': 'none',
      'flags.link': expect.stringMatching(/^-C link-arg=-L<build>[/\\]release[/\\]build[/\\]/),
      'flags.lto-dropped': 'none',
    });
    expect((await build(two)).identity).toEqual(identity);
  });

  test('a custom profile that inherits release, as ripgrep has', async () => {
    using project = new Folder({
      ...onePackage(
        'hello',
        '[profile.release]\ndebug = 1\n[profile.release-lto]\ninherits = "release"\nlto = "fat"\ncodegen-units = 1\npanic = "abort"\nstrip = "symbols"\ndebug = 0\n',
      ),
      ...MAIN,
    });
    const { identity, warnings } = await build(project, { configuration: { profile: 'release-lto' } });
    expect(identity).toMatchObject({
      'profile.name': 'release-lto',
      'profile.lto': 'fat',
      'profile.codegen-units': '1',
      'profile.panic': 'abort',
      'profile.strip': 'symbols',
      'profile.debug': '0',
    });
    expect(warnings).toEqual([]);
  });

  test('the environment changes the profile, also through inherits', async () => {
    using project = new Folder({ ...onePackage('hello', '[profile.dist]\ninherits = "release"\n'), ...MAIN });
    const environment = { CARGO_PROFILE_RELEASE_LTO: 'off', CARGO_PROFILE_DIST_OPT_LEVEL: 's' };
    const { identity } = await build(project, { configuration: { profile: 'dist' }, environment });
    expect(identity).toMatchObject({ 'profile.lto': 'off', 'profile.opt-level': 's' });
  });

  test("the configuration's own environment counts too", async () => {
    using project = new Folder({ ...onePackage('hello'), ...MAIN });
    const { identity } = await build(project, {
      configuration: { env: { CARGO_PROFILE_RELEASE_STRIP: 'none' } },
    });
    expect(identity['profile.strip']).toBe('none');
  });

  test('RUSTFLAGS have the last word on the profile and are kept as flags', async () => {
    using project = new Folder({ ...onePackage('hello', '[profile.release]\ncodegen-units = 4\n'), ...MAIN });
    const environment = { RUSTFLAGS: '-C codegen-units=1 -Ctarget-cpu=native --cfg special -D warnings' };
    const { identity, warnings } = await build(project, { environment });
    expect(identity['profile.codegen-units']).toBe('1');
    expect(identity['flags.rustflags']).toBe('-C codegen-units=1 -C target-cpu=native --cfg special');
    expect(warnings).toEqual([expect.stringContaining('target-cpu=native')]);
  });

  test("flags and profile of cargo's configuration file, read from the working directory", async () => {
    using project = new Folder({
      ...workspace(),
      '.cargo/config.toml':
        '[build]\nrustflags = ["-C", "force-frame-pointers=yes"]\n[profile.release]\npanic = "abort"\n[profile.quick]\ninherits = "release"\nlto = "off"\n',
    });
    const { identity } = await build(project, { below: 'alpha', configuration: { profile: 'quick' } });
    expect(identity).toMatchObject({
      'flags.rustflags': '-C force-frame-pointers=yes',
      'flags.link': 'none',
      'profile.panic': 'abort',
      'profile.lto': 'off',
    });
  });

  test('package overrides are fields of their own, and one with debug information is warned of', async () => {
    using project = new Folder(workspace('[profile.release.package.core-lib]\nopt-level = "s"\ndebug = 1\n'));
    const { identity, warnings } = await build(project);
    expect(identity).toMatchObject({
      'profile.opt-level': '3',
      'profile.debug': '0',
      'profile.strip': 'none',
      'profile.package.core-lib.opt-level': 's',
      'profile.package.core-lib.debug': '1',
    });
    expect(warnings).toEqual([expect.stringMatching(/^core-lib .*strip/)]);
  });

  test('an override of the program itself is no profile, and build-override is seen only when it is set', async () => {
    using project = new Folder({
      ...workspace(
        '[profile.release.package.alpha]\ncodegen-units = 2\n[profile.release.build-override]\nopt-level = 2\n',
      ),
      'beta/build.rs': 'fn main() {}\n',
    });
    const { identity } = await build(project);
    expect(identity).toMatchObject({
      'profile.codegen-units': '16',
      'profile.package.alpha.codegen-units': '2',
      'profile.build-override.opt-level': '2',
    });
    expect(
      Object.keys(identity).filter((field) => /^profile\.(package|build-override)/.test(field)),
    ).toHaveLength(2);
  });

  test('an override for all packages from outside the workspace is one field', async () => {
    const outside = (name: string) => ({
      [`${name}/Cargo.toml`]: `[package]\nname = "${name}"\nversion = "1.0.0"\nedition = "2021"\n`,
      [`${name}/src/lib.rs`]: 'pub fn one() -> i32 { 1 }\n',
    });
    using project = new Folder({
      'app/Cargo.toml':
        '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\none = { path = "../one" }\ntwo = { path = "../two" }\n[profile.release.package."*"]\nopt-level = 1\n[profile.release.package."two@1.0"]\ncodegen-units = 3\n',
      'app/src/main.rs': 'fn main() { println!("{}", one::one() + two::one()); }\n',
      ...outside('one'),
      'one/build.rs': 'fn main() {}\n',
      ...outside('two'),
    });
    const { identity } = await build(project, { below: 'app' });
    const overrides = Object.entries(identity).filter(([field]) =>
      /^profile\.(package|build-override)\./.test(field),
    );
    expect(Object.fromEntries(overrides)).toEqual({
      'profile.package.*.opt-level': '1',
      'profile.package.two.codegen-units': '3',
      'profile.package.two.opt-level': '1',
    });
  });

  test('LTO that cargo drops for mixed crate types is told, and profile.lto keeps what was asked for', async () => {
    using mixed = new Folder({
      ...onePackage('plug', '[lib]\ncrate-type = ["cdylib", "rlib"]\n[profile.release]\nlto = true\n'),
      ...LIBRARY,
    });
    const { identity, warnings, programs } = await build(mixed);
    expect(identity).toMatchObject({ 'profile.lto': 'fat', 'flags.lto-dropped': 'plug' });
    expect(warnings).toEqual([expect.stringMatching(/^cargo drops lto = "fat" for plug/)]);
    expect(programs).toHaveLength(1);
  });

  test('a profile in a member manifest is warned of', async () => {
    const files = workspace();
    using project = new Folder({
      ...files,
      'alpha/Cargo.toml': `${files['alpha/Cargo.toml']}[profile.release]\nlto = true\n`,
    });
    const { identity, warnings } = await build(project);
    expect(identity['profile.lto']).toBe('false');
    expect(warnings).toEqual([expect.stringContaining('alpha/Cargo.toml')]);
  });

  test("an explicit target is the identity's target, and flags reach only what is built for it", async () => {
    using project = new Folder({ ...onePackage('hello'), ...MAIN, 'build.rs': 'fn main() {}\n' });
    const { identity: plain } = await build(project);
    const target = plain['toolchain.host'] ?? '';
    const { identity, programs } = await build(project, {
      configuration: { target },
      environment: { RUSTFLAGS: '--cfg special' },
    });
    expect(identity).toMatchObject({ target, 'flags.rustflags': '--cfg special' });
    expect(programs[0]?.path).toContain(target);
  });
});
