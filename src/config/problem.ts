import type { z } from 'zod';
import { UserError } from '../errors.ts';
import { allowedValues, didYouMean } from './choice.ts';
import type { KeyPath, Locations } from './locate.ts';
import { quote } from './quote.ts';
import { nearest } from './suggest.ts';

/** One mistake in a configuration file. */
export interface Problem {
  /** The key at fault, or the table that lacks one. */
  readonly path: KeyPath;
  /** A sentence that names the key; only the first problem's is ever asked for. */
  readonly message: () => string;
}

/** The one error for all problems of a file: the first by line, and how many more keys are at fault. */
export function problemsError(file: string, problems: readonly Problem[], locations: Locations): UserError {
  const located = problems.map((problem) => ({
    line: locations.lineOf(problem.path),
    message: problem.message,
  }));
  const first = located.reduce((best, next) => (next.line < best.line ? next : best));
  const rest = new Set(problems.map(({ path }) => JSON.stringify(path))).size - 1;
  const more = rest === 0 ? '' : ` (and ${rest} more ${rest === 1 ? 'mistake' : 'mistakes'})`;
  return new UserError(`${file}:${first.line}: ${first.message()}${more}`);
}

/** The problems behind zod's issues. `document`: what was validated; `schema`: its JSON Schema, for suggestions. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  document: unknown,
  schema: () => unknown,
): readonly Problem[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [keyProblem(issue.path, () => fault(issue, document))];
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: () => unknownKey(key, issue.path, schema()),
    }));
  });
}

/** A problem of one key; `rest` continues the sentence that begins with the key. */
export function keyProblem(path: KeyPath, rest: () => string): Problem {
  return { path, message: () => `key ${shownPath(path)} ${rest()}` };
}

/** `"configuration[1].profile"`: a key as it is shown. Lists are counted from 0. */
function shownPath(path: KeyPath): string {
  const steps = path.map((step, index) => {
    if (typeof step === 'number') return `[${step}]`;
    return index === 0 ? String(step) : `.${String(step)}`;
  });
  return quote(steps.join(''));
}

function fault(issue: z.core.$ZodIssue, document: unknown): string {
  const value = valueAt(document, issue.path);
  if (value === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_value':
      return `is ${quote(value)}; ${allowedValues(value, issue.values.map(String))}`;
    case 'invalid_key':
      return `is no variable name; expected ${issue.issues[0]?.message ?? ''}`;
    case 'invalid_type':
      if (isSingleTable(issue.path, value)) return singleTable(String(issue.path[0]));
      return `is ${quote(value)}; expected ${NOUNS[issue.expected] ?? issue.expected}`;
    case 'too_big':
      if (issue.origin === 'array') return `has too many entries; at most ${issue.maximum} are allowed`;
  }
  return `is ${quote(value)}; expected ${issue.message}`;
}

/** The keys that are written as tables, `[[x]]`; TOML holds `[[x]]` or `[x]`, never both, so `[benches]` has a name of its own. */
const TABLE_LISTS: readonly PropertyKey[] = ['configuration', 'case', 'bench', 'numbers'];

function isSingleTable(path: KeyPath, value: unknown): boolean {
  const [key] = path;
  const table = typeof value === 'object' && value !== null && !(value instanceof Date);
  return path.length === 1 && key !== undefined && TABLE_LISTS.includes(key) && table;
}

function singleTable(key: string): string {
  const settings = key === 'bench' ? '; what holds for all benchmarks goes into [benches]' : '';
  return `is one table; expected a list of them, each written [[${key}]]${settings}`;
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a table',
  record: 'a table',
};

function valueAt(document: unknown, path: KeyPath): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

function unknownKey(key: string, table: KeyPath, schema: unknown): string {
  const here = keysAt(schema, table);
  const near = nearest(key, here) ?? keyElsewhere(key, schema);
  return `unknown key ${shownPath([...table, key])}; allowed here: ${here.join(', ')}${didYouMean(near)}`;
}

/** A table's key with exactly this name, as a reader writes it: `size.gate`. */
function keyElsewhere(key: string, schema: unknown): string | null {
  const tables = ['', ...keysAt(schema, [])];
  const owner = tables.find((table) => keysAt(schema, table === '' ? [] : [table]).includes(key));
  if (owner === undefined) return null;
  return owner === '' ? key : `${owner}.${key}`;
}

function keysAt(schema: unknown, path: KeyPath): readonly string[] {
  let place = schema;
  for (const step of path) {
    if (typeof step !== 'number') place = valueAt(place, ['properties', step]);
    else place = valueAt(place, ['items']);
  }
  const table = valueAt(place, ['properties']) ?? valueAt(place, ['items', 'properties']);
  return typeof table === 'object' && table !== null ? Object.keys(table) : [];
}
