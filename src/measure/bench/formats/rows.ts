import type { Unit } from '../../metric.ts';

/** One number of one benchmark, as its harness tells it. All are lower-is-better. */
export interface BenchNumber {
  /** The harness' own name for it, e.g. `group/sort/10`. */
  readonly name: string;
  /** `wall-time`, `instructions`, or the name that the output gives. */
  readonly metric: string;
  readonly unit: Unit;
  /** Seconds, bytes or a count, as the unit says. */
  readonly value: number;
}

/** A benchmark in readable output that has no usable number. */
export interface BadNumber {
  readonly name: string;
  /** One line, e.g. `its time is 0, not a positive, finite number`. */
  readonly reason: string;
}

export interface ParsedRows {
  readonly kind: 'parsed';
  /** At least one here or in `bad`; names are unique per metric. */
  readonly rows: readonly BenchNumber[];
  readonly bad: readonly BadNumber[];
  /** One line each. */
  readonly warnings: readonly string[];
}

/** Output of another format, or none. */
export interface RejectedOutput {
  readonly kind: 'rejected';
  /** One line without a full stop. */
  readonly message: string;
}

export type ParsedOutput = ParsedRows | RejectedOutput;

/** Most numbers that are read from one output. */
export const MAX_ROWS = 100_000;

/** Longest name: with `bench ` before it a case's name is at most MAX_NAME long, whose module knows the formats. */
export const LONGEST_ROW = 394;

/** Gathers rows and what is wrong with them. */
export class Rows {
  readonly #rows = new Map<string, BenchNumber>();
  readonly #bad: BadNumber[] = [];
  readonly #repeated = new Set<string>();
  readonly #notes: string[] = [];
  #nameless = 0;
  #beyond = 0;

  /** Takes a number unless it is not positive and finite, its name is missing or too long, or it was there before. */
  add(name: string, metric: string, unit: Unit, value: number): void {
    const trimmed = name.trim();
    const key = `${metric}\n${trimmed}`;
    if (trimmed === '' || trimmed.length > LONGEST_ROW) this.#nameless++;
    else if (this.#rows.has(key)) this.#repeated.add(trimmed);
    else if (this.#rows.size + this.#bad.length >= MAX_ROWS) this.#beyond++;
    else if (!(value > 0 && value < Number.POSITIVE_INFINITY)) this.bad(trimmed, notPositive(metric, value));
    else this.#rows.set(key, { name: trimmed, metric, unit, value });
  }

  /** Notes a benchmark without a usable number. */
  bad(name: string, reason: string): void {
    if (this.#bad.length < MAX_ROWS) this.#bad.push({ name: name.trim().slice(0, LONGEST_ROW), reason });
  }

  /** Notes something in one line. */
  warn(message: string): void {
    this.#notes.push(message);
  }

  /** What was gathered; `format` names what was looked for, e.g. `a line of libtest's`. */
  finish(format: string): ParsedOutput {
    const rows = [...this.#rows.values()];
    if (rows.length + this.#bad.length === 0) {
      const why = this.#notes[0] ?? (this.#nameless > 0 ? this.#namelessNote() : null);
      return { kind: 'rejected', message: why ?? `the output has no ${format}` };
    }
    return { kind: 'parsed', rows, bad: this.#bad, warnings: this.#warnings() };
  }

  #warnings(): string[] {
    const warnings = [...this.#notes];
    if (this.#nameless > 0) warnings.push(this.#namelessNote());
    if (this.#repeated.size > 0) {
      warnings.push(`names given more than once, of which the first counts: ${some([...this.#repeated])}`);
    }
    if (this.#beyond > 0) {
      warnings.push(`only the first ${MAX_ROWS} numbers are read; ${this.#beyond} more were left out`);
    }
    return warnings;
  }

  #namelessNote(): string {
    return `${this.#nameless} ${this.#nameless === 1 ? 'number has' : 'numbers have'} no name of 1 to ${LONGEST_ROW} characters`;
  }
}

/** Some names for one line. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => JSON.stringify(name.slice(0, 80)));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** A rejection. */
export function rejected(message: string): RejectedOutput {
  return { kind: 'rejected', message };
}

function notPositive(metric: string, value: number): string {
  return `its ${metric} is ${value}, not a positive, finite number`;
}
