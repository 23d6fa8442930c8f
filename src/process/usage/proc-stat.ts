import { readFileSync } from 'node:fs';
import type { Cost, Meter } from '../usage.ts';

const SOURCE = '/proc/self/stat';
/** USER_HZ, in which Linux tells times to programs: 100 on every platform that Node supports. */
const TICKS_PER_SECOND = 100;
const SAMPLE_MILLISECONDS = 25;

/**
 * How far this process' own account of waited-for children grew while the command ran (10 ms ticks), and the highest
 * VmHWM seen among the command and its descendants, sampled: a process that lives shorter than 25 ms may be missed.
 * Needs that no other child of this process ends meanwhile.
 */
export function procStat(): Meter {
  return {
    source: SOURCE,
    exclusive: true,
    works: async () => parseChildTimes(readOrEmpty('/proc/self/stat')) !== null,
    open: async (file, args) => {
      const before = parseChildTimes(readOrEmpty('/proc/self/stat'));
      let peak: number | null = null;
      let timer: NodeJS.Timeout | undefined;
      return {
        file,
        args,
        started: (pid) => {
          const look = (): void => {
            for (const each of family(pid)) peak = Math.max(peak ?? 0, peakOf(each) ?? 0) || null;
          };
          look();
          timer = setInterval(look, SAMPLE_MILLISECONDS);
          timer.unref();
        },
        finish: async (ending) => {
          clearInterval(timer);
          const after = parseChildTimes(readOrEmpty('/proc/self/stat'));
          return { ending, cost: difference(before, after, peak), notStarted: null };
        },
      };
    },
  };
}

export interface ChildTimes {
  readonly userSeconds: number;
  readonly systemSeconds: number;
}

/** Reads cutime and cstime, fields 16 and 17 of `/proc/PID/stat` (proc(5)). null for other text. */
export function parseChildTimes(text: string): ChildTimes | null {
  const close = text.lastIndexOf(')');
  // The state, field 3, comes first behind the name.
  const fields = text.slice(close + 2).split(' ');
  const [user, system] = [fields[13], fields[14]];
  if (close === -1 || user === undefined || system === undefined) return null;
  if (!/^\d+$/.test(user) || !/^\d+$/.test(system)) return null;
  return { userSeconds: Number(user) / TICKS_PER_SECOND, systemSeconds: Number(system) / TICKS_PER_SECOND };
}

/** Reads VmHWM out of `/proc/PID/status`, in bytes; null when it has none, as a zombie's. */
export function parsePeak(text: string): number | null {
  const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(text)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

function difference(before: ChildTimes | null, after: ChildTimes | null, peakRssBytes: number | null): Cost {
  const grew = (name: keyof ChildTimes): number | null =>
    before === null || after === null ? null : Math.round((after[name] - before[name]) * 100) / 100;
  return {
    userSeconds: grew('userSeconds'),
    systemSeconds: grew('systemSeconds'),
    peakRssBytes,
    source: SOURCE,
  };
}

/** A process and its descendants. */
function family(pid: number): readonly number[] {
  const found = [pid];
  for (let next = 0; next < found.length && found.length < 10_000; next++) {
    const children = readOrEmpty(`/proc/${found[next]}/task/${found[next]}/children`);
    for (const child of children.split(' ')) if (child.trim() !== '') found.push(Number(child));
  }
  return found;
}

function peakOf(pid: number): number | null {
  return parsePeak(readOrEmpty(`/proc/${pid}/status`));
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
