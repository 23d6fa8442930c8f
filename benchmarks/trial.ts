import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

/** The bundled terminal program. */
export const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Two revisions of a project that are weighed against each other. */
export interface Trial {
  readonly project: string;
  readonly base: string;
  readonly head: string;
  readonly runs: number;
  /** The one benchmark target that is meant; null: all. */
  readonly bench: string | null;
  /** A private folder, removed at the end. */
  readonly folder: string;
  /** For `tare record` and `tare check`: project, store and configuration. */
  readonly args: readonly string[];
}

/** Reads --project, --base, --head, --config, --bench and --runs, and runs the work. Errors: one for an argument that is missing. */
export async function inTrial(runs: number, work: (trial: Trial) => Promise<void>): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      project: text,
      base: text,
      head: text,
      config: text,
      bench: text,
      runs: { ...text, default: String(runs) },
    },
  });
  const { project, base, head, config, bench = null } = values;
  if (project === undefined || base === undefined || head === undefined) {
    throw new Error('--project, --base and --head are needed');
  }
  const folder = await mkdtemp(join(tmpdir(), 'tare-trial-'));
  const shared = ['--repo', project, '--store', join(folder, 'store')];
  const args = config === undefined ? shared : [...shared, '--config', config];
  try {
    await work({ project, base, head, runs: Number(values.runs), bench, folder, args });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function checkOut(directory: string, revision: string): Promise<void> {
  await promisify(execFile)('git', ['-C', directory, 'checkout', '--quiet', '--detach', revision]);
}
