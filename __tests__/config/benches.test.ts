import nodePath from 'node:path';
import { describe, expect, test } from 'vitest';
import { limitsFor, mainMetric, ruleMatcher } from '../../src/compare/rules.ts';
import { benchFilter } from '../../src/config/benches.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig, NO_OVERRIDES } from '../../src/config/load.ts';
import { UserError } from '../../src/errors.ts';
import { metricOf } from '../../src/measure/metric.ts';

function load(text: string, fileAnywhere = false): Promise<Config> {
  return loadConfig({
    root: nodePath.resolve('/repository'),
    directory: '.',
    file: 'tare.toml',
    fileAnywhere,
    overrides: NO_OVERRIDES,
    readFile: async () => new TextEncoder().encode(text),
  });
}

async function mistake(text: string, fileAnywhere = false): Promise<string> {
  const error = await load(text, fileAnywhere).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  const message = error instanceof Error ? error.message : '';
  expect(message).not.toMatch(/[\n\r\u2028]/);
  return message;
}

const bench = (keys: string) => `[[bench]]\nname = "a"\n${keys}`;

describe('values', () => {
  test('every key arrives', async () => {
    const { benches } = await load(`
      [benches]
      enabled = false
      minutes = 2.5
      harness = false
      filter = ["bench sort*", "*"]
      exclude = ["bench */slow"]
      instructions = "off"
      layouts = false
      max-program-bytes = "336 MiB"
      [[bench]]
      name = "count needle"
      run = "{bin:rg} -c 'two words' corpus.txt"
      prepare = "rm -rf out"
      stdin = "./data//names.txt"
      cwd = "bench/"
      env = { THREADS = "1" }
      category = "secondary"
      timeout = "250 ms"
      configuration = ["b", "a"]
      [[numbers]]
      file = "target/./bench/*.json"
      format = "custom-bigger-is-better"
      command = "{bin:rg} --bench"
      timeout = "2 min"
      category = "secondary"
      [[configuration]]
      name = "a"
      [[configuration]]
      name = "b"
    `);
    expect(benches).toEqual({
      enabled: false,
      minutes: 2.5,
      harness: false,
      filter: ['bench sort*', '*'],
      exclude: ['bench */slow'],
      instructions: 'off',
      layouts: false,
      maxProgramBytes: 336 * 1024 ** 2,
      commands: [
        {
          name: 'count needle',
          run: [[{ bin: 'rg' }], ['-c'], ['two words'], ['corpus.txt']],
          prepare: [['rm'], ['-rf'], ['out']],
          stdin: 'data/names.txt',
          cwd: 'bench',
          env: { THREADS: '1' },
          category: 'secondary',
          timeoutSeconds: 0.25,
          configurations: ['b', 'a'],
        },
      ],
      numbers: [
        {
          file: 'target/bench/*.json',
          format: 'custom-bigger-is-better',
          command: [[{ bin: 'rg' }], ['--bench']],
          timeoutSeconds: 120,
          category: 'secondary',
        },
      ],
    });
  });

  test('what is left out has its default', async () => {
    const { benches } = await load(`
      [[bench]]
      name = "a"
      run = "{bin:a}"
      configuration = ["default"]
      [[bench]]
      name = "A"
      run = "{bin:a}"
      [[numbers]]
      file = "m.txt"
      format = "metric-lines"
    `);
    const shared = {
      run: [[{ bin: 'a' }]],
      prepare: null,
      stdin: null,
      cwd: '.',
      env: {},
      category: 'primary',
      timeoutSeconds: 60,
    };
    expect(benches).toEqual({
      enabled: true,
      minutes: 10,
      harness: true,
      filter: [],
      exclude: [],
      instructions: 'auto',
      layouts: true,
      maxProgramBytes: 300 * 1024 ** 2,
      commands: [
        { name: 'a', ...shared, configurations: ['default'] },
        { name: 'A', ...shared, configurations: null },
      ],
      numbers: [
        { file: 'm.txt', format: 'metric-lines', command: null, timeoutSeconds: 600, category: 'primary' },
      ],
    });
  });

  test('a number of seconds is a time-out, and a name may hold any one line', async () => {
    const name = `${'ö'.repeat(118)} *`;
    const { benches } = await load(`[[bench]]\nname = "${name}"\nrun = "{bin:a}"\ntimeout = 3600`);
    expect(benches.commands).toMatchObject([{ name, timeoutSeconds: 3600 }]);
  });

  test('a terminal may name a file of numbers anywhere, and only a terminal', async () => {
    const file = nodePath.resolve('/elsewhere/*.json');
    const text = `[[numbers]]\nformat = "bmf"\nfile = '${file}'`;
    expect((await load(text, true)).benches.numbers).toMatchObject([{ file }]);
    expect(await mistake(text)).toMatch(/^tare\.toml:3: key "numbers\[0\]\.file" is "/);
    expect(await mistake('[[numbers]]\nformat = "bmf"\nfile = "../a.json"', true)).toMatch(/outside/);
  });
});

describe('mistakes are one line with file, line, key and what is allowed', () => {
  test.each([
    ['one table of benchmarks', '[bench]\nminutes = 5'],
    ['one table of numbers', '[numbers]\nfile = "a"'],
    ['a table where a list of texts belongs', 'features = { a = 1 }'],
    ['date as benchmarks', 'bench = 1979-05-27'],
    ['minutes in the wrong table', 'minutes = 5'],
    ['no minutes', '\n[benches]\nminutes = 0'],
    ['negative minutes', 'benches.minutes = -1'],
    ['too many minutes', 'benches.minutes = 301'],
    ['endless minutes', 'benches.minutes = inf'],
    ['minutes as text', 'benches.minutes = "10 min"'],
    ['unknown key', '[benches]\nminute = 5'],
    ['unknown mode', 'benches.instructions = "on"'],
    ['filter as text', 'benches.filter = "bench a"'],
    ['filter without the axis', '[benches]\nfilter = [\n "bench a",\n "sort/*",\n]'],
    ['exclude of another axis', 'benches.exclude = ["size *"]'],
    ['bad size', 'benches.max-program-bytes = "200 MIB"'],
    ['more programs than a baseline holds', 'benches.max-program-bytes = "1 GiB"'],
    ['one byte more than it holds', '[benches]\nmax-program-bytes = 352_321_537'],
    ['no name', '[[bench]]\nrun = "{bin:a}"'],
    ['no run', bench('')],
    ['empty name', '[[bench]]\nname = ""\nrun = "{bin:a}"'],
    ['blank around a name', '[[bench]]\nname = "a "\nrun = "{bin:a}"'],
    ['control character in a name', '[[bench]]\nname = "a\\u001bb"\nrun = "{bin:a}"'],
    ['direction in a name', '[[bench]]\nname = "a\\u202eb"\nrun = "{bin:a}"'],
    ['long name', `[[bench]]\nname = "${'a'.repeat(121)}"\nrun = "{bin:a}"`],
    ['repeated name', `${bench('run = "{bin:a}"')}\n\n${bench('run = "{bin:b}"')}`],
    ['unknown key in a benchmark', bench('run = "{bin:a}"\nstdn = "x"')],
    ['empty run', bench('run = ""')],
    ['blank run', bench('run = " "')],
    ['list as run', bench('run = ["{bin:a}"]')],
    ['pipe', bench('run = "{bin:a} x | wc -l"')],
    ['variable', bench('run = "{bin:a} $HOME"')],
    ['run without a program', bench('run = "rg -c needle"')],
    ['unknown placeholder', bench('run = "{program:a} x"')],
    ['shell in prepare', bench('run = "{bin:a}"\nprepare = "rm *.o"')],
    ['absolute folder', bench('run = "{bin:a}"\ncwd = "/tmp"')],
    ['folder outside', bench('run = "{bin:a}"\ncwd = "a/../../b"')],
    ['folder of Windows', bench(`run = "{bin:a}"\ncwd = 'C:/b'`)],
    ['backslash', bench(`run = "{bin:a}"\ncwd = 'a\\b'`)],
    ['file outside', bench('run = "{bin:a}"\nstdin = ".."')],
    ['empty path', bench('run = "{bin:a}"\nstdin = ""')],
    ['bad variable', bench('run = "{bin:a}"\nenv = { "A=B" = "1" }')],
    ['no time', bench('run = "{bin:a}"\ntimeout = "0 s"')],
    ['too long a time', bench('run = "{bin:a}"\ntimeout = "61 min"')],
    ['time without a unit', bench('run = "{bin:a}"\ntimeout = "30"')],
    ['unknown category', bench('run = "{bin:a}"\ncategory = "primry"')],
    [
      'unknown configuration',
      `${bench('run = "{bin:a}"\nconfiguration = ["ful"]')}\n[[configuration]]\nname = "full"`,
    ],
    ['configuration of none', bench('run = "{bin:a}"\nconfiguration = ["full"]')],
    ['empty list of configurations', bench('run = "{bin:a}"\nconfiguration = []')],
    ['no format', '[[numbers]]\nfile = "a.json"'],
    ['unknown format', '[[numbers]]\nfile = "a.json"\nformat = "hyperfin"'],
    ['deep pattern', '[[numbers]]\nfile = "**/a.json"\nformat = "bmf"'],
    ['numbers from a folder', '[[numbers]]\nfile = "./"\nformat = "bmf"'],
    ['shell in the command of numbers', '[[numbers]]\nfile = "a"\nformat = "bmf"\ncommand = "a > b"'],
    ['budget in the wrong unit', '[[case]]\nmatch = "bench a"\nbudget = "12 MiB"'],
    [
      'budget of instructions as text',
      '[[case]]\nmatch = "bench *"\nmetric = "instructions"\nbudget = "5 s"',
    ],
    ['metric of another axis', '[[case]]\nmatch = "bench *"\nmetric = "cpu-seconds"'],
    ['several mistakes', `${bench('run = "a | b"\ncwd = ".."')}\n[benches]\nfilter = ["x"]\n`],
    ['many benchmarks', '[[bench]]\n'.repeat(20_000)],
    ['long run', bench(`run = "{bin:a} ${'x'.repeat(3000)}"`)],
  ])('%s', async (name, text) => {
    const message = await mistake(text);
    expect(message.length).toBeLessThan(600);
    expect(`${name} -> ${message}`).toMatchSnapshot();
  });
});

test('benchFilter lets pass what filter names and exclude does not', async () => {
  const passes = async (table: string) => {
    const pass = benchFilter((await load(`[benches]\n${table}`)).benches);
    return ['bench sort/10k', 'bench sort/slow', 'bench parse'].filter(pass);
  };
  expect(await passes('')).toEqual(['bench sort/10k', 'bench sort/slow', 'bench parse']);
  expect(await passes('filter = ["bench sort/*"]')).toEqual(['bench sort/10k', 'bench sort/slow']);
  expect(await passes('exclude = ["*/slow"]')).toEqual(['bench sort/10k', 'bench parse']);
  expect(await passes('filter = ["bench parse", "bench s*"]\nexclude = ["bench sort/*k"]')).toEqual([
    'bench sort/slow',
    'bench parse',
  ]);
  expect(await passes('filter = ["bench sort"]')).toEqual([]);
});

test('case rules give benchmarks their limits in seconds, or in the unit of the metric', async () => {
  const { cases } = await load(`
    [[case]]
    match = "bench sort/*"
    budget = "12 ms"
    floor = "50 us"
    change = "3%"
    category = "secondary"
    [[case]]
    match = "bench sort/10k"
    metric = "instructions"
    budget = 2_500_000
    change = 0.002
  `);
  const limits = (caseName: string, metric: 'wall-time' | 'instructions') => {
    const entry = metricOf(caseName, metric);
    if (entry === undefined) throw new Error(`no ${metric}`);
    const main = mainMetric(caseName, 'loadable', () => true);
    return limitsFor(ruleMatcher(cases)(caseName), metric, entry, main);
  };
  expect(limits('bench sort/10k', 'wall-time')).toEqual({
    category: 'secondary',
    floor: 50e-6,
    change: 0.03,
    budget: 0.012,
  });
  expect(limits('bench sort/10k', 'instructions')).toEqual({
    category: 'secondary',
    floor: null,
    change: 0.002,
    budget: 2_500_000,
  });
  expect(limits('bench parse', 'wall-time')).toMatchObject({ category: 'primary', budget: null });
});
