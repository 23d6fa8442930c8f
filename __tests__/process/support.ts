import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { type ClosableRunner, createProcessRunner, type RunnerOptions } from '../../src/process/runner.ts';

/** Absolute path of a fixture program. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** A folder that is removed when the test file is done. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tare-process-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A runner on this machine that is closed when the test file is done. */
export function testRunner(temporary: string, options: Partial<RunnerOptions> = {}): ClosableRunner {
  const runner = createProcessRunner({
    environment: process.env,
    platform: process.platform,
    temporary,
    ...options,
  });
  afterAll(() => runner.close());
  return runner;
}

/** Whether a process exists and is not a zombie. */
export function lives(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
