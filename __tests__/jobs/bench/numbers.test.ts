import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { MAX_NUMBERS } from '../../../src/jobs/bench/imported.ts';
import { importNumbers } from '../../../src/jobs/bench/numbers.ts';
import { makeWorld } from '../world.ts';

type Files = Readonly<Record<string, string>>;

/** Imports the numbers of a repository with these files, whose one program, `tool`, is a shell script. */
async function imported(toml: string, files: Files = {}, side: 'base' | 'head' = 'head', configuration = 0) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tare-numbers-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const root = join(folder, 'repository');
  for (const [path, text] of Object.entries({ 'bin/tool': TOOL, ...files })) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text, { mode: 0o755 });
  }
  await symlink('/etc/passwd', join(root, 'passwd.txt'));
  await symlink(join(folder, 'outside.txt'), join(root, 'outside.txt'));
  await writeFile(join(folder, 'outside.txt'), 'METRIC:outside:1:s\n');
  const config = await loadConfig({
    root,
    directory: root,
    file: null,
    fileAnywhere: true,
    overrides: { failOn: null, comment: null, configurations: null },
    readFile: async (path) => (path === 'tare.toml' ? Buffer.from(toml) : null),
  });
  const { ports } = await makeWorld('', () => undefined);
  const chosen = config.configurations[configuration];
  if (chosen === undefined) throw new Error('no such configuration');
  const program = { name: 'tool', kind: 'bin', file: 'bin/tool', bytes: 1, sha256: '0'.repeat(64) } as const;
  const request = { config, configuration: chosen, side, root, programs: [program], directory: root };
  const { values, secondary, times, failed, warnings } = await importNumbers(
    { ...request, harness: ['bench harnessed'] },
    ports,
  );
  return {
    values: values.map(({ case: name, metric, value }) => [name, metric, value]),
    ...{ secondary, failed, warnings },
    times: times.map(({ case: name, row }) => [name, row]),
    folder,
  };
}

const TOOL = '#!/bin/sh\necho "METRIC:$1:$2:ms" > "$3"\n';
const numbers = (file: string, format: string, more = '') =>
  `[[numbers]]\nfile = ${JSON.stringify(file)}\nformat = "${format}"\n${more}\n`;

test('every format becomes values of bench cases, in base units', async () => {
  const { values, failed, warnings, times } = await imported(
    [
      numbers('h/*.json', 'hyperfine'),
      numbers('bmf.json', 'bmf'),
      numbers('small.json', 'custom-smaller-is-better'),
      numbers('big.json', 'custom-bigger-is-better'),
      numbers('lines.txt', 'metric-lines'),
    ].join(''),
    {
      'h/a.json': '{"results":[{"command":"sleep 1","mean":1.5,"median":1.25}]}',
      'h/b.json': '{"results":[{"command":"true","mean":0.5}]}',
      'h/.hidden.json': 'not read',
      'bmf.json':
        '{"parse":{"latency":{"value":2000000},"allocations":{"value":7}},"file":{"file-size":{"value":10}}}',
      'small.json': '[{"name":"ram","unit":"MiB","value":2},{"name":"sort","unit":"ns/iter","value":"5"}]',
      'big.json': '[{"name":"rate","unit":"ops/s","value":4},{"name":"score","unit":"points","value":4}]',
      'lines.txt': 'noise\nMETRIC:a::b:3:#instructions\nMETRIC:plain:9:apples\n',
    },
  );
  expect(values).toEqual([
    ['bench sleep 1', 'imported-time', 1.25],
    ['bench true', 'imported-time', 0.5],
    ['bench parse', 'imported-time', 0.002],
    ['bench parse allocations', 'imported-value', 7],
    ['bench file file-size', 'imported-bytes', 10],
    ['bench ram', 'imported-bytes', 2 * 1024 * 1024],
    ['bench sort', 'imported-time', 5e-9],
    ['bench rate', 'imported-time', 0.25],
    ['bench a::b instructions', 'imported-value', 3],
    ['bench plain', 'imported-value', 9],
  ]);
  expect(failed).toEqual([
    {
      case: 'bench score',
      message: 'bigger is better for "points": only a rate per time, such as ops/s, can be read',
      output: '',
    },
  ]);
  expect([warnings, times]).toEqual([[], []]);
});

