import { join, relative } from 'node:path';
import type { Config, Configuration } from '../config/config.ts';
import { BuildError, messageOf, UserError } from '../errors.ts';
import type { HistoryRow, Measurement } from '../measure/measurement.ts';
import { tail } from '../process/inert.ts';
import type { ReportBase } from '../report/report.ts';
import type { BaselineSeries, FoundBaseline } from '../store/baseline.ts';
import { appendHistory, historyRow } from '../store/history.ts';
import { seriesHash } from '../store/key.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import type { Notes } from './configurations.ts';
import { measure } from './measure.ts';
import type { JobPorts } from './ports.ts';
import { isOfTheSystem } from './status.ts';
import type { Workplace } from './workplace.ts';

/** What the head is weighed against. */
export interface Base extends ReportBase {
  readonly measurement: Measurement;
  /** Earlier main commits, oldest first. */
  readonly history: readonly HistoryRow[];
  /** Absolute path of the folder with its programs: `bin/`, `bench/`. */
  readonly directory: string;
}

export interface BaseRequest {
  /** The wanted base and its first-parent ancestors, nearest first. */
  readonly commits: readonly string[];
  /** Root of the checkout, absolute, and the working directory inside it. */
  readonly root: string;
  readonly directory: string;
  readonly config: Config;
  readonly configuration: Configuration;
  readonly toolchain: Toolchain;
  /** Pattern of the benchmarks to run; all when left out. */
  readonly only?: string | undefined;
}

/** Which series of baselines a configuration of this project belongs to. */
export function seriesOf(request: BaseRequest, ports: JobPorts): BaselineSeries {
  const { configuration, toolchain, root, directory } = request;
  return {
    configuration: configuration.name,
    os: ports.machine['machine.os'] ?? 'unknown',
    arch: ports.machine['machine.arch'] ?? 'unknown',
    hash: seriesHash({
      project: relative(root, directory).replaceAll('\\', '/') || '.',
      toolchain: toolchain.name,
      target: configuration.target,
    }),
  };
}

/** The nearest stored baseline of the wanted commits, or null. */
export async function findBaseline(
  request: BaseRequest,
  workplace: Workplace,
  ports: JobPorts,
  onWarning: (warning: string) => void,
): Promise<FoundBaseline | null> {
  if (request.commits.length === 0) return null;
  return ports.store.find({
    series: seriesOf(request, ports),
    commits: request.commits.slice(0, request.config.baseline.ancestors + 1),
    into: await workplace.empty('baseline'),
    onWarning,
  });
}

/**
 * The stored baseline where there is one; otherwise the wanted commit built in a worktree and stored; null when that is
 * switched off or cannot be done, with the reason as a warning.
 */
export async function obtainBase(
  request: BaseRequest,
  workplace: Workplace,
  ports: JobPorts,
  { warn, keep }: Notes,
): Promise<Base | null> {
  const found = baseOf(await findBaseline(request, workplace, ports, keep));
  if (found !== null) return found;
  const wanted = request.commits[0];
  if (wanted === undefined || !request.config.baseline.rebuild) return null;
  return rebuildBase({ sha: wanted, why: 'no baseline of it is stored' }, request, workplace, ports, warn);
}

/** A stored baseline in the shape of a base. */
export function baseOf(found: FoundBaseline | null): Base | null {
  if (found === null) return null;
  const { measurement, history, distance, source, directory } = found;
  return { measurement, history, distance, source, directory, sha: measurement.commit };
}

export interface Rebuild {
  /** Full SHA of the wanted base. */
  readonly sha: string;
  /** Why it has to be built, in a reader's words. */
  readonly why: string;
}

/** Builds the wanted base commit in a worktree, here and now, and stores it; null when that fails, which is a warning. */
export async function rebuildBase(
  { sha, why }: Rebuild,
  request: BaseRequest,
  workplace: Workplace,
  ports: JobPorts,
  warn: (warning: string) => void,
): Promise<Base | null> {
  const short = sha.slice(0, 10);
  try {
    return await ports.logger.group(`Build the base ${short}: ${why}`, () =>
      workplace.setAside('target', () => buildInWorktree(sha, request, workplace, ports, warn)),
    );
  } catch (error) {
    if (!(error instanceof BuildError || error instanceof UserError || isOfTheSystem(error))) throw error;
    warn(`The base ${short} could not be built, so there is nothing to compare with: ${messageOf(error)}`);
    if (error instanceof BuildError) warn(`Its build ended with: ${lastLines(error.output)}`);
    return null;
  }
}

/** A warning is one line, so the compiler's line ends become bars. */
function lastLines(output: string): string {
  return tail(output, 12, 500).replaceAll('\n', ' | ');
}

async function buildInWorktree(
  wanted: string,
  request: BaseRequest,
  workplace: Workplace,
  ports: JobPorts,
  warn: (warning: string) => void,
): Promise<Base> {
  const { config, configuration, toolchain, root, directory } = request;
  await ports.git.fetchCommit(wanted);
  const worktree = await ports.git.worktree(wanted, join(workplace.directory, 'source'));
  try {
    const measured = await measure(
      {
        commit: wanted,
        directory: join(worktree.directory, relative(root, directory)),
        root: worktree.directory,
        config,
        configuration,
        toolchain,
        side: 'base',
        layouts: 'now',
        warnings: worktree.warnings,
      },
      workplace,
      ports,
    );
    const { measurement } = measured;
    for (const { case: name, message } of measured.failed) warn(`The base's ${name}: ${message}`);
    const history = appendHistory([], historyRow(measurement));
    const series = seriesOf(request, ports);
    const outcome = await ports.store.save({ series, measurement, history, directory: measured.directory });
    if (!outcome.saved && !outcome.recorded)
      ports.logger.info(`The rebuilt base was not stored: ${outcome.reason}`);
    const { directory: programs } = measured;
    return { measurement, history, distance: 0, source: 'rebuilt', sha: wanted, directory: programs };
  } finally {
    await worktree.remove();
  }
}
