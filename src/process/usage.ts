import type { Usage } from './command.ts';
import { bsdTime } from './usage/bsd-time.ts';
import { gnuTime } from './usage/gnu-time.ts';
import { jobObject } from './usage/job-object.ts';
import { procStat } from './usage/proc-stat.ts';

/** How a process ended. */
export interface Ending {
  /** null when ended by a signal. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** What a way of accounting found. Without `wallSeconds` the runner's own clock counts. */
export type Cost = Omit<Usage, 'wallSeconds'> & { readonly wallSeconds?: number };

export interface Accounted {
  /** The ending of the command itself, not of a program around it. */
  readonly ending: Ending;
  readonly cost: Cost;
  /** Why the command could not be started at all, where a program around it found that out. */
  readonly notStarted: string | null;
}

/** The accounting of one command. */
export interface Account {
  /** What to start instead of the command; the command itself where nothing needs to be around it. */
  readonly file: string;
  readonly args: readonly string[];
  /** The child runs. */
  started?(pid: number): void;
  /** The child has ended; `stderr` is what it and all around it wrote there. Called once. */
  finish(ending: Ending, stderr: string): Promise<Accounted>;
}

/** One way to account CPU time and memory of a process tree. */
export interface Meter {
  /** A reader's words for it. */
  readonly source: string;
  /** Whether it needs that the runner runs nothing else meanwhile. */
  readonly exclusive: boolean;
  /** Tries it once. */
  works(): Promise<boolean>;
  open(file: string, args: readonly string[]): Promise<Account>;
}

/** The ways for a platform, best first. `temporary`: an absolute folder for their files. */
export function metersFor(
  platform: NodeJS.Platform,
  temporary: string,
  systemRoot: string,
): readonly Meter[] {
  if (platform === 'linux') return [gnuTime('/usr/bin/time', temporary), procStat()];
  if (platform === 'darwin') return [bsdTime('/usr/bin/time', temporary)];
  if (platform === 'win32') return [jobObject(systemRoot, temporary)];
  return [];
}

/** The first of `meters` that works, or one that accounts the wall time only. */
export async function chooseMeter(meters: readonly Meter[]): Promise<Meter> {
  for (const meter of meters) {
    if (await meter.works()) return meter;
  }
  return wallOnly;
}

/** Cost of which nothing is known. */
export function unknownCost(source: string): Cost {
  return { userSeconds: null, systemSeconds: null, peakRssBytes: null, source };
}

const wallOnly: Meter = {
  source: 'wall clock only',
  exclusive: false,
  works: async () => true,
  open: async (file, args) => ({
    file,
    args,
    finish: async (ending) => ({ ending, cost: unknownCost('wall clock only'), notStarted: null }),
  }),
};