describe('a command', () => {
  const over = (args: string, more = '') =>
    numbers('out/t.txt', 'metric-lines', `command = '{bin:tool} ${args} out/t.txt'\n${more}`);

  test('runs in the repository and makes the folder; a time over a shipped program can be paired', async () => {
    const { values, times, secondary } = await imported(over('sort 12', 'category = "secondary"'));
    expect(values).toEqual([['bench sort', 'imported-time', 0.012]]);
    expect(times).toEqual([['bench sort', 'sort']]);
    expect(secondary).toEqual(['bench sort']);
  });

  test('sees a clean environment', async () => {
    process.env['INPUT_TOKEN'] = 'secret';
    onTestFinished(() => {
      delete process.env['INPUT_TOKEN'];
    });
    const { values } = await imported(numbers('t.txt', 'metric-lines', `command = "sh count.sh"`), {
      'count.sh': 'echo "METRIC:inputs:$(env | grep -c ^INPUT_ | sed s/0/5/):x" > t.txt\n',
    });
    expect(values).toEqual([['bench inputs', 'imported-value', 5]]);
  });

  test.each([
    ['sh -c "echo why; exit 3"', 'its command ended with exit status 3', 'why'],
    ['sh kill.sh', 'its command was ended by SIGKILL', ''],
    ['true', 'its command ended well, and wrote no such file', ''],
    ['no-such-program', /^Cannot run "no-such-program"/, ''],
    ['{bin:other}', '{bin:other}: there is no such program; there are tool', ''],
    [
      'sh -c "echo ::set-output name=x::y; exit 1"',
      'its command ended with exit status 1',
      ': :set-output name=x::y',
    ],
  ])('%s fails its table and no other', async (command, message, output) => {
    const { values, failed } = await imported(
      numbers('t.txt', 'metric-lines', `command = '''${command}'''`) + over('sort 12'),
      { 'kill.sh': 'kill -9 $$\n' },
    );
    expect(failed).toEqual([
      {
        case: 'bench t.txt',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
        output,
      },
    ]);
    expect(values).toEqual([['bench sort', 'imported-time', 0.012]]);
  });

  test('that hangs is ended with its children when its time is over', async () => {
    const { failed, folder } = await imported(
      numbers('t.txt', 'metric-lines', 'command = "sh hang.sh"\ntimeout = "1 s"'),
      { 'hang.sh': 'tail -f "$PWD/hang.sh" & tail -f "$PWD/hang.sh"\n' },
    );
    expect(failed).toMatchObject([{ case: 'bench t.txt', message: 'its command was ended after 1 s' }]);
    const running = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(running).not.toContain(folder);
  });

  test('that leaves an old file as it was gives no numbers', async () => {
    const { values, failed } = await imported(numbers('t.txt', 'metric-lines', 'command = "true"'), {
      't.txt': 'METRIC:old:1:s\n',
    });
    expect(values).toEqual([]);
    expect(failed).toEqual([
      {
        case: 'bench t.txt',
        message: 'its command ended well, and left the file as it was before',
        output: '',
      },
    ]);
  });
});

describe('files', () => {
  test.each([
    ['gone.txt', 'there is no such file; write it before Tare runs, or set command to what writes it'],
    ['passwd.txt', 'it is a link out of the repository; make it a file inside it'],
    ['outside.txt', 'it is a link out of the repository; make it a file inside it'],
    ['bin', 'it is not a file'],
    ['tare.toml.d/pipe', 'it is not a file'],
    ['garbage.txt', 'the output has no line METRIC:name:value:unit'],
    ['empty.txt', 'the output has no line METRIC:name:value:unit'],
  ])('%s: %s', async (file, message) => {
    const files: Files = { 'garbage.txt': '\0\u001b]0;\u0007 ::add-mask::x', 'empty.txt': '' };
    const { failed, values } = await imported(
      numbers(
        'a.txt',
        'metric-lines',
        `command = '''sh -c 'mkdir -p tare.toml.d; mkfifo tare.toml.d/pipe; echo METRIC:a:1:s > a.txt' '''`,
      ) + numbers(file, 'metric-lines'),
      files,
    );
    expect(failed).toEqual([{ case: `bench ${file}`, message, output: '' }]);
    expect(values).toEqual([['bench a', 'imported-time', 1]]);
  });

  test('too large, or too many', async () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`m/${index}.txt`, '']));
    const { failed } = await imported(
      numbers('large.txt', 'metric-lines') + numbers('m/*.txt', 'metric-lines'),
      { ...many, 'large.txt': ' '.repeat(16 * 1024 * 1024 + 1) },
    );
    expect(failed.map(({ message }) => message)).toEqual([
      'it has 16777217 bytes; at most 16777216 are read',
      'm/*.txt fits 201 files; at most 200 are read',
    ]);
  });
});

