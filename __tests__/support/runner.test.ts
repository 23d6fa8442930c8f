import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ActionRun, runAction } from './runner.ts';
import { evaluateCondition } from './runner-condition.ts';
import { keyValuePairs } from './runner-files.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

interface Fixture {
  readonly main: string;
  readonly post?: string;
  readonly inputs?: string;
  readonly postIf?: string;
}

/** Writes a tiny action and runs it. */
async function run(fixture: Fixture, changes: Partial<ActionRun> = {}) {
  const action = await mkdtemp(join(tmpdir(), 'tare-fixture-'));
  folders.push(action);
  const post = fixture.post === undefined ? '' : '  post: post.mjs\n';
  const condition = fixture.postIf === undefined ? '' : `  post-if: ${fixture.postIf}\n`;
  const inputs = fixture.inputs === undefined ? '' : `inputs:\n${fixture.inputs}`;
  const manifest = `name: fixture\ndescription: fixture\n${inputs}runs:\n  using: node24\n  main: main.mjs\n${post}${condition}`;
  await writeFile(join(action, 'action.yml'), manifest);
  await writeFile(join(action, 'main.mjs'), fixture.main);
  if (fixture.post !== undefined) await writeFile(join(action, 'post.mjs'), fixture.post);
  return runAction({ action, workspace: action, event: 'push', payload: {}, timeoutSeconds: 60, ...changes });
}

/** Empty when the process is gone, or only waits to be reaped. */
function stateOf(pid: number): string {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim().replace(/^Z.*/, '');
}

const expression = (text: string) => `$\{{ ${text} }}`;
const append = (file: string, text: string) =>
  `(await import('node:fs')).appendFileSync(process.env.${file}, ${JSON.stringify(text)});\n`;
const say = (...lines: readonly string[]) =>
  lines.map((line) => `console.log(${JSON.stringify(line)});\n`).join('');

describe('what a step is given', () => {
  test('inputs: upper case, spaces as _, hyphens kept, defaults, and a warning about unknown ones', async () => {
    const inputs = [
      '  fail-on: { default: never }',
      '  two words: { default: 7 }',
      `  token: { default: "${expression('github.token')}" }`,
      '  plain: { description: none }',
      '',
    ].join('\n');
    const main = `
      const seen = Object.entries(process.env).filter(([name]) => name.startsWith('INPUT_')).sort();
      console.log(JSON.stringify(seen));`;
    const result = await run(
      { main, inputs },
      { inputs: { 'fail-on': 'budget', extra: 'x' }, token: 'ghs_secret' },
    );
    expect(JSON.parse(result.stdout)).toEqual([
      ['INPUT_EXTRA', 'x'],
      ['INPUT_FAIL-ON', 'budget'],
      ['INPUT_PLAIN', ''],
      ['INPUT_TOKEN', 'ghs_secret'],
      ['INPUT_TWO_WORDS', '7'],
    ]);
    expect(result.annotations).toEqual([
      expect.objectContaining({
        level: 'warning',
        message: expect.stringContaining("Unexpected input(s) 'extra'"),
      }),
    ]);
    expect(result.log).not.toContain('ghs_secret');
  });

  test('Node 24, the workspace, the event, and nothing of the test run', async () => {
    const main = `
      import { readFileSync } from 'node:fs';
      const { GITHUB_EVENT_PATH, GITHUB_SHA, GITHUB_REF, GITHUB_TOKEN, RUNNER_TEMP, VITEST, NODE_OPTIONS } = process.env;
      const event = JSON.parse(readFileSync(GITHUB_EVENT_PATH, 'utf8'));
      console.log(JSON.stringify({ version: process.version, cwd: process.cwd(), event, GITHUB_SHA, GITHUB_REF, GITHUB_TOKEN,
        VITEST, NODE_OPTIONS, temp: RUNNER_TEMP !== undefined, path: process.env.PATH.includes('node_modules') }));`;
    const payload = { pull_request: { number: 5, head: { ref: 'topic' }, base: { ref: 'main' } } };
    const sha = 'c'.repeat(40);
    const result = await run({ main }, { event: 'pull_request', payload, sha });
    expect(JSON.parse(result.stdout)).toMatchObject({
      version: expect.stringMatching(/^v24\./),
      cwd: folders[0],
      event: payload,
      GITHUB_SHA: sha,
      GITHUB_REF: 'refs/pull/5/merge',
      temp: true,
      path: false,
    });
    expect(result.stdout).not.toMatch(/GITHUB_TOKEN|VITEST|NODE_OPTIONS/);
    expect(result).toMatchObject({
      status: 'success',
      exitCode: 0,
      post: null,
      summary: null,
      leftBehind: [],
    });
  });
});

