import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CrateSeconds } from '../../own-crates.ts';
import type { Variables } from '../environment.ts';

/** Accounts the compilers that cargo starts, package by package. */
export interface CrateTimer {
  /** For the call of cargo. */
  readonly env: Variables;
  /** Forgets what was accounted. */
  reset(): Promise<void>;
  /** CPU seconds by package since the last reset, sorted by name. */
  read(): Promise<CrateSeconds[]>;
}

/**
 * A compiler wrapper that is not part of any fingerprint: `times` is POSIX and costs no process. Cargo names the package to
 * each compiler; the compilers that it only asks something have none. One file per process, so that no two write into one.
 */
const SCRIPT = `#!/bin/sh
"$@"
code=$?
if [ -n "$CARGO_PKG_NAME" ]; then { printf '%s\\n' "$CARGO_PKG_NAME"; times; } >>"$TARE_CRATE_TIMES/$$"; fi
exit $code
`;

/** Writes the wrapper into `folder`; null where there is no POSIX shell. */
export async function createCrateTimer(
  folder: string,
  platform: NodeJS.Platform,
): Promise<CrateTimer | null> {
  if (platform === 'win32') return null;
  const wrapper = path.join(folder, 'rustc-timer');
  const accounts = path.join(folder, 'crate-times');
  await mkdir(accounts, { recursive: true });
  await writeFile(wrapper, SCRIPT, { mode: 0o755 });
  return {
    env: { RUSTC_WRAPPER: wrapper, TARE_CRATE_TIMES: accounts },
    reset: async () => {
      await rm(accounts, { recursive: true, force: true });
      await mkdir(accounts);
    },
    read: async () => {
      const found = new Map<string, number>();
      for (const name of await readdir(accounts)) {
        for (const { name: crate, seconds } of parseTimes(
          await readFile(path.join(accounts, name), 'utf8'),
        )) {
          found.set(crate, (found.get(crate) ?? 0) + seconds);
        }
      }
      return [...found].sort().map(([name, seconds]) => ({ name, seconds: hundredths(seconds) }));
    },
  };
}

/**
 * Reads records of three lines: a package's name, then the output of POSIX `times`: user and system time of the shell, and of
 * its children, as `0m9.860000s 0m0.200000s`. What is cut short or otherwise unreadable is left out.
 */
export function parseTimes(text: string): CrateSeconds[] {
  const lines = text.split('\n');
  const records: CrateSeconds[] = [];
  for (let index = 0; index + 2 < lines.length; index += 3) {
    const seconds = [lines[index + 1], lines[index + 2]].map((line) => secondsOf(line ?? ''));
    const sum = seconds.reduce((total, each) => total + each, 0);
    if (Number.isFinite(sum)) records.push({ name: lines[index] ?? '', seconds: sum });
  }
  return records;
}

/** Shells print the decimal sign of the locale. */
const TIMES = /^(\d+)m(\d+(?:[.,]\d+)?)s (\d+)m(\d+(?:[.,]\d+)?)s$/;

function secondsOf(line: string): number {
  const [, ...parts] = TIMES.exec(line) ?? [];
  const [m1 = Number.NaN, s1 = 0, m2 = 0, s2 = 0] = parts.map((part) => Number(part.replace(',', '.')));
  return 60 * (m1 + m2) + s1 + s2;
}

function hundredths(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