describe('numbers', () => {
  test('that are not positive and finite are failed rows; names that are missing or repeated a warning', async () => {
    const lines = [
      'zero:0',
      'below:-1',
      'nan:NaN',
      'endless:Infinity',
      'good:2',
      'good:3',
      'harnessed:1',
      'timed:1',
      ':4',
    ];
    const { values, failed, warnings } = await imported(
      `${numbers('t.txt', 'metric-lines')}${numbers('u.txt', 'metric-lines')}[[bench]]\nname = "timed"\nrun = "{bin:tool}"\n`,
      {
        't.txt': lines.map((line) => `METRIC:${line}:s\n`).join(''),
        'u.txt': 'METRIC:good:4:s\nMETRIC:other:4:s\n',
      },
    );
    expect(values).toEqual([
      ['bench good', 'imported-time', 2],
      ['bench other', 'imported-time', 4],
    ]);
    expect(failed.map((row) => [row.case, row.message])).toEqual([
      ['bench zero', 'its wall-time is 0, not a positive, finite number'],
      ['bench below', 'its wall-time is -1, not a positive, finite number'],
      ['bench nan', expect.stringContaining('NaN')],
      ['bench endless', 'its wall-time is Infinity, not a positive, finite number'],
    ]);
    expect(warnings).toEqual([
      't.txt: 1 number has no name of 1 to 394 characters',
      't.txt: names given more than once, of which the first counts: "good"',
      't.txt: left out, since benchmarks have these names: "bench harnessed", "bench timed"',
      'u.txt: given before, of which the first counts: "bench good"',
    ]);
  });

  test('a hundred thousand of them are one warning, and as many bad ones too', async () => {
    const lines = (value: (index: number) => number) =>
      Array.from({ length: 100_000 }, (_, index) => `METRIC:n${index}:${value(index)}:s\n`).join('');
    const { values, failed, warnings } = await imported(
      numbers('good.txt', 'metric-lines') + numbers('bad.txt', 'metric-lines'),
      { 'good.txt': lines(() => 1), 'bad.txt': lines(() => 0) },
    );
    expect(values).toHaveLength(MAX_NUMBERS);
    expect(failed).toHaveLength(20);
    expect(warnings).toEqual([
      'good.txt: only 2000 numbers are kept; 98000 more were left out: set filter in [benches]',
      'bad.txt: no usable number either for "n20", "n21", "n22" and 99977 more',
    ]);
  });

  test('are filtered, and switched off', async () => {
    const files = { 't.txt': 'METRIC:a:1:s\nMETRIC:b:1:s\nMETRIC:c:0:s\n' };
    const table = numbers('t.txt', 'metric-lines');
    const filtered = await imported(`[benches]\nfilter = ["bench a"]\n${table}`, files);
    expect([filtered.values, filtered.failed]).toEqual([[['bench a', 'imported-time', 1]], []]);
    const off = await imported(`[benches]\nenabled = false\n${table}`, files);
    expect([off.values, off.failed]).toEqual([[], []]);
  });
});

test('what is there by itself says nothing about the base, and is told once for all configurations', async () => {
  const toml = `[[configuration]]\nname = "one"\n[[configuration]]\nname = "two"\n${numbers('t.txt', 'metric-lines')}${numbers('u.txt', 'metric-lines', "command = '{bin:tool} sort 1 u.txt'")}`;
  const files = { 't.txt': 'METRIC:there:1:s\n' };
  const names = async (side: 'base' | 'head', configuration: number) =>
    (await imported(toml, files, side, configuration)).values.map(([name]) => name);
  expect(await names('head', 0)).toEqual(['bench there', 'bench sort']);
  expect(await names('head', 1)).toEqual(['bench sort']);
  expect(await names('base', 0)).toEqual(['bench sort']);
});
