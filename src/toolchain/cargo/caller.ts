import type { Completed, ProcessRunner } from '../../process/command.ts';
import type { Variables } from './environment.ts';

/** Calls programs of the Rust toolchain in the user's directory, in the guarded environment. */
export interface Caller {
  readonly directory: string;
  cargo(args: readonly string[], call?: CallOptions): Promise<Completed>;
  /** Another program than cargo: a compiler. */
  program(file: string, args: readonly string[]): Promise<Completed>;
}

export interface CallOptions {
  readonly env?: Variables;
  readonly measured?: boolean;
  readonly timeoutSeconds?: number;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** Questions to cargo and rustc end after this long; fetching and building take what they take. */
export const QUESTION_SECONDS = 120;

/** The first call may make rustup install the toolchain that the project asks for. */
export const INSTALL_SECONDS = 1200;

export function createCaller(runner: ProcessRunner, directory: string, env: Variables): Caller {
  return {
    directory,
    cargo: (args, call = {}) =>
      runner.run({ file: 'cargo', args, cwd: directory, ...call, env: { ...env, ...call.env } }),
    program: (file, args) =>
      runner.run({ file, args, cwd: directory, env, timeoutSeconds: QUESTION_SECONDS }),
  };
}