describe('what a step says', () => {
  test('a group that begins inside another is told', async () => {
    const main = say('::group::Outer', '::group::Inner', '::endgroup::', '::group::Next', '::endgroup::');
    const result = await run({ main });
    expect(result.groups).toEqual(['Outer', 'Inner', 'Next']);
    expect(result.nestedGroups).toEqual(['Inner']);
  });

  test('commands on both streams, with escapes and properties', async () => {
    const main =
      say(
        '::group::A title',
        '  ::error file=a.rs,line=3,title=x%3A y%2C z::one%0Atwo %253A',
        '::endgroup::',
        'plain ::error::no',
      ) +
      "console.error('::warning::from stderr');\nprocess.stdout.write('progress 1\\r::notice::after a lone CR\\n');" +
      say(
        'text ##[error]the old form, anywhere',
        '::debug::hidden',
        '::unknown::text',
        '::set-output name=a::1',
      );
    const result = await run({ main });
    expect(result.groups).toEqual(['A title']);
    expect(result.nestedGroups).toEqual([]);
    const byText = result.annotations.map(({ level, message }) => `${level} ${message}`).toSorted();
    expect(byText).toEqual([
      'error one\ntwo %3A',
      'error the old form, anywhere',
      'notice after a lone CR',
      'warning The `set-output` command is deprecated and will be disabled soon.',
      'warning from stderr',
    ]);
    expect(result.annotations.find(({ message }) => message.startsWith('one'))?.properties).toEqual({
      file: 'a.rs',
      line: '3',
      title: 'x: y, z',
    });
    expect(result.log).toContain('plain ::error::no');
    expect(result.log).toContain('::unknown::text');
    expect(result.debug).toEqual(['hidden']);
    expect(result.outputs).toEqual({ a: '1' });
    expect(result.status).toBe('success');
  });

  test('stop-commands silences all but its token; a weak token fails the step', async () => {
    const quiet = await run({
      main: say(
        '::stop-commands::q9x4k2z',
        '::error::no',
        '##[warning]no',
        '::Q9X4K2Z::',
        '::q9x4k2z::',
        '::notice::yes',
      ),
    });
    expect(quiet.annotations).toEqual([{ level: 'notice', message: 'yes', properties: {} }]);
    expect(quiet.log).toContain('::error::no');
    const weak = await run({ main: say('::stop-commands::debug') });
    expect(weak.status).toBe('failure');
  });

  test('masks hold for later lines, in every form, and in the summary', async () => {
    const secret = 'p@ss word/1';
    const base64 = Buffer.from(secret).toString('base64');
    const main =
      say(`::add-mask::${secret}`, `it is ${secret}`, base64, encodeURIComponent(secret), '::add-mask::') +
      append('GITHUB_STEP_SUMMARY', `# ${secret}\n`) +
      append('GITHUB_OUTPUT', `leak=${secret}\nfine=1\n`);
    const result = await run({ main });
    expect(result.log.split('\n').slice(0, 3)).toEqual(['it is ***', '***', '***']);
    expect(result.summary).toBe('# ***\n');
    expect(result.outputs).toEqual({ fine: '1' });
    expect(result.annotations.map(({ message }) => message)).toEqual([
      "Can't add secret mask for empty string in ##[add-mask] command.",
      "Skip output 'leak' since it may contain secret.",
    ]);
  });

  test('ten annotations of each level, messages of 4,096 characters', async () => {
    const main =
      "for (let i = 0; i < 12; i += 1) for (const l of ['error', 'warning']) console.log('::' + l + '::' + i);";
    const result = await run({ main: `${main}\nconsole.log('::notice::' + 'x'.repeat(5000));` });
    const count = (level: string) =>
      result.annotations.filter((annotation) => annotation.level === level).length;
    expect([count('error'), count('warning'), count('notice'), result.droppedAnnotations]).toEqual([
      10, 10, 1, 4,
    ]);
    expect(result.annotations.find(({ level }) => level === 'notice')?.message).toHaveLength(4096);
  });

  test('disabled commands fail the step', async () => {
    const result = await run({ main: say('::set-env name=A::b') });
    expect(result).toMatchObject({ status: 'failure', exitCode: 0 });
  });
});

