import type { BenchCommand } from './case.ts';

/** A variable that only fills up. */
export const PAD = 'TARE_PAD';

/** Linux takes no single string beyond 128 KiB. */
const MAX_PAD = 64 * 1024;

/**
 * The commands with an environment of equal size: arguments, environment and the program's path lie above a program's
 * stack, so that their length moves it and with it the time (Mytkowicz et al., "Producing wrong data without doing
 * anything obviously wrong!", 2009). What differs in length is filled up in one variable that all of them get.
 */
export function equallySized(commands: readonly BenchCommand[]): BenchCommand[] {
  const sizes = commands.map(sizeOf);
  const most = Math.max(...sizes);
  return commands.map((command, index) => {
    const missing = Math.min(MAX_PAD, most - (sizes[index] ?? most));
    return { ...command, env: { ...command.env, [PAD]: 'x'.repeat(missing) } };
  });
}

function sizeOf({ file, args, env }: BenchCommand): number {
  const variables = Object.entries(env ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  // The path lies there twice: as argument 0, and as what was started (AT_EXECFN).
  return [file, file, ...args, ...variables].reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
}
