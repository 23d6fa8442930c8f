import { readFileSync } from 'node:fs';

/** What else kept the machine busy while the benchmarks ran; null where the system does not tell. */
export interface MachineLoad {
  /** Processes that wanted to run, on average over the last minute, at the start and at the end. */
  readonly average: readonly [start: number, end: number];
  /** Share of all processor time that other programs used, 0 to 1. */
  readonly others: number;
  /** Share of all processor time that the hypervisor gave to other machines, 0 to 1. */
  readonly steal: number;
  /** One line when the machine was busy enough to blur the result; else null. */
  readonly warning: string | null;
}

/** Processor time so far, in ticks. */
export interface LoadSample {
  readonly average: number;
  readonly total: number;
  readonly busy: number;
  readonly steal: number;
  /** Ticks of this process and of the children that it waited for. */
  readonly own: number;
}

/** Beyond these shares a warning is given. */
const BUSY = { others: 0.1, steal: 0.02 };

/** Reads Linux' counters; null elsewhere. `read`: reads a text file, default the file system's. */
export function sampleLoad(
  read: (path: string) => string = (path) => readFileSync(path, 'latin1'),
): LoadSample | null {
  try {
    return parseLoad(read('/proc/loadavg'), read('/proc/stat'), read('/proc/self/stat'));
  } catch {
    return null;
  }
}

/** proc(5): `/proc/loadavg`, the `cpu` line of `/proc/stat`, and fields 14 to 17 of `/proc/self/stat`. null for other text. */
export function parseLoad(average: string, stat: string, self: string): LoadSample | null {
  const cpu = /^cpu +(\d[\d ]*)$/m.exec(stat)?.[1]?.split(' ').map(Number);
  if (cpu === undefined || cpu.length < 8) return null;
  // Time of guests is counted in user and nice already.
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0] = cpu;
  const busy = user + nice + system + irq + softirq;
  const fields = self
    .slice(self.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  const own = fields.reduce((sum, ticks) => sum + ticks, 0);
  const sample = {
    average: Number.parseFloat(average),
    total: busy + idle + wait + steal,
    busy,
    steal,
    own,
  };
  return Object.values(sample).every(Number.isFinite) && fields.length === 4 ? sample : null;
}

/** The load between two samples; null when one is missing or no time passed. */
export function loadBetween(start: LoadSample | null, end: LoadSample | null): MachineLoad | null {
  if (start === null || end === null) return null;
  const total = end.total - start.total;
  if (total <= 0) return null;
  const share = (ticks: number) => Math.min(1, Math.max(0, ticks / total));
  const others = share(end.busy - start.busy - (end.own - start.own));
  const steal = share(end.steal - start.steal);
  return { average: [start.average, end.average], others, steal, warning: warningOf(others, steal) };
}

function warningOf(others: number, steal: number): string | null {
  const reasons = [
    ...(others > BUSY.others ? [`other programs used ${percent(others)} of its processors`] : []),
    ...(steal > BUSY.steal ? [`${percent(steal)} of its time went to other machines`] : []),
  ];
  if (reasons.length === 0) return null;
  return `The machine was busy while the benchmarks ran: ${reasons.join(' and ')}. Fewer changes could be seen.`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