describe('what a step writes', () => {
  test('outputs, environment, path and state, carried into the post step', async () => {
    const main =
      append('GITHUB_OUTPUT', 'one=1\ntwo<<EOF\na=b\n\nc<<d\nEOF\n') +
      append('GITHUB_ENV', 'NEW=value\nNODE_OPTIONS=--bad\n') +
      append('GITHUB_PATH', '/first\n/second\n') +
      append('GITHUB_STATE', 'key=kept\n') +
      append('GITHUB_STEP_SUMMARY', 'main\n');
    const post =
      'const { NEW, PATH, STATE_key, NODE_OPTIONS } = process.env;\n' +
      'console.log(JSON.stringify({ NEW, PATH: PATH.split(":").slice(0, 2), STATE_key, NODE_OPTIONS }));\n' +
      append('GITHUB_STEP_SUMMARY', 'post\n');
    const result = await run({ main, post });
    expect(result.outputs).toEqual({ one: '1', two: 'a=b\n\nc<<d' });
    expect(result.annotations.map(({ message }) => message)).toEqual([
      "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.",
    ]);
    expect(JSON.parse(result.post?.stdout ?? '')).toEqual({
      NEW: 'value',
      PATH: ['/second', '/first'],
      STATE_key: 'kept',
    });
    expect([result.summary, result.post?.summary]).toEqual(['main\n', 'post\n']);
  });

  test('a malformed command file fails the step', async () => {
    const result = await run({ main: append('GITHUB_OUTPUT', 'no separator\n') });
    expect(result).toMatchObject({ status: 'failure', exitCode: 0, outputs: {} });
    expect(result.log).toContain("Invalid format 'no separator'");
  });

  test('a summary of exactly 1 MiB is kept, a byte more drops all of it with an error; the step stays green', async () => {
    const write = (bytes: number) =>
      `(await import('node:fs')).writeFileSync(process.env.GITHUB_STEP_SUMMARY, 'x'.repeat(${bytes}));`;
    expect((await run({ main: write(1024 * 1024) })).summary).toHaveLength(1024 * 1024);
    const over = await run({ main: write(1024 * 1024 + 1) });
    expect(over).toMatchObject({ status: 'success', summary: null });
    expect(over.annotations[0]?.message).toContain('supports content up to a size of 1024k, got 1024k');
  });

  test('outputs beyond 1 MB are lost with an error', async () => {
    const write = (length: number) =>
      append('GITHUB_OUTPUT', 'a=').replace('"a="', `'a=' + 'x'.repeat(${length})`);
    expect((await run({ main: write(500_000) })).outputs['a']).toHaveLength(500_000);
    const over = await run({ main: write(600_000) });
    expect(over.outputs).toEqual({});
    expect(over.annotations[0]?.level).toBe('error');
  });

  test('files left in the temporary folder are listed', async () => {
    const main = "(await import('node:fs')).writeFileSync(process.env.RUNNER_TEMP + '/left', '');";
    expect((await run({ main })).temporaryFiles).toEqual(['left']);
  });
});

