import type { Files } from './tiny-project.ts';

export interface OwnWorkspace {
  /** How much work the crate `engine` is to compile: each step is a sort of its own, some hundredths of a second. */
  readonly engine: number;
  /** Likewise for `app`, which uses it. */
  readonly app: number;
  /** Folder of vendored packages: absolute, or relative to the project's `.cargo`. Holds what {@link vendored} gives. */
  readonly vendor: string;
  /** Version of the package `leaf`. Default `1.0.0`. */
  readonly leaf?: '1.0.0' | '1.0.1';
}

/** A workspace of a program `app` over a library `engine`, which uses the package `leaf` from outside. */
export function ownWorkspace({ engine, app, vendor, leaf = '1.0.0' }: OwnWorkspace): Files {
  const manifest = (name: string, more: string) =>
    `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n${more}`;
  return {
    '.gitignore': '/target\n',
    '.cargo/config.toml': `[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = ${JSON.stringify(vendor)}\n`,
    'Cargo.toml':
      '[workspace]\nresolver = "2"\nmembers = ["app", "engine"]\n[profile.release]\ncodegen-units = 1\n',
    'Cargo.lock': `version = 3

[[package]]
name = "app"
version = "0.1.0"
dependencies = [
 "engine",
]

[[package]]
name = "engine"
version = "0.1.0"
dependencies = [
 "leaf",
]

[[package]]
name = "leaf"
version = "${leaf}"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "${CHECKSUM}"
`,
    'app/Cargo.toml': manifest('app', 'engine = { path = "../engine" }\n'),
    'app/src/main.rs': `${sorts(app)}\nfn main() { println!("{}", engine::run(run(std::env::args().count() as u64))); }\n`,
    'engine/Cargo.toml': manifest('engine', 'leaf = "1"\n'),
    'engine/src/lib.rs': `${sorts(engine)}\npub fn leaf() -> u64 { leaf::leaf() }\n`,
  };
}

/** The versions of the package `leaf` for the folder of vendored packages. */
export function vendored(folder: string): Files {
  const versions = ['1.0.0', '1.0.1'].map((version): Files => {
    const at = `${folder}/leaf-${version}`;
    return {
      [`${at}/Cargo.toml`]: `[package]\nname = "leaf"\nversion = "${version}"\nedition = "2021"\n[features]\nextra = []\n`,
      [`${at}/src/lib.rs`]: 'pub fn leaf() -> u64 { 7 }\n',
      [`${at}/.cargo-checksum.json`]: `{"files":{},"package":"${CHECKSUM}"}\n`,
    };
  });
  return Object.assign({}, ...versions);
}

const CHECKSUM = '7'.repeat(64);

/** Each closure is a type, so each sort is compiled anew; in functions of their own, the cost grows with their number. */
function sorts(count: number): string {
  const steps = Array.from({ length: count }, (_, index) => {
    const key = (name: string) => `(${name}.wrapping_mul(${2 * index + 3}) ^ x)`;
    return `#[inline(never)] fn step_${index}(v: &mut Vec<u64>, x: u64) { v.sort_by(|a, b| ${key('a')}.cmp(&${key('b')})); }`;
  });
  const calls = steps.map((_, index) => `    step_${index}(&mut v, x);`);
  return `${steps.join('\n')}
pub fn run(x: u64) -> u64 {
    let mut v: Vec<u64> = (0..x).collect();
${calls.join('\n')}
    v.first().copied().unwrap_or(x)
}`;
}
