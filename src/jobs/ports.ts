import type { GateFailure } from '../compare/gate.ts';
import type { Priority } from '../measure/bench/priority.ts';
import type { Identity } from '../measure/measurement.ts';
import type { MeasuredData } from '../measure/report-data.ts';
import type { Clock, Logger } from '../ports.ts';
import type { ProcessRunner } from '../process/command.ts';
import type { Git } from '../process/git.ts';
import type { Report } from '../report/report.ts';
import type { BaselineStore } from '../store/baseline.ts';
import type { HistoryStore } from '../store/history-store.ts';
import type { Toolchain } from '../toolchain/toolchain.ts';
import type { ChangeSource } from './history/changes.ts';

/** Where a finished report goes: the runner's summary, outputs and comment, or a terminal and files. */
export interface Presenter {
  /**
   * `gate`: the rows that fail the gate which the user asked for. `data`: what the report was judged from, of a check.
   * Never throws for a refused comment or an unreachable service: what was refused is a warning.
   */
  present(report: Report, gate: readonly GateFailure[], data: MeasuredData | null): Promise<void>;
}

/** Everything a job reaches the world through. */
export interface JobPorts {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly runner: ProcessRunner;
  readonly git: Git;
  readonly store: BaselineStore;
  /** Main's history; null: it is switched off, or this run can reach none. */
  readonly history: HistoryStore | null;
  /** Where commits came from. */
  readonly changes: ChangeSource;
  readonly presenter: Presenter;
  /** Tried in order by `toolchain: auto`. */
  readonly toolchains: readonly Toolchain[];
  /** The `machine.*` fields of this machine. */
  readonly machine: Identity;
  /** Absolute path of a directory for private, short-lived files. */
  readonly temporary: string;
  /** Keeps benchmark runs from waiting for other programs of the machine, where that is allowed. */
  readonly priority: Priority;
  /** Parallel build jobs. */
  readonly jobs: number;
}
