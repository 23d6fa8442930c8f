import type { JudgedRow } from '../../compare/bench.ts';
import type { Comparison } from '../../compare/comparison.ts';
import type { Numbers } from '../../config/config.ts';
import type { BenchNumber, ParsedRows } from '../../measure/bench/formats/rows.ts';
import { some } from '../../measure/bench/formats/rows.ts';
import { MAX_NAME, type Value } from '../../measure/measurement.ts';
import type { Unit } from '../../measure/metric.ts';
import { inertLine } from '../../process/inert.ts';
import type { FailedCase } from './failed-case.ts';

/** Most numbers of a configuration: as many as a commit leaves in the history. */
export const MAX_NUMBERS = 2000;
/** Rows without a usable number that are told one by one. */
const MAX_BAD = 20;
const MAX_WARNINGS = 50;

/** A time that a command over `{bin:NAME}` writes, so that it can be taken of both sides in one job. */
export interface ImportedTime {
  /** Full name, `bench sort`. */
  readonly case: string;
  /** Its name in the file. */
  readonly row: string;
  readonly table: Numbers;
}

/** What was taken from other tools. */
export interface Imported {
  readonly values: readonly Value[];
  /** Cases of category secondary. */
  readonly secondary: readonly string[];
  readonly times: readonly ImportedTime[];
  readonly failed: readonly FailedCase[];
  /** One line each. */
  readonly warnings: readonly string[];
}

/** Nothing. */
export const NO_NUMBERS: Imported = { values: [], secondary: [], times: [], failed: [], warnings: [] };

/** Without the imported times of cases that have a row of their own: times of both sides in one job say more than those of two. */
export function withoutTimed(comparisons: readonly Comparison[], rows: readonly JudgedRow[]): Comparison[] {
  const timed = new Set(rows.map(({ comparison }) => comparison.case));
  return comparisons.filter((row) => row.metric !== 'imported-time' || !timed.has(row.case));
}

/** Gathers numbers as values of the bench axis, and what is wrong with them. */
export class Gathered implements Imported {
  readonly values: Value[] = [];
  readonly secondary: string[] = [];
  readonly times: ImportedTime[] = [];
  readonly failed: FailedCase[] = [];
  readonly #warnings = new Set<string>();
  readonly #wanted: (caseName: string) => boolean;
  readonly #taken: ReadonlySet<string>;
  readonly #seen = new Set<string>();

  /** `wanted`: whether a case is to be measured. `taken`: names of the cases that Tare times itself. */
  constructor(wanted: (caseName: string) => boolean, taken: ReadonlySet<string>) {
    this.#wanted = wanted;
    this.#taken = taken;
  }

  get warnings(): string[] {
    return [...this.#warnings].map((text) => inertLine(text).slice(0, 1000)).slice(0, MAX_WARNINGS);
  }

  /** Notes that a table has no numbers. */
  fail({ file }: Numbers, message: string, output = ''): void {
    this.failed.push({ case: `bench ${file}`.slice(0, MAX_NAME), message, output });
  }

  /** Takes a file's numbers. `file`: in a reader's words. `timed`: whether its times can be taken of both sides in this job. */
  add({ rows, bad, warnings }: ParsedRows, table: Numbers, file: string, timed: boolean): void {
    for (const text of warnings) this.#warn(file, text);
    const lost = { taken: [] as string[], repeated: [] as string[], long: 0, beyond: 0 };
    for (const number of rows) {
      const name = caseOf(number);
      const metric = METRIC_OF[number.unit];
      if (!this.#wanted(name)) continue;
      if (name.length > MAX_NAME) lost.long++;
      else if (this.#taken.has(name)) lost.taken.push(name);
      else if (this.#seen.has(`${metric}\n${name}`)) lost.repeated.push(name);
      else if (this.values.length >= MAX_NUMBERS) lost.beyond++;
      else {
        this.#seen.add(`${metric}\n${name}`);
        this.values.push({ case: name, metric, value: number.value });
        if (table.category === 'secondary') this.secondary.push(name);
        if (timed && number.metric === 'wall-time') this.times.push({ case: name, row: number.name, table });
      }
    }
    this.#tell(file, lost);
    this.#bad(bad, file);
  }

  #tell(file: string, lost: { taken: string[]; repeated: string[]; long: number; beyond: number }): void {
    const warn = (text: string) => this.#warn(file, text);
    if (lost.taken.length > 0) warn(`left out, since benchmarks have these names: ${some(lost.taken)}`);
    if (lost.repeated.length > 0) warn(`given before, of which the first counts: ${some(lost.repeated)}`);
    if (lost.long > 0)
      warn(`${lost.long} names are longer than ${MAX_NAME} characters with their case's prefix`);
    if (lost.beyond > 0)
      warn(
        `only ${MAX_NUMBERS} numbers are kept; ${lost.beyond} more were left out: set filter in [benches]`,
      );
  }

  #bad(bad: ParsedRows['bad'], file: string): void {
    const wanted = bad.filter(({ name }) => this.#wanted(`bench ${name}`));
    for (const { name, reason } of wanted.slice(0, MAX_BAD)) {
      this.failed.push({ case: `bench ${name || file}`.slice(0, MAX_NAME), message: reason, output: '' });
    }
    const rest = wanted.slice(MAX_BAD).map(({ name }) => name);
    if (rest.length > 0) this.#warn(file, `no usable number either for ${some(rest)}`);
  }

  #warn(file: string, text: string): void {
    this.#warnings.add(`${file}: ${text}`);
  }
}

/** What the file calls by another name than a time or a plain number stands beside it, as a case of its own. */
function caseOf({ name, metric }: BenchNumber): string {
  return metric === 'wall-time' || metric === 'value' ? `bench ${name}` : `bench ${name} ${metric}`;
}

const METRIC_OF = {
  s: 'imported-time',
  B: 'imported-bytes',
  count: 'imported-value',
} as const satisfies Record<Unit, string>;
