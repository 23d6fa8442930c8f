import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HistoryRow, Measurement } from '../../src/measure/measurement.ts';
import type { Logger } from '../../src/ports.ts';
import type { BaselineDraft, BaselineSeries } from '../../src/store/baseline.ts';
import { historyRow } from '../../src/store/history.ts';

export const SERIES: BaselineSeries = {
  configuration: 'default',
  os: 'linux',
  arch: 'x86_64',
  hash: '0123456789abcdef',
};

/** A full SHA that starts with `start`. */
export function sha(start: string): string {
  return start.padEnd(40, '0');
}

export interface DraftOptions {
  readonly commit?: string;
  readonly series?: BaselineSeries;
  readonly program?: Buffer;
  readonly history?: readonly HistoryRow[];
}

/** A baseline with one executable `bin/rg` and one benchmark, its programs in a folder of its own. */
export async function makeDraft(options: DraftOptions = {}): Promise<BaselineDraft> {
  const { commit = sha('a'), series = SERIES, program = Buffer.from('\x7fELF program') } = options;
  const directory = await makeFolder();
  const bench = Buffer.from('\x7fELF benchmark');
  for (const folder of ['bin', 'bench']) await mkdir(join(directory, folder));
  await writeFile(join(directory, 'bin/rg'), program);
  await chmod(join(directory, 'bin/rg'), 0o755);
  await writeFile(join(directory, 'bench/sort'), bench, { mode: 0o640 });
  const measurement: Measurement = {
    schema: 1,
    tare: '0.1.0',
    commit,
    configuration: series.configuration,
    recorded: '2026-11-20T10:00:00Z',
    identity: {
      'toolchain.rustc': '1.95.0',
      'profile.lto': 'fat',
      'machine.cpu': 'EPYC 7763',
      notes: 'none',
    },
    packages: [{ name: 'libc', version: '0.2.1', role: 'linked' }],
    values: [
      { case: 'size rg', metric: 'loadable-bytes', value: program.length },
      { case: 'compile workspace', metric: 'cpu-seconds', value: 12.5 },
    ],
    programs: [
      { name: 'rg', kind: 'bin', file: 'bin/rg', ...described(program) },
      { name: 'sort', kind: 'bench', file: 'bench/sort', ...described(bench) },
    ],
    benches: [],
    layouts: [],
    attributions: [],
    warnings: [],
  };
  return { series, measurement, history: options.history ?? [historyRow(measurement)], directory };
}

/** An empty folder that is removed after the test. */
export async function makeFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tare-store-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A logger that keeps what it was told. */
export function keepingLogger(): Logger & { readonly warnings: string[]; readonly lines: string[] } {
  const warnings: string[] = [];
  const lines: string[] = [];
  const keep = (message: string): void => {
    lines.push(message);
  };
  return {
    warnings,
    lines,
    group: (_title, work) => work(),
    info: keep,
    debug: keep,
    progress: keep,
    warning: (message) => {
      warnings.push(message);
    },
  };
}

function described(content: Buffer): { readonly bytes: number; readonly sha256: string } {
  return { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}
