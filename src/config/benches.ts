import { MAX_PROGRAM_BYTES } from '../measure/measurement.ts';
import { mayFit } from '../measure/metric.ts';
import { fits } from '../wildcard.ts';
import { didYouMean } from './choice.ts';
import type { Bench, Benches, CommandWords, Numbers } from './config.ts';
import { DEFAULT_CONFIGURATION, DEFAULTS } from './defaults.ts';
import type { KeyPath } from './locate.ts';
import { filePattern, type PathOutcome, repositoryPath } from './paths.ts';
import { keyProblem, type Problem } from './problem.ts';
import { knownQuantity } from './quantity.ts';
import { quote } from './quote.ts';
import type { FileContent } from './schema.ts';
import { nearest } from './suggest.ts';
import { programsOf, splitWords } from './words.ts';

export interface ResolvedBenches {
  readonly benches: Benches;
  /** When there are any, `benches` is not to be used. */
  readonly problems: readonly Problem[];
}

/** Checks and completes `[benches]`, `[[bench]]` and `[[numbers]]`. `absolute`: whether a file may lie outside the repository. */
export function resolveBenches(content: FileContent, absolute: boolean): ResolvedBenches {
  const problems: Problem[] = [];
  const report: Report = (path, fault) => problems.push(keyProblem(path, () => fault));
  const table = content.benches ?? {};
  const { benches: defaults } = DEFAULTS;
  const benches: Benches = {
    enabled: table.enabled ?? defaults.enabled,
    minutes: table.minutes ?? defaults.minutes,
    harness: table.harness ?? defaults.harness,
    filter: patterns('filter', table.filter ?? [], report),
    exclude: patterns('exclude', table.exclude ?? [], report),
    instructions: table.instructions ?? defaults.instructions,
    layouts: table.layouts ?? defaults.layouts,
    maxProgramBytes: programBytes(table['max-program-bytes'] ?? defaults.maxProgramBytes, report),
    commands: commands(content, report),
    numbers: (content.numbers ?? []).map((written, index) => numbers(written, index, absolute, report)),
  };
  return { benches, problems };
}

/** Whether a case name is among those to run: `exclude` wins over `filter`, and an empty `filter` lets all pass. */
export function benchFilter({ filter, exclude }: Benches): (caseName: string) => boolean {
  const any = (list: readonly string[]) => {
    const prepared = list.map((pattern) => pattern.split('*'));
    return (caseName: string) => prepared.some((pieces) => fits(pieces, caseName));
  };
  const included = filter.length === 0 ? () => true : any(filter);
  const excluded = any(exclude);
  return (caseName) => included(caseName) && !excluded(caseName);
}

type Report = (path: KeyPath, fault: string) => void;
type WrittenBench = NonNullable<FileContent['bench']>[number];
type WrittenNumbers = NonNullable<FileContent['numbers']>[number];

function patterns(key: 'filter' | 'exclude', written: readonly string[], report: Report): readonly string[] {
  for (const [index, pattern] of written.entries()) {
    if (mayFit(pattern, 'bench')) continue;
    report(
      ['benches', key, index],
      `is ${quote(pattern)}, which no benchmark can fit; its case name begins with "bench "`,
    );
  }
  return written;
}

function programBytes(written: number | string, report: Report): number {
  const bytes = knownQuantity(written, 'B');
  if (bytes > MAX_PROGRAM_BYTES) {
    report(
      ['benches', 'max-program-bytes'],
      `is ${quote(written)}, more than a baseline can hold; allowed: up to "${MAX_PROGRAM_BYTES / 1024 ** 2} MiB"`,
    );
  }
  return bytes;
}

function commands(content: FileContent, report: Report): readonly Bench[] {
  const written = content.bench ?? [];
  const names = content.configuration?.map(({ name }) => name) ?? [];
  const known = names.length === 0 ? [DEFAULT_CONFIGURATION] : names;
  const seen = new Set<string>();
  return written.map((entry, index) => {
    const path = ['bench', index];
    if (seen.has(entry.name)) {
      report(
        [...path, 'name'],
        `is ${quote(entry.name)}, the name of an earlier benchmark; names must differ`,
      );
    }
    seen.add(entry.name);
    for (const [position, name] of (entry.configuration ?? []).entries()) {
      if (!known.includes(name)) report([...path, 'configuration', position], unknownName(name, known));
    }
    return bench(entry, path, report);
  });
}

function bench(written: WrittenBench, path: KeyPath, report: Report): Bench {
  const run = words(written.run, [...path, 'run'], report);
  if (run.length > 0 && programsOf(run).length === 0) {
    report(
      [...path, 'run'],
      `is ${quote(written.run)}, which runs no program of the project; write one as {bin:NAME}`,
    );
  }
  const { bench: defaults } = DEFAULTS;
  return {
    name: written.name,
    run,
    prepare: written.prepare === undefined ? null : words(written.prepare, [...path, 'prepare'], report),
    stdin:
      written.stdin === undefined ? null : place(repositoryPath(written.stdin), [...path, 'stdin'], report),
    cwd: place(repositoryPath(written.cwd ?? defaults.cwd), [...path, 'cwd'], report),
    env: { ...written.env },
    category: written.category ?? defaults.category,
    timeoutSeconds: knownQuantity(written.timeout ?? defaults.timeout, 's'),
    configurations: written.configuration ?? null,
  };
}

function numbers(written: WrittenNumbers, index: number, absolute: boolean, report: Report): Numbers {
  const path = ['numbers', index];
  const { command } = written;
  return {
    file: place(filePattern(written.file, absolute), [...path, 'file'], report),
    format: written.format,
    command: command === undefined ? null : words(command, [...path, 'command'], report),
    timeoutSeconds: knownQuantity(written.timeout ?? DEFAULTS.numbers.timeout, 's'),
    category: written.category ?? DEFAULTS.bench.category,
  };
}

function words(text: string, path: KeyPath, report: Report): CommandWords {
  const outcome = splitWords(text);
  if (!('fault' in outcome)) return outcome;
  report(path, outcome.fault);
  return [];
}

function place(outcome: PathOutcome, path: KeyPath, report: Report): string {
  if ('path' in outcome) return outcome.path;
  report(path, outcome.fault);
  return '';
}

function unknownName(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `is ${quote(name)}, which is no configuration of this file; allowed: ${known.join(', ')}${didYouMean(near)}`;
}
