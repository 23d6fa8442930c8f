import { join } from 'node:path';
import type { JudgedRow } from '../../compare/bench.ts';
import { benchCauses, type Explain } from '../../compare/bench-causes.ts';
import { settleCold } from '../../compare/compile/cold.ts';
import { judgeReport } from '../../compare/family.ts';
import { messageOf, UserError } from '../../errors.ts';
import type { BenchData } from '../../measure/report-data.ts';
import type { ConfigurationPart } from '../../report/assemble.ts';
import { earlierRatios } from '../../store/history.ts';
import { type Base, type BaseRequest, rebuildBase } from '../base.ts';
import type { Measured } from '../measure.ts';
import type { ChangedByHead } from '../part.ts';
import type { JobPorts } from '../ports.ts';
import type { Collected } from '../publish/collect.ts';
import type { Workplace } from '../workplace.ts';
import { withoutTimed } from './imported.ts';
import { type BenchResult, runBenches } from './run.ts';
import { withoutFailed } from './stage.ts';
import { changedFiles } from './unchanged.ts';

/** A configuration's part of the report, and its bench rows before the correction over the report. */
export interface WeighedPart {
  readonly part: ConfigurationPart;
  readonly rows: readonly JudgedRow[];
  /** Adds their likely causes to rows of benchmarks; left out when none was run. */
  readonly explain?: Explain;
  /** What the benchmarks left before any judgement; left out when none was to be run. */
  readonly bench?: BenchData;
  /** All that was measured before any judgement; left out when the head did not build. */
  readonly collected?: Collected;
  /** Benchmarks that were not timed, because their programs are the same on both sides. */
  readonly unchanged?: readonly string[];
}

export interface WeighRequest {
  readonly part: ConfigurationPart;
  readonly base: Base | null;
  readonly head: Measured;
  /** Which identity fields the head's own change moved. */
  readonly byHead: ChangedByHead;
  readonly request: BaseRequest;
  /** For this configuration. */
  readonly minutes: number;
  readonly warn: (warning: string) => void;
}

/** The parts with the rows of what was run side by side: the correction for many tests is over the whole report, so they wait until all are there. */
export function withBenches(weighed: readonly WeighedPart[]): ConfigurationPart[] {
  const rows = judgeReport(weighed.flatMap((each) => each.rows));
  return weighed.map(({ part, explain = (row) => row }) => ({
    ...part,
    comparisons: settleCold([
      ...part.comparisons,
      ...rows.filter(({ configuration }) => configuration === part.configuration).map(explain),
    ]),
  }));
}

/** Runs the benchmarks of base and head against each other and adds what came of it to the part. */
export async function weighBenches(
  weigh: WeighRequest,
  workplace: Workplace,
  ports: JobPorts,
): Promise<WeighedPart> {
  const { part, base, request } = weigh;
  if (base === null || !hasBenches(weigh)) return { part, rows: [] };
  const result = await runBoth(base, weigh, workplace, ports);
  const restarted = baseDoesNotStart(result) && base.source !== 'rebuilt' && request.config.baseline.rebuild;
  if (!restarted) return joined(weigh, result, base);
  const why = 'its stored programs do not start here';
  const rebuilt = await rebuildBase({ sha: base.sha, why }, request, workplace, ports, weigh.warn);
  if (rebuilt === null) return joined(weigh, result, base);
  weigh.warn('The stored programs of the base do not start here, so the base was built again in this job.');
  const again = part.base === null ? null : { ...part.base, source: rebuilt.source };
  const rerun = await runBoth(rebuilt, weigh, workplace, ports);
  return joined({ ...weigh, part: { ...part, base: again } }, rerun, rebuilt);
}

function hasBenches({ base, head, request }: WeighRequest): boolean {
  const { benches } = request.config;
  const stored = (base?.measurement.benches.length ?? 0) + head.measurement.benches.length;
  return benches.enabled && stored + benches.commands.length + head.times.length > 0;
}

/** Each side reads its own commit's data files: the base's come from a worktree. */
async function runBoth(
  base: Base,
  weigh: WeighRequest,
  workplace: Workplace,
  ports: JobPorts,
): Promise<BenchResult> {
  const { head, request, minutes } = weigh;
  const worktree = await checkOut(base.sha, workplace, ports, weigh.warn);
  try {
    const { config, configuration, root, only } = request;
    const sides = {
      base: { measurement: base.measurement, directory: base.directory, root: worktree?.directory ?? root },
      head: { measurement: head.measurement, directory: head.directory, root },
    };
    const { relink, times } = head;
    // A base that was built again here has no history of its own.
    const earlier = earlierRatios(weigh.base?.history ?? []);
    const run = { sides, config, configuration: configuration.name, times, relink, minutes, only };
    const changed =
      worktree === null ? null : await changedFiles(base.sha, head.measurement.commit, ports.git);
    return await runBenches({ ...run, earlier, changed }, workplace, ports);
  } finally {
    await worktree?.remove();
  }
}

async function checkOut(sha: string, workplace: Workplace, ports: JobPorts, warn: (warning: string) => void) {
  try {
    await ports.git.fetchCommit(sha);
    return await ports.git.worktree(sha, join(workplace.directory, 'source'));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn(
      `The base's data files are not at hand, so both sides' benchmarks read the head's: ${messageOf(error)}`,
    );
    return null;
  }
}

/** The loader's or the shell's words for a program of another system, or the processor's for one of another processor. */
const NOT_STARTED = /^base: (Cannot run |ended with exit status 12[67]\b|was ended by SIGILL\b)/;
const OTHER_LIBRARY = /version [`'][\w.]+' not found|error while loading shared libraries/;

function baseDoesNotStart({ failed }: BenchResult): boolean {
  return failed.some(
    ({ message, output }) =>
      NOT_STARTED.test(message) || (message.startsWith('base: ') && OTHER_LIBRARY.test(output)),
  );
}

function joined({ part, head, byHead }: WeighRequest, result: BenchResult, base: Base): WeighedPart {
  const { judged, raw, unchanged } = result;
  return {
    part: withBenchResult(part, { ...result, rows: judged.rows }, base, head.failed),
    rows: judged.rows,
    explain: benchCauses(base.measurement, head.measurement, byHead),
    unchanged,
    bench: { base: base.sha, ...raw },
  };
}

/** A part of the report with what came of its benchmarks but their rows. `failed`: what else of the head could not be measured. */
export function withBenchResult(
  part: ConfigurationPart,
  result: Pick<BenchResult, 'added' | 'removed' | 'failed' | 'warnings' | 'facts'> &
    Pick<WeighedPart, 'rows'>,
  base: Base,
  failed: ConfigurationPart['failed'],
): ConfigurationPart {
  const bare = (name: string) => ({ case: name, values: [] });
  const removed = withoutFailed(result.removed, base.measurement, failed);
  return {
    ...part,
    comparisons: withoutTimed(part.comparisons, result.rows),
    added: [...part.added, ...result.added.map(bare)],
    removed: [...part.removed, ...removed.map(bare)],
    failed: [...part.failed, ...result.failed],
    warnings: [...part.warnings, ...result.warnings],
    ...(result.facts === null ? {} : { bench: result.facts }),
  };
}