describe('how a step ends', () => {
  test('another exit status than 0 fails it, and the post step runs all the same', async () => {
    const result = await run({ main: 'process.exitCode = 3;', post: say('cleaned') });
    expect(result).toMatchObject({ status: 'failure', exitCode: 3 });
    expect(result.post?.log).toBe('cleaned');
    expect((await run({ main: 'process.exitCode = 3;', post: '', postIf: 'success()' })).post).toBeNull();
  });

  test('a step that hangs is killed in the end', async () => {
    const result = await run({ main: 'setInterval(() => {}, 1000);' }, { timeoutSeconds: 2 });
    expect(result).toMatchObject({ status: 'failure', timedOut: true, signal: 'SIGKILL' });
  });

  test('children that outlive it are found, whatever they detach from, and ended', async () => {
    const main = `
      import { spawn } from 'node:child_process';
      const options = (env) => ({ detached: true, stdio: 'ignore', env });
      spawn('sleep', ['611'], options(process.env)).unref();
      const shell = spawn('sh', ['-c', 'sleep 612 & sleep 2'], options({ PATH: process.env.PATH }));
      await new Promise((resolve) => shell.once('exit', resolve));`;
    const result = await run({ main });
    expect(result.leftBehind?.map(({ command }) => command).toSorted()).toEqual(['sleep 611', 'sleep 612']);
    const states = () => (result.leftBehind ?? []).map(({ pid }) => stateOf(pid));
    await expect.poll(states, { timeout: 10_000 }).toEqual(['', '']);
  });

  test('a cancelled step gets SIGINT and may clean up', async () => {
    const main = `
      process.on('SIGINT', () => { console.log('cleaning'); process.exit(130); });
      console.log('ready'); setInterval(() => {}, 1000);`;
    const result = await run({ main, post: say('post') }, { cancelAfter: (line) => line === 'ready' });
    expect(result).toMatchObject({ status: 'cancelled', exitCode: 130, signals: ['SIGINT'] });
    expect(result.log).toBe('ready\ncleaning');
    expect(result.post?.log).toBe('post');
  });

  test('one that ignores SIGINT gets SIGTERM after 7.5 s, and is killed 2.5 s later', async () => {
    const main = `
      for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => console.log(name));
      console.log('ready'); setInterval(() => {}, 1000);`;
    const result = await run({ main }, { cancelAfter: (line) => line === 'ready' });
    expect(result).toMatchObject({
      status: 'cancelled',
      signal: 'SIGKILL',
      signals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
    });
    expect(result.log).toBe('ready\nSIGINT\nSIGTERM');
  });

  test('cancelled before it has said anything', async () => {
    const result = await run({ main: 'setInterval(() => {}, 1000);' }, { cancelAfter: 0.5 });
    expect(result).toMatchObject({ status: 'cancelled', signal: 'SIGINT' });
  });
});

test.each<[string, readonly (readonly [string, string])[]]>([
  [
    'a=1\nb=2=3\n',
    [
      ['a', '1'],
      ['b', '2=3'],
    ],
  ],
  ['a=', [['a', '']]],
  ['\n\na=x<<y\n', [['a', 'x<<y']]],
  [
    'a<<E\nE\nb=1\n',
    [
      ['a', ''],
      ['b', '1'],
    ],
  ],
  ['a<<E=F\nx\nE=F\n', [['a', 'x']]],
  ['a<<E\r\nx\r\nE\r\n', [['a', 'x\r']]],
])('command file %j', (text, expected) => {
  expect(keyValuePairs(text)).toEqual(expected);
});

test.each(['a', '<<E\nx\nE\n', 'a<<\nx\n', 'a<<E\nx\n'])('malformed command file %j', (text) => {
  expect(() => keyValuePairs(text)).toThrow(/^Invalid/);
});

test.each<[string, boolean, boolean, boolean]>([
  ['always()', true, true, true],
  ['success()', true, false, false],
  ['failure() || cancelled()', false, true, true],
  ['!cancelled()', true, true, false],
  [expression('success() && !(failure() || cancelled())'), true, false, false],
  ['true', true, false, false],
])('condition %s', (condition, success, failure, cancelled) => {
  expect([
    evaluateCondition(condition, 'success'),
    evaluateCondition(condition, 'failure'),
    evaluateCondition(condition, 'cancelled'),
  ]).toEqual([success, failure, cancelled]);
});

test.each(["github.ref == 'x'", 'success(', ''])(
  'a condition that the harness does not know: %j',
  (condition) => {
    expect(() => evaluateCondition(condition, 'success')).toThrow(/does not know/);
  },
);
