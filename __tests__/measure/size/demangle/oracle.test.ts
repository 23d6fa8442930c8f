import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demangle, normalise, printed } from '../../../../src/measure/size/demangle/demangle.ts';
import { LEGACY, V0 } from './symbols.ts';

const run = promisify(execFile);
const MAX_OUTPUT = 1 << 28;

const MANIFEST = `[package]
name = "oracle"
version = "0.1.0"
edition = "2021"

[dependencies]
rustc-demangle = "=0.1.28"

[profile.dev]
debug = 0
incremental = false

[workspace]
`;

/** Demangles its input by rustc-demangle, and holds what gives rise to the rarer parts of a symbol. */
const SOURCE = `use std::collections::{BTreeMap, HashMap};
use std::fmt::{Debug, Display};
use std::io::{BufRead, Write};

trait Task: Send {
    type Out: Debug;
    fn run(&self) -> Self::Out;
    fn twice(&self) -> (Self::Out, Self::Out) {
        (self.run(), self.run())
    }
}

struct Grid<T, const N: usize, const SIGN: i8, const ON: bool, const MARK: char>([T; N]);

impl<T: Debug + Clone + Send, const N: usize, const S: i8, const O: bool, const M: char> Task for Grid<T, N, S, O, M> {
    type Out = Vec<T>;
    fn run(&self) -> Vec<T> {
        self.0.iter().map(|cell| cell.clone()).collect()
    }
}

impl<F: Fn(&str) -> usize + Send> Task for (F, u8) {
    type Out = usize;
    fn run(&self) -> usize {
        self.0("text") + usize::from(self.1)
    }
}

fn show<T: Task + ?Sized>(task: &T) -> String
where
    T::Out: Debug,
{
    format!("{:?}", task.twice())
}

fn apply<A, R>(argument: A, function: impl for<'a> FnOnce(&'a A) -> R) -> R {
    function(&argument)
}

fn type_name<T: ?Sized>() -> &'static str {
    fn inner<T: ?Sized>() -> &'static str {
        std::any::type_name::<T>()
    }
    inner::<T>()
}

extern "C" fn callback(value: i32) -> i32 {
    value + 1
}

mod größe {
    pub fn länge(text: &str) -> usize {
        text.chars().count()
    }
}

fn exercise() -> String {
    let grid = Grid::<u16, 3, -7, true, 'ß'>([1, 2, 3]);
    let boxed: Box<dyn Task<Out = usize>> = Box::new((|text: &str| text.len(), 3));
    let mut words: HashMap<String, BTreeMap<u8, Vec<Option<&str>>>> = HashMap::new();
    words.entry("a".into()).or_default().entry(1).or_default().push(Some("b"));
    let names = [
        type_name::<dyn for<'a> Fn(&'a u8) -> Box<dyn Display + Send + 'a>>(),
        type_name::<unsafe extern "C" fn(*const u8, *mut i64, ...) -> !>(),
        type_name::<(u8,)>(),
        type_name::<&mut [[f32; 4]]>(),
        type_name::<<std::ops::Range<i128> as Iterator>::Item>(),
    ];
    let pointer: extern "C" fn(i32) -> i32 = apply(callback as extern "C" fn(i32) -> i32, |f| *f);
    format!("{}{}{:?}{:?}{}{}", show(&grid), show(&*boxed), words, names, pointer(1), größe::länge("ab"))
}

fn main() {
    if std::env::args().count() > 1 {
        println!("{}", exercise());
    }
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    for line in std::io::stdin().lock().lines() {
        match rustc_demangle::try_demangle(&line.unwrap()) {
            Ok(name) => writeln!(out, "{:#}", name).unwrap(),
            Err(_) => writeln!(out).unwrap(),
        }
    }
}
`;

let folder: string;
const programs: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tare-demangle-'));
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'Cargo.toml'), MANIFEST);
  await writeFile(join(folder, 'src/main.rs'), SOURCE);
  for (const flags of ['', '-C symbol-mangling-version=v0']) programs.push(await build(flags));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('every symbol of a real program is printed as rustc-demangle does, in both manglings', async () => {
  for (const program of programs) {
    const symbols = await symbolsOf(program);
    const wrong = (await compared(symbols)).filter(({ ours, theirs }) => ours !== theirs);
    expect(wrong).toEqual([]);
    expect(symbols.filter((symbol) => demangle(symbol) !== null).length).toBeGreaterThan(1000);
  }
});

test('the tables are what rustc-demangle prints', async () => {
  const symbols = [...V0, ...LEGACY].map(({ symbol }) => symbol);
  expect((await compared(symbols)).filter(({ ours, theirs }) => ours !== theirs)).toEqual([]);
});

test('both manglings give a function of the program the same name and crate', async () => {
  const [standard, v0] = await Promise.all(programs.map(async (program) => rows(await symbolsOf(program))));
  const own = (names: ReadonlySet<string> | undefined) =>
    [...(names ?? [])].filter((name) => /^oracle |^rustc_demangle /.test(name)).sort();
  expect(own(v0)).toContain('oracle <oracle::Grid<_> as oracle::Task>::run');
  expect(own(v0)).toContain('oracle oracle::größe::länge');
  expect(own(standard)).toEqual(own(v0));
});

async function build(flags: string): Promise<string> {
  const target = join(folder, flags === '' ? 'standard' : 'v0');
  await run('cargo', ['build', '--quiet', '--target-dir', target], {
    cwd: folder,
    env: { ...process.env, RUSTFLAGS: flags, CARGO_BUILD_BUILD_DIR: target },
  });
  return join(target, 'debug', 'oracle');
}

async function symbolsOf(program: string): Promise<string[]> {
  const { stdout } = await run('nm', [program], { maxBuffer: MAX_OUTPUT });
  const names = stdout.split('\n').map((line) => line.trim().split(' ').at(-1) ?? '');
  return [...new Set(names)].filter((name) => name !== '');
}

async function compared(symbols: readonly string[]) {
  const theirs = await oracle(symbols);
  return symbols.map((symbol, index) => {
    const demangled = demangle(symbol);
    return { symbol, ours: demangled === null ? '' : printed(demangled), theirs: theirs[index] };
  });
}

async function oracle(symbols: readonly string[]): Promise<string[]> {
  const running = run(programs[0] ?? '', [], { maxBuffer: MAX_OUTPUT });
  running.child.stdin?.end(`${symbols.join('\n')}\n`);
  return (await running).stdout.split('\n');
}

function rows(symbols: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (const symbol of symbols) {
    const demangled = demangle(symbol);
    if (demangled !== null) names.add(`${demangled.crate} ${normalise(demangled)}`);
  }
  return names;
}
