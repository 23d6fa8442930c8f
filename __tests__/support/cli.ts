import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { inject } from 'vitest';
import { ProcessWatch, type WatchedProcess } from './process-watch.ts';

export interface CliOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Sends SIGINT, as Ctrl+C does, once it is fulfilled. */
  readonly interrupt?: Promise<unknown>;
}

export interface CliResult {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Processes that outlived it. null: not known on this system. */
  readonly leftBehind: readonly WatchedProcess[] | null;
}

/** Runs the built `tare` with the machine's own Node, which need not be the action's. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const child = spawn('node', [join(inject('action'), 'dist', 'cli.js'), ...args], {
    cwd: options.cwd,
    env: { ...machineEnvironment(), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const watch = new ProcessWatch(child.pid ?? 0, '');
  void options.interrupt?.then(() => child.kill('SIGINT'));
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
    });
  }
  const { status, signal } = await new Promise<Pick<CliResult, 'status' | 'signal'>>((resolve, reject) => {
    child.once('error', reject).once('close', (code, ended) => resolve({ status: code, signal: ended }));
  });
  return { status, signal, ...text, leftBehind: watch.finish() };
}

/** Without the package manager's own programs on the search path, and without what vitest sets. */
function machineEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE|VITEST|GITHUB_|CI$)/.test(name),
  );
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((part) => !part.includes('node_modules'));
  const plain = Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
  return { ...plain, PATH: path.join(delimiter) };
}
