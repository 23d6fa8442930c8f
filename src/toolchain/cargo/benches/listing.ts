import type { Harness } from '../../bench.ts';

/** What a benchmark program said when it was asked for its benchmarks (`--bench --list`). */
export interface Answer {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The harness that gave an answer. `runner`: the program that it needs and that is not there. */
export interface Recognised {
  readonly harness: Harness;
  /** Empty for divan, whose own list is not complete, and for `other`. */
  readonly names: readonly string[];
  readonly runner: 'gungraun-runner' | 'iai-callgrind-runner' | null;
}

const TOTAL = /^\d+ tests?, \d+ benchmarks?$/;
const ENTRY = /^(.+): benchmark$/;
const BRANCH = /^[├╰]─ /u;

/**
 * Recognises a harness by its answer: criterion lists `NAME: benchmark`, with empty lines between; libtest and gungraun
 * end such a list with a total; divan draws a tree; gungraun without its runner says so. `dependencies`: names of the
 * crates that the package uses, which tell gungraun from libtest and a program without benchmarks from one that is silent.
 */
export function recognise(
  { exitCode, stdout, stderr }: Answer,
  dependencies: ReadonlySet<string>,
): Recognised {
  const missing = /\b(gungraun|iai-callgrind)-runner\b/.exec(stderr)?.[1];
  if (exitCode !== 0 && (missing === 'gungraun' || missing === 'iai-callgrind')) {
    return { harness: missing, names: [], runner: `${missing}-runner` };
  }
  if (exitCode !== 0) return OTHER;
  const lines = stdout.split(/\r?\n/).filter((line) => line !== '');
  const names = lines.flatMap((line) => ENTRY.exec(line)?.[1] ?? []);
  if (lines.some((line) => TOTAL.test(line))) return { harness: counting(dependencies), names, runner: null };
  if (lines.some((line) => BRANCH.test(line))) return { harness: 'divan', names: [], runner: null };
  if (lines.length > 0) {
    return names.length === lines.length ? { harness: 'criterion', names, runner: null } : OTHER;
  }
  const silent = SILENT.find(([, pattern]) => [...dependencies].some((name) => pattern.test(name)));
  return silent === undefined ? OTHER : { harness: silent[0], names: [], runner: null };
}

/** Names in a `--list --format terse`, which divan gives to cargo-nextest only, from 0.1.18 on. */
export function terseNames(stdout: string): string[] {
  return stdout.split(/\r?\n/).flatMap((line) => ENTRY.exec(line)?.[1] ?? []);
}

/** Whether a crate is, or stands for, a harness that answers at once. */
export function isKnownHarness(dependency: string): boolean {
  return /criterion|divan|gungraun|^iai|libtest/.test(dependency);
}

const OTHER: Recognised = { harness: 'other', names: [], runner: null };
const SILENT: readonly (readonly [Harness, RegExp])[] = [
  ['criterion', /criterion/],
  ['divan', /divan/],
];

function counting(dependencies: ReadonlySet<string>): Harness {
  if (dependencies.has('gungraun')) return 'gungraun';
  return dependencies.has('iai-callgrind') ? 'iai-callgrind' : 'libtest';
}
