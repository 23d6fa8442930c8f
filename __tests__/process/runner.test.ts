import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Cancelled, UserError } from '../../src/errors.ts';
import { fixture, lives, temporaryFolder, testRunner } from './support.ts';

const cwd = temporaryFolder();
const runner = testRunner(cwd, {
  environment: { ...process.env, INPUT_TOKEN: 'secret', GITHUB_OUTPUT: '/x', KEPT: 'yes' },
});

describe('what a command gets', () => {
  it('passes arguments as they are, without a shell', async () => {
    const args = ['$HOME', '`id`', 'a b', '"', "'", '', '*', '-x', 'ü'];
    const result = await runner.run({ file: fixture('echo-args.mjs'), args, cwd, stdin: 'für\n' });
    expect(JSON.parse(result.stdout)).toEqual({ args, cwd, stdin: 'für\n' });
    expect(result).toMatchObject({ exitCode: 0, signal: null, timedOut: false, stderr: '', usage: null });
  });

  it('reads a file as its input', async () => {
    const stdinFile = join(cwd, 'input.txt');
    writeFileSync(stdinFile, 'from a file');
    const result = await runner.run({ file: fixture('echo-args.mjs'), args: [], cwd, stdinFile });
    expect(JSON.parse(result.stdout)).toMatchObject({ stdin: 'from a file' });
    const missing = { file: fixture('echo-args.mjs'), args: [], cwd, stdinFile: join(cwd, 'missing') };
    await expect(runner.run(missing)).rejects.toThrow(/^Cannot read ".*missing" for standard input: /);
  });

  it('writes to nobody where the output is discarded, and is timed', async () => {
    const result = await runner.run({ file: fixture('echo-args.mjs'), args: [], cwd, output: 'discard' });
    expect(result).toMatchObject({ exitCode: 0, stdout: '', stderr: '', leftRunning: false });
    expect(result.wallSeconds).toBeGreaterThan(0);
  });

  it('is ended by its signal, before it starts or while it runs', async () => {
    const controller = new AbortController();
    const command = { file: '/bin/sleep', args: ['60'], cwd, signal: controller.signal };
    const running = runner.run(command);
    setTimeout(() => controller.abort(), 50);
    expect(await running).toMatchObject({ exitCode: null, signal: 'SIGTERM', timedOut: false });
    expect(await runner.run(command)).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
  });

  it('tells what it left running', async () => {
    const command = { file: '/bin/sh', args: ['-c', 'sleep 60 & exit 0'], cwd, output: 'discard' } as const;
    expect(await runner.run(command)).toMatchObject({ exitCode: 0, leftRunning: true });
  });

  it('reads the end of file where no input is given', async () => {
    const result = await runner.run({ file: fixture('echo-args.mjs'), args: [], cwd });
    expect(JSON.parse(result.stdout)).toMatchObject({ stdin: '' });
  });

  it('need not read its input', async () => {
    const stdin = 'x'.repeat(4 * 1024 * 1024);
    const result = await runner.run({ file: fixture('deaf.mjs'), args: [], cwd, stdin });
    expect(result.exitCode).toBe(0);
  });

  it('sees the clean environment with the changes of the command on top', async () => {
    const env = { ADDED: '1', KEPT: undefined, GITHUB_OUTPUT: undefined };
    const result = await runner.run({ file: fixture('environment.mjs'), args: [], cwd, env });
    const seen = JSON.parse(result.stdout);
    expect(seen).toMatchObject({ ADDED: '1', PATH: process.env['PATH'] });
    expect(Object.keys(seen)).not.toContain('KEPT');
    expect(Object.keys(seen)).not.toContain('INPUT_TOKEN');
    expect(Object.keys(seen)).not.toContain('GITHUB_OUTPUT');
  });
});

describe('how a command ends', () => {
  it('gives a status other than 0 back', async () => {
    const result = await runner.run({ file: 'sh', args: ['-c', 'echo no >&2; exit 3'], cwd });
    expect(result).toMatchObject({ exitCode: 3, signal: null, stdout: '', stderr: 'no\n' });
  });

  it.each(['TERM', 'KILL', 'SEGV'])('names the signal SIG%s', async (signal) => {
    const result = await runner.run({ file: fixture('die.sh'), args: [signal], cwd });
    expect(result).toMatchObject({ exitCode: null, signal: `SIG${signal}`, timedOut: false });
  });

  it('ends a whole tree that ignores SIGTERM when the time is up', async () => {
    const started: number[] = [];
    const result = await runner.run({
      file: fixture('stubborn.sh'),
      args: [],
      cwd,
      timeoutSeconds: 3,
      onLine: (line) => started.push(...line.split(' ').map(Number)),
    });
    expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: true });
    expect(started).toHaveLength(2);
    expect(started.filter(lives)).toEqual([]);
  });

  it('ends a daemon with a session of its own when the time is up', async () => {
    const result = await runner.run({
      file: fixture('daemon.mjs'),
      args: ['stay'],
      cwd,
      timeoutSeconds: 4,
    });
    expect(result.timedOut).toBe(true);
    expect(Number(result.stdout)).toBeGreaterThan(1);
    expect(lives(Number(result.stdout))).toBe(false);
  });

  it('does not wait for a grandchild that keeps the output open, and ends it', async () => {
    const result = await runner.run({ file: fixture('orphan.sh'), args: [], cwd });
    expect(result).toMatchObject({ exitCode: 0, timedOut: false });
    expect(lives(Number(result.stdout))).toBe(false);
  });

  it('does not end in less than what a far time-out allows', async () => {
    const result = await runner.run({ file: 'true', args: [], cwd, timeoutSeconds: 1e9 });
    expect(result).toMatchObject({ exitCode: 0, timedOut: false });
  });
});

