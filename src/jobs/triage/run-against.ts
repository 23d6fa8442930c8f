import { join } from 'node:path';
import type { Comparison } from '../../compare/comparison.ts';
import { judgeReport } from '../../compare/family.ts';
import { messageOf, UserError } from '../../errors.ts';
import { runBenches } from '../bench/run.ts';
import type { JobPorts } from '../ports.ts';
import type { Workplace } from '../workplace.ts';
import type { ProgramShelf, Programs } from './programs.ts';

export interface RunAgainst {
  /** Judged rows of all benchmarks that ran on both sides. */
  readonly rows: readonly Comparison[];
  readonly pairs: number;
  readonly minutes: number;
  readonly failed: readonly string[];
  /** Benchmarks that were not timed, because they do the same on both sides. */
  readonly unchanged: readonly string[];
}

/** Runs two commits' programs in turn on this machine, each with its own commit's data files where they are at hand. */
export async function runAgainst(
  base: Programs,
  head: Programs,
  minutes: number,
  shelf: ProgramShelf,
  workplace: Workplace,
  ports: JobPorts,
): Promise<RunAgainst> {
  const { config, configuration, root } = shelf.request;
  const sources = [
    await checkOut(base.sha, 'source-base', workplace, ports),
    await checkOut(head.sha, 'source-head', workplace, ports),
  ] as const;
  try {
    const [baseRoot, headRoot] = [sources[0]?.directory ?? root, sources[1]?.directory ?? root];
    const result = await runBenches(
      {
        sides: {
          base: { measurement: base.measurement, directory: base.directory, root: baseRoot },
          head: { measurement: head.measurement, directory: head.directory, root: headRoot },
        },
        config,
        configuration: configuration.name,
        relink: async (files) => storedLayouts(head, files),
        minutes,
        changed: sources.includes(null) ? null : await ports.git.changedFiles(base.sha, head.sha),
      },
      workplace,
      ports,
    );
    return {
      rows: judgeReport(result.judged.rows),
      pairs: result.facts?.pairs ?? 0,
      minutes: result.facts?.minutes ?? 0,
      unchanged: result.unchanged,
      failed: result.failed.map((row) => `${row.case}: ${row.message}`),
    };
  } finally {
    for (const source of sources) await source?.remove();
  }
}

/** The layouts that were stored with the programs: nothing is linked again. */
function storedLayouts({ measurement }: Programs, files: Iterable<string>) {
  const wanted = [...files];
  const layouts = measurement.layouts.filter(({ file }) => wanted.includes(file));
  const missing = wanted.filter((file) => !layouts.some((layout) => layout.file === file));
  const impossible = new Map(
    missing.map((file) => [file, 'the stored programs have no other layouts'] as const),
  );
  return { layouts, programs: [], impossible };
}

async function checkOut(sha: string, name: string, workplace: Workplace, ports: JobPorts) {
  try {
    await ports.git.fetchCommit(sha);
    return await ports.git.worktree(sha, join(workplace.directory, name));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    ports.logger.info(`The data files of ${sha.slice(0, 10)} are not at hand: ${messageOf(error)}`);
    return null;
  }
}
