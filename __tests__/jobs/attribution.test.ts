import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { attributePrograms } from '../../src/jobs/attribution.ts';
import { check } from '../../src/jobs/check.ts';
import type { JobRequest } from '../../src/jobs/job.ts';
import type { JobPorts } from '../../src/jobs/ports.ts';
import { record } from '../../src/jobs/record.ts';
import { createProcessRunner } from '../../src/process/runner.ts';
import type { Report } from '../../src/report/report.ts';
import { createCargoToolchain } from '../../src/toolchain/cargo/cargo.ts';
import { git } from '../support/git.ts';
import type { Files } from '../support/tiny-project.ts';
import { makeWorld } from './world.ts';

const isLinux = process.platform === 'linux';

const QUIET = '[benches]\nenabled = false\n[compile]\nenabled = false\n';
const manifest = (dependencies = '', profile = '') =>
  `[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n${dependencies}\n${profile}`;
const locked = (...names: string[]) =>
  `version = 4\n${names.map((name) => `\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n${name === 'app' && names.length > 1 ? 'dependencies = [\n "dep",\n]\n' : ''}`).join('')}`;
const BASE: Files = {
  '.gitignore': '/target\n',
  'Cargo.toml': manifest(),
  'Cargo.lock': locked('app'),
  'src/main.rs': 'fn main() { println!("{}", std::env::args().count()); }\n',
};
const DEPENDENCY: Files = {
  'Cargo.toml': manifest('dep = { path = "dep" }'),
  'Cargo.lock': locked('app', 'dep'),
  'dep/Cargo.toml': '[package]\nname = "dep"\nversion = "0.1.0"\nedition = "2021"\n',
  'dep/src/lib.rs': `use std::collections::BTreeMap;
pub fn heavy(text: &str) -> String {
    let mut map: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, word) in text.split_whitespace().enumerate() { map.entry(word.to_owned()).or_default().push(index); }
    format!("{map:?}")
}
`,
  'src/main.rs': 'fn main() { println!("{}", dep::heavy(&std::env::args().collect::<String>())); }\n',
};
/** A function for as many types as there are. */
const generic = (types: number): Files => ({
  'src/main.rs': `use std::fmt::Debug;
#[inline(never)]
fn weigh<const N: usize, T: Debug + Clone + PartialOrd>(value: T) -> String {
    let mut all: Vec<(usize, T)> = (0..N).map(|index| (index, value.clone())).collect();
    all.sort_by(|a, b| b.partial_cmp(a).unwrap());
    format!("{N} {all:?}")
}
fn main() {
    let count = std::env::args().count();
${Array.from({ length: types }, (_, index) => `    println!("{}", weigh::<${index + 3}, _>(count as u64));`).join('\n')}
}
`,
});

describe('a check of real builds', { timeout: 300_000 }, () => {
  test.runIf(isLinux)('names a new dependency first', async () => {
    const { report } = await checked(BASE, DEPENDENCY);
    const row = loadable(report);
    expect(row.why[0]).toMatchObject({ kind: 'lockfile', subject: 'dep', before: null, note: 'added' });
    expect(row.why[0]?.amount).toBeGreaterThan(2000);
    expect(report.attributions).toMatchObject([
      { case: 'size app', method: 'link-map', level: 'crates', fallback: null },
    ]);
    expectSums(report);
  });

  test.runIf(isLinux)('names a generic that is instantiated many times, with its copies', async () => {
    const { report } = await checked({ ...BASE, ...generic(1) }, generic(12));
    const first = loadable(report).why.find(({ kind }) => kind === 'function');
    expect(loadable(report).why[0]?.kind).toMatch(/^(function|crate)$/);
    expect(first).toMatchObject({ subject: 'app::weigh', note: '11 new copies' });
    expectSums(report);
  });

  test.runIf(isLinux)(
    'names a changed setting, and none of the functions that it moved, which are all',
    async () => {
      const profile = '[profile.release]\nopt-level = 1\n';
      const { report } = await checked({ ...BASE, ...generic(5) }, { 'Cargo.toml': manifest('', profile) });
      const why = loadable(report).why;
      expect(why[0]).toMatchObject({ kind: 'setting', subject: 'profile.opt-level' });
      expect(why.filter(({ kind }) => kind === 'function' || kind === 'crate')).toEqual([]);
      expectSums(report);
    },
  );

  test.runIf(isLinux)('takes the next step where the linker writes no map, and says so', async () => {
    const linker =
      '#!/bin/sh\ncase "$*" in *-Map=*) echo "error: no maps here" >&2; exit 1;; esac\nexec cc "$@"\n';
    const toml = (folder: string) => `env = { RUSTFLAGS = "-C linker=${folder}/linker" }\n${QUIET}`;
    const stripped = manifest('', '[profile.release]\nstrip = "symbols"\n');
    const { report } = await checked(
      { ...BASE, 'Cargo.toml': stripped },
      { ...DEPENDENCY, 'Cargo.toml': `${DEPENDENCY['Cargo.toml']}\n[profile.release]\nstrip = "symbols"\n` },
      async (root) => {
        const folder = join(dirname(root), 'tools');
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, 'linker'), linker);
        await chmod(join(folder, 'linker'), 0o755);
        return toml(folder);
      },
    );
    const [moved] = report.attributions;
    expect(moved).toMatchObject({
      method: 'symbols',
      fallback: expect.stringMatching(/^the linker writes no map: /),
    });
    expect(moved?.rows.some((row) => row.function === 'dep::heavy')).toBe(true);
    expectSums(report);
  });

  test.runIf(isLinux)('names nothing where no size moved, or where it is switched off', async () => {
    const same = await checked(BASE, { 'README.md': 'Words.\n' });
    expect(same.report.attributions).toEqual([]);
    expect(same.said).not.toContain('naming the bytes of app');
    const off = await checked(BASE, DEPENDENCY, async () => `${QUIET}[size]\nattribution = "off"\n`);
    expect(loadable(off.report).verdict).toBe('regression');
    expect(off.report.attributions).toEqual([]);
    expect(off.saidOfBase).not.toContain('naming the bytes of app');
  });
});

