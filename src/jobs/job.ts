import { type GateFailure, judgeGate } from '../compare/gate.ts';
import type { Config } from '../config/config.ts';
import type { MeasuredData } from '../measure/report-data.ts';
import type { Report } from '../report/report.ts';
import type { JobPorts } from './ports.ts';

export interface JobRequest {
  /** Root of the checkout, absolute. */
  readonly root: string;
  /** Where the user would run the build: the root or a folder below it, absolute. */
  readonly directory: string;
  readonly config: Config;
  /** Full SHA of the checked-out commit. */
  readonly head: string;
  /** What a reader must know about the checkout, one line each. */
  readonly notes: readonly string[];
  /** The commit to compare with, then its first-parent ancestors, nearest first; empty: nothing to compare with. */
  readonly commits: readonly string[];
  /** Pattern of the benchmarks to run, where not all were asked for. */
  readonly only?: string | undefined;
  /** What started the run; left out in a terminal. */
  readonly origin?: RunOrigin;
}

export interface RunOrigin {
  /** Tells this run from every other: the runner's run id and attempt. */
  readonly run: string;
  /** The pull request that the run is for; null: none. */
  readonly pullRequest: number | null;
}

export interface JobResult {
  readonly report: Report;
  /** Rows that fail the gate which the user asked for. */
  readonly gate: readonly GateFailure[];
}

/** Judges the gate and presents the report. `data`: what it was judged from, for a job that leaves it. */
export async function finish(
  report: Report,
  request: JobRequest,
  ports: JobPorts,
  data: MeasuredData | null = null,
): Promise<JobResult> {
  const gate = judgeGate(report.comparisons, request.config.failOn, report.accepted);
  await ports.presenter.present(report, gate, data);
  return { report, gate };
}
