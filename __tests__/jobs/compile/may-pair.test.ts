import { expect, test } from 'vitest';
import { mayPair } from '../../../src/jobs/compile/may-pair.ts';
import { isFromRepository } from '../../../src/jobs/part.ts';
import type { Measurement } from '../../../src/measure/measurement.ts';

const IDENTITY = {
  'toolchain.rustc': 'rustc 1.95.0',
  'profile.lto': 'thin',
  target: 'x86_64-unknown-linux-gnu',
  lockfile: 'a'.repeat(64),
  'machine.cpu': 'one',
};
const SERDE = { name: 'serde', version: '1.0.1', role: 'linked' } as const;

function measurement(
  commit: string,
  more: Partial<Pick<Measurement, 'identity' | 'packages'>> = {},
): Measurement {
  return {
    schema: 1,
    tare: '0.0.0',
    commit: commit.repeat(40),
    configuration: 'default',
    recorded: '2026-11-20T10:00:00Z',
    identity: IDENTITY,
    packages: [SERDE],
    values: [],
    programs: [],
    benches: [],
    layouts: [],
    attributions: [],
    warnings: [],
    ...more,
  };
}

const BASE = measurement('a');
const git = (files: readonly string[] | null, dirty = false) => ({
  fetchCommit: async () => undefined,
  isDirty: async () => dirty,
  changedFiles: async () => files,
});
const SOURCES = git(['src/main.rs', 'README.md']);
const asked = (head: Parameters<typeof measurement>[1], repository = SOURCES) =>
  mayPair(BASE, measurement('b', head), isFromRepository, repository);
const identity = (fields: Readonly<Record<string, string>>) => ({ identity: { ...IDENTITY, ...fields } });

test.each([
  ['the same build', {}],
  [
    'another machine, and the toolchain of its image',
    identity({ 'machine.cpu': 'two', 'toolchain.rustc': 'rustc 1.96.0' }),
  ],
  ['a Cargo.lock that moved what is not compiled', identity({ lockfile: 'b'.repeat(64) })],
])('%s: yes', async (_, head) => {
  expect(await asked(head)).toEqual({ kind: 'yes' });
});

test.each([
  ['a setting', identity({ 'profile.lto': 'fat' }), 'profile.lto differs (thin → fat)'],
  ['a feature', identity({ features: 'rg/pcre2' }), 'features differs (none → rg/pcre2)'],
  [
    'a dependency',
    {
      ...identity({ lockfile: 'b'.repeat(64) }),
      packages: [
        { ...SERDE, version: '1.0.2' },
        { ...SERDE, name: 'new' },
      ],
    },
    'the dependencies differ (serde 1.0.1 → 1.0.2, new 1.0.1 is new)',
  ],
  [
    'a dependency that is gone',
    { ...identity({ lockfile: 'b'.repeat(64) }), packages: [] },
    'the dependencies differ (serde 1.0.1 is gone)',
  ],
  [
    'a long value',
    identity({ target: 'x'.repeat(500) }),
    `target differs (x86_64-unknown-linux-gnu → ${'x'.repeat(60)}…)`,
  ],
])('%s: no', async (_, head, reason) => {
  expect(await asked(head)).toEqual({ kind: 'no', reason });
});

test('a toolchain that the head chose is a difference', async () => {
  const head = measurement('b', identity({ 'toolchain.rustc': 'rustc 1.96.0' }));
  expect(await mayPair(BASE, head, () => true, SOURCES)).toMatchObject({ kind: 'no' });
});

test.each([
  [git([]), 'unchanged'],
  [git(['README.md', 'docs/a.MD', '.github/workflows/ci.yml', 'LICENSE-MIT', 'tare.toml']), 'unchanged'],
  [git(['README.md', 'src/readme.rs']), 'yes'],
  [git(['README.md'], true), 'yes'],
  [git(null), 'yes'],
])('files that no compiler reads %#', async (repository, kind) => {
  expect(await asked({}, repository)).toEqual({ kind });
});
