import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Files } from './tiny-project.ts';

/** Two functions that take equally long, until {@link slower} lets one of them do more. */
const LIBRARY: Files = {
  '.gitignore': '/target\n/out\n/.tare\n',
  'src/lib.rs': `use std::hint::black_box;

mod rounds;

#[inline(never)]
fn spin(rounds: u64) -> u64 {
    (0..black_box(rounds)).fold(0, |sum, round| sum ^ black_box(round.wrapping_mul(2654435761)))
}

pub fn same() -> u64 {
    spin(20_000)
}

pub fn changed() -> u64 {
    spin(rounds::ROUNDS)
}
`,
  ...rounds(20_000),
};

/** Little optimised, and the harness not at all: it takes long to compile, and nobody measures it. */
function manifest(name: string, dependency: string): Files {
  return {
    'Cargo.toml': `[package]
name = "${name}"
version = "0.1.0"
edition = "2021"

[dev-dependencies]
${dependency}

[[bench]]
name = "kernels"
harness = false

[profile.release]
opt-level = 1

[profile.release.package."*"]
opt-level = 0
`,
  };
}

function rounds(count: number): Files {
  return { 'src/rounds.rs': `pub const ROUNDS: u64 = ${count};\n` };
}

/** The function `changed` takes 150 % longer: on a busy machine too. */
export const SLOWER: Files = rounds(50_000);

/** A criterion project of two benchmarks, and a program that tells how long it took in a file. */
export const CRITERION: Files = {
  ...LIBRARY,
  ...manifest('crit', 'criterion = { version = "=0.7.0", default-features = false }'),
  'benches/kernels.rs': `use criterion::*;

fn kernels(c: &mut Criterion) {
    c.bench_function("same", |b| b.iter(crit::same));
    c.bench_function("changed", |b| b.iter(crit::changed));
}

criterion_group!(benches, kernels);
criterion_main!(benches);
`,
  'src/main.rs': `fn main() {
    let begun = std::time::Instant::now();
    let sum = (0..500).fold(0, |sum, _| sum ^ crit::changed());
    let took = begun.elapsed().as_micros();
    if let Some(file) = std::env::args().nth(1) {
        std::fs::write(file, format!("METRIC:told:{took}:us\\n")).unwrap();
    }
    println!("{sum}");
}
`,
};

/** A divan project of two benchmarks. */
export const DIVAN: Files = {
  ...LIBRARY,
  ...manifest('tree', 'divan = "=0.1.21"'),
  'benches/kernels.rs': `fn main() {
    divan::main();
}

#[divan::bench]
fn same() -> u64 {
    tree::same()
}

#[divan::bench]
fn changed() -> u64 {
    tree::changed()
}
`,
};

/** The files with the Cargo.lock that cargo makes for them. */
export async function locked(files: Files): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), 'tare-lock-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text ?? '');
    }
    await promisify(execFile)('cargo', ['generate-lockfile'], { cwd: folder });
    return { ...files, 'Cargo.lock': await readFile(join(folder, 'Cargo.lock'), 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
