import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { BenchCase, BenchCommand, TimePair } from '../../../src/measure/bench/case.ts';
import type { Decisions, Next } from '../../../src/measure/bench/decisions.ts';
import type { PairedRequest } from '../../../src/measure/bench/paired-runner.ts';
import { type ClosableRunner, createProcessRunner } from '../../../src/process/runner.ts';
import { recordingLogger } from '../../support/recording-logger.ts';

export interface BenchWorld {
  /** Removed when the test file is done. */
  readonly folder: string;
  /** The compiled fixture program, fixtures/program.rs. */
  readonly program: string;
  readonly runner: ClosableRunner;
}

/** Compiles the fixture program and makes a runner; both end with the test file. */
export function benchWorld(): BenchWorld {
  const folder = mkdtempSync(join(tmpdir(), 'tare-bench-'));
  const program = join(folder, 'program');
  const source = fileURLToPath(new URL('fixtures/program.rs', import.meta.url));
  execFileSync('rustc', ['-O', '--edition', '2021', '-o', program, source], { stdio: 'pipe' });
  const runner = createProcessRunner({
    environment: { ...process.env, INPUT_TOKEN: 'secret' },
    platform: process.platform,
    temporary: folder,
  });
  afterAll(async () => {
    await runner.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, program, runner };
}

/** A command that runs the fixture program. */
export function command(world: BenchWorld, ...args: readonly (string | number)[]): BenchCommand {
  return { file: world.program, args: args.map(String), cwd: world.folder, timeoutSeconds: 60 };
}

/** A case whose sides are one command, or two. */
export function benchCase(name: string, base: BenchCommand, head: BenchCommand = base): BenchCase {
  return { name: `bench ${name}`, category: 'primary', base, head, time: { from: 'process' } };
}

/** Wants up to so many pairs, in the steps of the looks, and fresh ones of the named cases. */
export function wants(pairs: number, confirmed: Readonly<Record<string, number>> = {}): Decisions {
  const until = (total: number, has: readonly TimePair[]): Next =>
    has.length >= total ? 'stop' : { more: total - has.length };
  return {
    decide: (_, has) => until(pairs, has),
    confirm: ({ name }, _, fresh) => until(confirmed[name] ?? 0, fresh),
  };
}

/** A request for the fixture's world: three minutes and no noise floor, unless told otherwise. */
export function request(
  world: BenchWorld,
  cases: readonly BenchCase[],
  changes: Partial<PairedRequest> = {},
): PairedRequest {
  return {
    cases,
    decisions: wants(12),
    minutes: 3,
    seed: 'test',
    temporary: world.folder,
    runner: world.runner,
    logger: recordingLogger(),
    noise: { cases: 0, pairs: 0 },
    ...changes,
  };
}
