import { runTool, type ToolResult } from '../../process/tool.ts';

/** How a run that competes with other programs of the machine is kept from waiting for them. */
export interface Priority {
  /** Lets what is started from now on run before all ordinary programs, or as one of them; does nothing where it may not. */
  raise(raised: boolean): Promise<void>;
  /** Whether it was raised at least once. */
  readonly used: boolean;
}

export interface PriorityOptions {
  readonly platform: NodeJS.Platform;
  /** Process id of this process: what its main thread starts inherits the thread's class. */
  readonly pid: number;
  /** Whether `sudo -n` may be asked: it changes this process' class, and runs nothing else. Default false. */
  readonly sudo?: boolean;
  /** Default {@link runTool}. */
  readonly tool?: (path: string, args: readonly string[]) => Promise<ToolResult>;
}

/** Leaves everything as it is. */
export const ORDINARY: Priority = { raise: async () => undefined, used: false };

const CHRT = '/usr/bin/chrt';
/** Round robin, so that equals take turns: a program that spins on every core must not keep us from ending it. */
const RAISED = ['--rr', '--pid', '10'];
const LOWERED = ['--other', '--pid', '0'];

/** Linux: a real-time class (sched(7)) by util-linux' `chrt`, which root and containers with CAP_SYS_NICE may use. Elsewhere nothing. */
export function createPriority(options: PriorityOptions): Priority {
  const { platform, pid, sudo = false, tool = runTool } = options;
  let state: 'ordinary' | 'raised' | 'refused' = platform === 'linux' ? 'ordinary' : 'refused';
  let used = false;
  let program: readonly [string, ...string[]] | null = null;

  const set = async (mode: readonly string[]): Promise<boolean> => {
    const ways = sudo ? ([[CHRT], ['/usr/bin/sudo', '-n', CHRT]] as const) : ([[CHRT]] as const);
    for (const way of program === null ? ways : [program]) {
      const [file, ...before] = way;
      const { exitCode } = await tool(file, [...before, ...mode, String(pid)]);
      if (exitCode !== 0) continue;
      program = way;
      return true;
    }
    return false;
  };
  return {
    raise: async (raised) => {
      if (state === 'refused' || raised === (state === 'raised')) return;
      const done = await set(raised ? RAISED : LOWERED);
      if (raised) state = done ? 'raised' : 'refused';
      else state = done ? 'ordinary' : 'refused';
      used ||= state === 'raised';
    },
    get used() {
      return used;
    },
  };
}