describe('what cannot be started', () => {
  it.each([
    ['no-such-program-anywhere', /no-such-program-anywhere.*PATH/],
    ['./missing', /missing.*no file/],
    [fixture('not-executable.txt'), /not-executable\.txt.*may not be executed/],
    [fixture('.'), /is a folder/],
    [fixture('no-interpreter.sh'), /no-interpreter\.sh/],
    ['', /not the name of a program/],
  ])('names %s', async (file, message) => {
    for (const measured of [false, true]) {
      const failed = await runner.run({ file, args: [], cwd, measured }).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(UserError);
      expect(failed).toHaveProperty('message', expect.stringMatching(message));
    }
  });

  it('names a folder that is not there', async () => {
    const failed = runner.run({ file: 'true', args: [], cwd: `${cwd}/gone` });
    await expect(failed).rejects.toThrow(/no folder .*gone/);
  });

  it('refuses an argument with a null character', async () => {
    await expect(runner.run({ file: 'true', args: ['a\0b'], cwd })).rejects.toThrow(UserError);
  });
});

describe('output', () => {
  it('gives lines as they come, by stream, without line ends', async () => {
    const lines: string[] = [];
    const result = await runner.run({
      file: 'sh',
      args: ['-c', 'printf "a\\r\\nb\\n\\nc"; printf "x\\ny\\r\\n" >&2'],
      cwd,
      onLine: (line, stream) => lines.push(`${stream} ${JSON.stringify(line)}`),
    });
    expect(lines.filter((each) => each.startsWith('stdout'))).toEqual([
      'stdout "a"',
      'stdout "b"',
      'stdout ""',
      'stdout "c"',
    ]);
    expect(lines.filter((each) => each.startsWith('stderr'))).toEqual(['stderr "x"', 'stderr "y"']);
    expect(result.stdout).toBe('a\r\nb\n\nc');
  });

  it('survives bytes that are no UTF-8, and characters split between writes', async () => {
    const result = await runner.run({
      file: fixture('bytes.mjs'),
      args: ['ff61fe', 'e282', 'ac0a', 'f09f', '9880'],
      cwd,
    });
    expect(result.stdout).toBe('\ufffda\ufffd€\n😀');
  });

  it('keeps the start and the end of what is too much, and says how much is missing', async () => {
    const result = await runner.run({
      file: fixture('flood.mjs'),
      args: ['20'],
      cwd,
      maxOutputBytes: 1000,
      onLine: () => undefined,
    });
    expect(result.stdout.startsWith('FIRST')).toBe(true);
    expect(result.stdout.endsWith('LAST')).toBe(true);
    expect(result.stdout).toContain(`[… ${20 * 1024 * 1024 + 9 - 1000} bytes of output dropped here …]`);
    expect(result.stdout.length).toBeLessThan(1100);
  });

  it('ends the command and gives the error when a listener throws', async () => {
    const failed = runner.run({
      file: 'sh',
      args: ['-c', 'echo one; sleep 300'],
      cwd,
      onLine: () => {
        throw new Error('listener');
      },
    });
    await expect(failed).rejects.toThrow('listener');
  });
});

describe('ending everything', () => {
  it('ends what runs, daemons of earlier commands too, and refuses more', async () => {
    const own = testRunner(cwd);
    const daemon = Number((await own.run({ file: fixture('daemon.mjs'), args: [], cwd })).stdout);
    let told: (pids: number[]) => void = () => undefined;
    const pids = new Promise<number[]>((resolve) => {
      told = resolve;
    });
    const run = own.run({
      file: fixture('stubborn.sh'),
      args: [],
      cwd,
      onLine: (line) => told(line.split(' ').map(Number)),
    });
    const started = await pids;
    expect([...started, daemon].filter(lives)).toHaveLength(3);
    const cancelled = expect(run).rejects.toBeInstanceOf(Cancelled);
    await own.close();
    expect([...started, daemon].filter(lives)).toEqual([]);
    await cancelled;
    await expect(own.run({ file: 'true', args: [], cwd })).rejects.toBeInstanceOf(Cancelled);
  });

  it('passes a signal on, and may run more afterwards', async () => {
    const own = testRunner(cwd);
    let ready: () => void = () => undefined;
    const running = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const script = 'trap "exit 42" INT; echo ready; while :; do sleep 0.05; done';
    const run = own.run({ file: 'sh', args: ['-c', script], cwd, onLine: () => ready() });
    await running;
    await own.endAll('SIGINT');
    expect(await run).toMatchObject({ exitCode: 42 });
    expect(await own.run({ file: 'true', args: [], cwd })).toMatchObject({ exitCode: 0 });
  });
});