test('a program that nothing can link again is named by its sections', async () => {
  const { request, ports, reports, logger } = await makeWorld(QUIET, () => undefined);
  await record(request, ports);
  expect(reports).toHaveLength(1);
  expect(reports[0]?.warnings.join(' ')).not.toContain('named');
  expect(logger.lines.join('\n')).toMatch(
    /size tiny: named by sections, since cargo programs are not linked again; /,
  );
});

test.runIf(isLinux)(
  'room for names is shared among all programs, whichever of them are asked for',
  async () => {
    const { request, ports } = await makeWorld(QUIET, () => undefined);
    const [configuration] = request.config.configurations;
    const [toolchain] = ports.toolchains;
    if (configuration === undefined || toolchain === undefined) throw new Error('no configuration');
    const source = join(request.root, 'many.c');
    const path = join(request.root, 'many');
    const functions = Array.from(
      { length: 300 },
      (_, index) => `int f${index}(int a) { return a * ${index}; }`,
    );
    await writeFile(source, `${functions.join('\n')}\nint main(void) { return 0; }\n`);
    const built = await ports.runner.run({ file: 'cc', args: ['-o', path, source], cwd: request.root });
    expect(built.exitCode).toBe(0);
    const namedOf = async (count: number) => {
      const program = { name: 'many', kind: 'bin' as const, package: 'many', path };
      const names = Array.from({ length: count }, (_, index) => `size many-${index}`);
      const { attributions } = await attributePrograms(
        {
          build: { directory: request.root, configuration, scratch: request.root, jobs: 1 },
          ...{ toolchain, packages: [], programs: new Map(names.map((name) => [name, program])) },
        },
        ports,
        new Set(['size many-0']),
      );
      expect(attributions).toMatchObject([{ case: 'size many-0', method: 'symbols' }]);
      const rows = attributions[0]?.rows ?? [];
      return rows.filter((row) => row.function !== null).length;
    };
    expect(await namedOf(1)).toBeGreaterThan(250);
    expect(await namedOf(1000)).toBeLessThanOrEqual(75);
  },
);

interface Checked {
  readonly report: Report;
  /** What the log says of the check, and of the recording before it. */
  readonly said: string;
  readonly saidOfBase: string;
}

/** Records `base`, then checks it with `changes` on top, by the real cargo. */
async function checked(
  base: Files,
  changes: Files,
  config: (root: string) => Promise<string> = async () => QUIET,
): Promise<Checked> {
  const probe = await makeWorld(QUIET, () => undefined);
  const toml = await config(probe.request.root);
  const { request, ports, reports, logger } = await makeWorld(toml, () => undefined);
  const first = await commit(request.root, base);
  const runner = createProcessRunner({
    environment: process.env,
    platform: process.platform,
    temporary: ports.temporary,
  });
  const cargo = createCargoToolchain({ runner, logger, environment: process.env });
  const real: JobPorts = { ...ports, runner, toolchains: [cargo] };
  try {
    await record({ ...request, head: first, commits: [] }, real);
    const saidOfBase = logger.lines.join('\n');
    const head = await commit(request.root, changes);
    const job: JobRequest = { ...request, head, commits: [first] };
    await check(job, real);
    const report = reports.at(-1);
    if (report === undefined) throw new Error('no report');
    return { report, said: logger.lines.join('\n').slice(saidOfBase.length), saidOfBase };
  } finally {
    await runner.close();
  }
}

async function commit(root: string, files: Files): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text ?? '');
  }
  await git(root, 'add', '-A');
  await git(root, 'commit', '-q', '-m', 'Change');
  return git(root, 'rev-parse', 'HEAD');
}

function loadable(report: Report): Report['comparisons'][number] {
  const row = report.comparisons.find(({ metric }) => metric === 'loadable-bytes');
  if (row === undefined) throw new Error('no size');
  return row;
}

/** The rows of the table add up to the loadable bytes of both sides. */
function expectSums(report: Report): void {
  const { before, after } = loadable(report);
  const rows = report.attributions[0]?.rows ?? [];
  expect(rows.reduce((sum, row) => sum + row.before, 0)).toBe(before);
  expect(rows.reduce((sum, row) => sum + row.after, 0)).toBe(after);
}
