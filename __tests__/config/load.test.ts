import nodePath from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig, NO_OVERRIDES, type Overrides } from '../../src/config/load.ts';
import { UserError } from '../../src/errors.ts';

const ROOT = nodePath.resolve('/repository');

interface Given {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly directory?: string;
  readonly file?: string | null;
  readonly overrides?: Partial<Overrides>;
}

function load({ files = {}, directory = '.', file = null, overrides = {} }: Given): Promise<Config> {
  return loadConfig({
    root: ROOT,
    directory,
    file,
    overrides: { ...NO_OVERRIDES, ...overrides },
    readFile: async (path) => {
      const content = Object.hasOwn(files, path) ? files[path] : undefined;
      if (content === undefined) return null;
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
  });
}

const loadText = (text: string | Uint8Array) => load({ files: { 'tare.toml': text } });

async function mistake(given: Given | string | Uint8Array): Promise<string> {
  const loading = typeof given === 'string' || given instanceof Uint8Array ? loadText(given) : load(given);
  const error = await loading.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  const message = error instanceof Error ? error.message : '';
  expect(message).not.toMatch(/[\n\r\u2028]/);
  return message;
}

const DEFAULT_BENCHES = {
  enabled: true,
  minutes: 10,
  harness: true,
  filter: [],
  exclude: [],
  instructions: 'auto',
  layouts: true,
  maxProgramBytes: 314_572_800,
  commands: [],
  numbers: [],
};

describe('a project without a file', () => {
  test('gets the defaults', async () => {
    expect(await load({})).toEqual({
      file: null,
      configurations: [
        {
          name: 'default',
          toolchain: 'auto',
          profile: 'release',
          packages: [],
          bins: [],
          lib: true,
          features: [],
          allFeatures: false,
          defaultFeatures: true,
          target: null,
          channel: null,
          env: {},
          args: [],
        },
      ],
      size: { gate: 'loadable', floor: 1024, change: 0.001, attribution: 'auto' },
      compile: { enabled: true, paired: true, minutes: 5 },
      baseline: { rebuild: true, ancestors: 30 },
      triage: { issue: 'weekly', minutes: 20 },
      history: { enabled: true, branch: 'tare-data' },
      accept: { label: 'tare: accepted' },
      benches: DEFAULT_BENCHES,
      cases: [],
      failOn: 'budget',
      comment: true,
    });
  });

  test('an empty file and one that says the defaults are the same', async () => {
    const { file: _, ...defaults } = await load({});
    const said = `
      kind = "auto"
      profile = "release"
      lib = true
      all-features = false
      default-features = true
      fail-on = "budget"
      comment = true
      size = { gate = "loadable", floor = "1 KiB", change = "0.1%", attribution = "auto" }
      compile.enabled = true
      baseline = { rebuild = true, ancestors = 30 }
      benches = { enabled = true, minutes = 10, harness = true, filter = [], exclude = [], instructions = "auto", layouts = true, max-program-bytes = "300 MiB" }
    `;
    for (const text of ['', '\ufeff', '# nothing\r\n', said])
      expect(await loadText(text)).toMatchObject(defaults);
  });
});

describe('values', () => {
  test('every key arrives', async () => {
    const config = await loadText(`
      kind = "cargo"
      toolchain = "nightly-2026-10-01"
      profile = "release-lto"
      packages = ["ripgrep"]
      bins = ["rg"]
      lib = false
      features = ["pcre2", "simd/avx"]
      all-features = true
      default-features = false
      target = "x86_64-unknown-linux-musl"
      args = ["--locked", "-Zbuild-std"]
      fail-on = "regression"
      comment = false
      [env]
      RUSTFLAGS = "-C target-cpu=native"
      [size]
      gate = "gzip"
      attribution = "always"
      floor = 4096
      change = 0.02
      [compile]
      paired = false
      minutes = 2.5
      enabled = false
      [history]
      enabled = false
      branch = "data/tare"

      [accept]
      label = ""

      [triage]
      issue = "rolling"
      minutes = 5
      [baseline]
      rebuild = false
      ancestors = 0
      [[case]]
      match = "size rg*"
      category = "secondary"
      floor = "1.5 kB"
      change = "2.5 %"
      budget = "64MiB"
      [[case]]
      match = "*"
      metric = "wall-time"
      budget = "2 min"
      [[case]]
      match = "compile workspace"
      floor = 1.5
      budget = "90 s"
      [[case]]
      match = "bench *"
      floor = "250 ms"
    `);
    expect(config).toEqual({
      file: 'tare.toml',
      configurations: [
        {
          name: 'default',
          toolchain: 'cargo',
          channel: 'nightly-2026-10-01',
          profile: 'release-lto',
          packages: ['ripgrep'],
          bins: ['rg'],
          lib: false,
          features: ['pcre2', 'simd/avx'],
          allFeatures: true,
          defaultFeatures: false,
          target: 'x86_64-unknown-linux-musl',
          args: ['--locked', '-Zbuild-std'],
          env: { RUSTFLAGS: '-C target-cpu=native' },
        },
      ],
      size: { gate: 'gzip', floor: 4096, change: 0.02, attribution: 'always' },
      compile: { enabled: false, paired: false, minutes: 2.5 },
      baseline: { rebuild: false, ancestors: 0 },
      triage: { issue: 'rolling', minutes: 5 },
      history: { enabled: false, branch: 'data/tare' },
      accept: { label: null },
      benches: DEFAULT_BENCHES,
      cases: [
        {
          match: 'size rg*',
          metric: null,
          category: 'secondary',
          floor: 1500,
          change: 0.025,
          budget: 64 * 1024 ** 2,
        },
        { match: '*', metric: 'wall-time', category: null, floor: null, change: null, budget: 120 },
        { match: 'compile workspace', metric: null, category: null, floor: 1.5, change: null, budget: 90 },
        { match: 'bench *', metric: null, category: null, floor: 0.25, change: null, budget: null },
      ],
      failOn: 'regression',
      comment: false,
    });
  });

  test('configurations inherit the top level, add to its environment and keep their order', async () => {
    const config = await loadText(`
      profile = "dist"
      features = ["a"]
      env = { A = "1", B = "1" }
      [[configuration]]
      name = "full"
      features = ["a", "b"]
      env.B = "2"
      [[configuration]]
      name = "min"
      features = []
      profile = "min-size"
      toolchain = "nightly"
    `);
    expect(config.configurations).toMatchObject([
      { name: 'full', profile: 'dist', features: ['a', 'b'], env: { A: '1', B: '2' }, channel: null },
      { name: 'min', profile: 'min-size', features: [], env: { A: '1', B: '1' }, channel: 'nightly' },
    ]);
  });

  test('overrides win over the file, and select configurations in the order of the file', async () => {
    const files = {
      'tare.toml':
        'fail-on = "regression"\ncomment = true\n[[configuration]]\nname = "a"\n[[configuration]]\nname = "b"',
    };
    const overrides: Overrides = { failOn: 'never', comment: false, configurations: ['b', 'a'] };
    const config = await load({ files, overrides });
    expect(config).toMatchObject({ failOn: 'never', comment: false });
    expect(config.configurations.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(config.partial).toBeUndefined();
    const one = await load({ files, overrides: { configurations: ['b'] } });
    expect(one.configurations.map(({ name }) => name)).toEqual(['b']);
    expect(one.partial).toBe(true);
    expect(one.failOn).toBe('regression');
  });
});

describe('lookup', () => {
  const marked = (profile: string) => `profile = "${profile}"`;
  const files = {
    'sub/tare.toml': marked('sub'),
    'tare.toml': marked('root'),
    '.github/tare.toml': marked('github'),
    'other/weights.toml': marked('other'),
  };

  test.each([
    ['sub', null, 'sub/tare.toml'],
    ['./sub/', null, 'sub/tare.toml'],
    ['.', null, 'tare.toml'],
    ['elsewhere', null, 'tare.toml'],
    ['sub', 'other/weights.toml', 'other/weights.toml'],
    [nodePath.join(ROOT, 'sub'), nodePath.join(ROOT, 'other', 'weights.toml'), 'other/weights.toml'],
  ])('directory %s, file %s: %s', async (directory, file, expected) => {
    expect((await load({ files, directory, file })).file).toBe(expected);
  });

  test('.github/tare.toml is last', async () => {
    expect((await load({ files: { '.github/tare.toml': '' }, directory: 'sub' })).file).toBe(
      '.github/tare.toml',
    );
  });

  test('paths stay inside the repository, and a named file must exist', async () => {
    expect(await mistake({ directory: '../x' })).toMatchInlineSnapshot(
      `"working directory "../x" is outside the repository; give a path inside it"`,
    );
    expect(await mistake({ file: '/etc/passwd' })).toMatchInlineSnapshot(
      `"configuration file "/etc/passwd" is outside the repository; give a path inside it"`,
    );
    expect(await mistake({ file: 'a/../../x.toml' })).toMatchInlineSnapshot(
      `"configuration file "a/../../x.toml" is outside the repository; give a path inside it"`,
    );
    expect(await mistake({ file: 'mising.toml' })).toMatchInlineSnapshot(
      `"configuration file "mising.toml" does not exist; correct the path, or leave it out"`,
    );
    expect((await load({ files: { '..a.toml': '' }, file: '..a.toml' })).file).toBe('..a.toml');
  });

  test('a file that cannot be read is an error, not a missing file', async () => {
    const request = { root: ROOT, directory: '.', file: null, overrides: NO_OVERRIDES };
    const readFile = () => Promise.reject(new Error('EACCES: permission denied'));
    await expect(loadConfig({ ...request, readFile })).rejects.toThrow(
      new UserError('cannot read tare.toml: EACCES: permission denied; make it a readable file'),
    );
  });
});

describe('mistakes are one line with file, line, key and what is allowed', () => {
  test.each([
    ['wrong value', '\n[size]\ngate = "lodable"'],
    ['wrong value without a near one', 'size.gate = "foo"'],
    ['wrong type', 'profile = 3'],
    ['wrong type in a list', 'features = [\n "a",\n 1,\n]'],
    ['list instead of text', 'profile = ["release"]'],
    ['text instead of list', 'features = "a"'],
    ['table instead of value', '[profile]\nlto = true'],
    ['value instead of table', 'size = 1'],
    ['value instead of configurations', 'configuration = "x"'],
    ['date', 'profile = 1979-05-27'],
    ['text boolean', 'comment = "yes"'],
    ['unknown key', 'profil = "x"'],
    ['unknown key with underscore', 'all_features = true'],
    ['unknown table', '[[configurations]]\nname = "x"'],
    ['key of another table', 'gate = "file"'],
    ['unknown key in a configuration', '[[configuration]]\nname = "x"\nfeature = []'],
    ['unknown key with odd characters', '"a\\u0007 b\\u202e" = 1'],
    ['empty key', '"" = 1'],
    ['missing name', 'profile = "x"\n\n[[configuration]]\nprofile = "y"'],
    ['bad name', '[[configuration]]\nname = "a,b"'],
    ['repeated name', '[[configuration]]\nname = "a"\n[[configuration]]\nname = "A"'],
    ['bad size', 'size.floor = "1 KB"'],
    ['negative size', 'size.floor = -1'],
    ['fraction of a byte', 'size.floor = 1.5'],
    ['size that is no number', 'size.floor = nan'],
    ['bad percentage', 'size.change = "1"'],
    ['percentage as a number', 'size.change = 5'],
    ['bad ancestors', 'baseline.ancestors = 1.5'],
    ['too many ancestors', 'baseline.ancestors = 501'],
    ['option as a name', 'features = ["--all"]'],
    ['plus before the toolchain', 'toolchain = "+nightly"'],
    ['bad variable', '[env]\n"A=B" = "1"'],
    ['number as a variable', 'env.A = 1'],
    ['NUL in an argument', 'args = ["a\\u0000b"]'],
    ['case without match', '[[case]]\nbudget = 1'],
    ['match that fits nothing', '[[case]]\nmatch = "sizes rg"'],
    ['unknown metric', '[[case]]\nmatch = "size rg"\nmetric = "loadable-byte"'],
    ['metric of another axis', '[[case]]\nmatch = "size rg"\nmetric = "wall-time"'],
    ['budget in the wrong unit', '[[case]]\nmatch = "size rg"\nbudget = "30 s"'],
    ['budget without a unit that is known', '[[case]]\nmatch = "*"\nbudget = 5'],
    ['budget of a count', '[[case]]\nmatch = "compile *"\nmetric = "units"\nbudget = "5 MiB"'],
    ['several mistakes', 'comment = 1\n[size]\nfloor = true\ngate = "x"\nother = 1\n'],
    ['two mistakes', '[size]\ngate = "x"\n[compile]\nenable = 1\n'],
  ])('%s', async (name, text) => {
    expect(`${name} -> ${await mistake(text)}`).toMatchSnapshot();
  });

  test('a configuration that does not exist', async () => {
    const files = { 'tare.toml': '[[configuration]]\nname = "full"\n[[configuration]]\nname = "min"' };
    expect(await mistake({ files, overrides: { configurations: ['ful'] } })).toMatchInlineSnapshot(
      `"configuration "ful" is not in tare.toml; allowed: full, min; did you mean "full"?"`,
    );
    expect(await mistake({ overrides: { configurations: ['full'] } })).toMatchInlineSnapshot(
      `"configuration "full" is not in the default configuration (no tare.toml was found); allowed: default"`,
    );
  });
});

describe('text that is not TOML', () => {
  test.each([
    ['not TOML', '\n[size\n'],
    ['set twice', 'a = 1\na = 2'],
    ['YAML', 'profile: release'],
    ['JSON', '{"profile": "release"}'],
    ['huge number', 'size.floor = 99999999999999999999'],
    ['__proto__', '[__proto__]\npolluted = "yes"'],
    ['constructor', 'env = { constructor = { prototype = { polluted = "yes" } } }'],
    ['Latin-1', Uint8Array.from([0x61, 0x3d, 0x31, 0x0a, 0x62, 0x3d, 0x22, 0xe9, 0x22])],
    ['UTF-16', Uint8Array.from([0xff, 0xfe, 0x61, 0x00])],
    ['a program', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0x80])],
    ['a NUL', 'a = "\0"'],
    ['deep lists', `features = ${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['deep inline tables', `env = ${'{a='.repeat(5000)}1${'}'.repeat(5000)}`],
  ])('%s', async (name, text) => {
    expect(`${name} -> ${await mistake(text)}`).toMatchSnapshot();
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('a hostile file is refused within bounds', () => {
  test.each([
    ['too large', '#'.repeat(300 * 1024)],
    ['many configurations', '[[configuration]]\n'.repeat(14_000)],
    ['100,000 configurations', '[[configuration]]\nname="a"\n'.repeat(100_000)],
    ['many cases', '[[case]]\n'.repeat(20_000)],
    ['many unknown keys', Array.from({ length: 20_000 }, (_, index) => `k${index} = 1\n`).join('')],
    ['deep dotted keys', `${'a.'.repeat(100_000)}a = 1`],
    ['deep dotted keys in the environment', `env.${'a.'.repeat(100_000)}a = 1`],
    ['long key', `${'k'.repeat(200_000)} = 1`],
    ['long value', `profile = "${'v'.repeat(200_000)}"`],
    ['long match', `[[case]]\nmatch = "${'*'.repeat(200_000)}"`],
    ['long list', `features = [${'1,'.repeat(100_000)}]`],
  ])('%s', async (name, text) => {
    const message = await mistake(text);
    expect(message.length).toBeLessThan(1500);
    expect(`${name} -> ${message}`).toMatchSnapshot();
  });

  test('any text gives a configuration or one UserError', async () => {
    const words = [
      '[',
      ']',
      '[[',
      ']]',
      '{',
      '}',
      '=',
      '.',
      '"',
      "'",
      '\n',
      ',',
      'size',
      'gate',
      'env',
      'case',
      'match',
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 4 })), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          text.map((parts) => parts.join('')),
          fc.uint8Array({ maxLength: 50 }),
        ),
        async (content) => {
          const outcome = await loadText(content).catch((error: unknown) => error);
          if (outcome instanceof Error) {
            expect(outcome).toBeInstanceOf(UserError);
            expect(outcome.message).toMatch(/^tare\.toml:\d+:.*$/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('any value under any key gives a configuration or one UserError with its line', async () => {
    const keys = [
      'profile',
      'kind',
      'features',
      'env.A',
      'size.floor',
      'size.change',
      'baseline.ancestors',
      'comment',
      'args',
    ];
    const value = fc.oneof(
      fc.integer().map(String),
      fc.double().map((number) => (Number.isNaN(number) ? 'nan' : String(number).replace('Infinity', 'inf'))),
      fc.string().map((text) => JSON.stringify(text)),
      fc.constantFrom('true', '[]', '{}', '[[]]', '1979-05-27', '07:32:00', '{ a.b = 1 }'),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), value, async (key, written) => {
        const outcome = await loadText(`\n\n${key} = ${written}`).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(UserError);
          expect(outcome.message).toMatch(/^tare\.toml:3:.*$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
