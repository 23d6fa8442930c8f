import { z } from 'zod';
import {
  HISTORY_SCHEMA,
  type HistoryRatio,
  type HistoryRecord,
  historyRecordSchema,
} from '../../measure/history-record.ts';
import { identitySchema, MAX_NAME, type Value } from '../../measure/measurement.ts';
import { monthOf } from './layout.ts';
import { migrated } from './migrate.ts';
import { described, parseJson } from './record-codec.ts';

/** Most bytes of a file of joined records: a larger one is skipped unread. */
export const MAX_JOINED_BYTES = 64 * 1024 * 1024;

const name = z.string().min(1).max(MAX_NAME);

/** First line: what the file is, and the tables that its records point into. */
const headerSchema = z.strictObject({
  schema: z.literal(HISTORY_SCHEMA),
  /** `2026/10`. */
  joined: z.string().regex(/^\d{4}\/\d{2}$/),
  configuration: name,
  records: z.number().int().positive(),
  /** Case and metric. */
  series: z.array(z.tuple([name, name])).max(1_000_000),
  identities: z.array(identitySchema).max(100_000),
});
type Header = z.infer<typeof headerSchema>;

const VERDICTS = historyRecordSchema.shape.ratios.element.shape.verdict.options;

/** A record whose lists of numbers are read by hand: they are nearly all of it. */
const lineSchema = historyRecordSchema
  .omit({ schema: true, configuration: true, identity: true, values: true, ratios: true })
  .extend({ identity: z.number().int().nonnegative(), v: z.unknown(), r: z.unknown() });

export interface DecodedJoined {
  readonly records: readonly HistoryRecord[];
  /** What could not be read, each with the line's number where it is a line; empty: the whole file was. */
  readonly problems: readonly string[];
}

/**
 * The text of the joined records of one month and one configuration, as JSON lines. The same records always give the same
 * text. Errors: Error when they are of several months or configurations, which is a bug of ours.
 */
export function encodeJoined(records: readonly HistoryRecord[]): string {
  const [first] = records;
  if (first === undefined) throw new Error('no records to join');
  const { configuration } = first;
  const joined = monthOf(first);
  const series = new Table<readonly [string, string]>();
  const identities = new Table<HistoryRecord['identity']>();
  const lines = records.map((record) => {
    if (record.configuration !== configuration || monthOf(record) !== joined)
      throw new Error('only records of one month and one configuration are joined');
    const { schema: _, configuration: __, identity, values, ratios, ...rest } = record;
    return JSON.stringify({
      ...rest,
      identity: identities.indexOf(sorted(identity)),
      v: values.flatMap((value) => [series.indexOf([value.case, value.metric]), value.value]),
      r: ratios.map((row) => [
        series.indexOf([row.case, row.metric]),
        row.ratio,
        row.ci === null ? 0 : row.ci[0],
        row.ci === null ? 0 : row.ci[1],
        row.pairs,
        VERDICTS.indexOf(row.verdict),
      ]),
    });
  });
  const header: Header = {
    schema: HISTORY_SCHEMA,
    joined,
    configuration,
    records: records.length,
    series: series.rows.map(([one, other]) => [one, other]),
    identities: [...identities.rows],
  };
  return `${[JSON.stringify(header), ...lines].join('\n')}\n`;
}

/** Reads joined records, those of a damaged file that can be. Equal names and identities are one object in memory. */
export function decodeJoined(text: string): DecodedJoined {
  const header = readHeader(text.slice(0, lineEnd(text, 0)));
  if (typeof header === 'string') return { records: [], problems: [header] };
  const records: HistoryRecord[] = [];
  const problems: string[] = [];
  let number = 1;
  for (let start = lineEnd(text, 0) + 1; start < text.length; ) {
    const end = lineEnd(text, start);
    number += 1;
    const record = readLine(text.slice(start, end), header);
    if (typeof record === 'string') problems.push(`line ${number}: ${record}`);
    else records.push(record);
    start = end + 1;
  }
  const missing = header.records - (number - 1);
  if (missing !== 0) problems.push(`it holds ${number - 1} records where ${header.records} were written`);
  return { records, problems };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function readHeader(line: string): Header | string {
  const document = migrated(parseJson(line));
  if (!document.ok) return document.reason;
  const parsed = headerSchema.safeParse(document.document);
  return parsed.success ? parsed.data : described(parsed.error);
}

function readLine(line: string, header: Header): HistoryRecord | string {
  const parsed = lineSchema.safeParse(parseJson(line));
  if (!parsed.success) return described(parsed.error);
  const { identity: index, v, r, ...rest } = parsed.data;
  const identity = header.identities[index];
  const values = readValues(v, header);
  const ratios = readRatios(r, header);
  if (identity === undefined || values === null || ratios === null) return 'its numbers are not as written';
  const { configuration } = header;
  const record = { schema: HISTORY_SCHEMA, ...rest, configuration, identity, values, ratios } as const;
  return monthOf(record) === header.joined ? record : 'it is of another month';
}

const MAX_ROWS = 20_000;

/** Pairs of a series' index and a value. */
function readValues(list: unknown, { series }: Header): Value[] | null {
  if (!Array.isArray(list) || list.length % 2 !== 0 || list.length > 2 * MAX_ROWS) return null;
  const numbers: readonly unknown[] = list;
  const values: Value[] = [];
  for (let at = 0; at < numbers.length; at += 2) {
    const of = seriesAt(numbers[at], series);
    const value = numbers[at + 1];
    if (of === null || !isNumber(value) || value < 0) return null;
    values.push({ case: of[0], metric: of[1], value });
  }
  return values;
}

/** Rows of a series' index, the ratio, its interval (0 and 0: none), pairs, and the verdict's index. */
function readRatios(list: unknown, { series }: Header): HistoryRatio[] | null {
  if (!Array.isArray(list) || list.length > MAX_ROWS) return null;
  const ratios: HistoryRatio[] = [];
  for (const row of list) {
    if (!Array.isArray(row) || row.length !== 6) return null;
    const [index, ratio, low, high, pairs, verdictIndex]: readonly unknown[] = row;
    const of = seriesAt(index, series);
    const verdict = isNumber(verdictIndex) ? VERDICTS[verdictIndex] : undefined;
    if (of === null || verdict === undefined || !isNumber(ratio) || ratio <= 0) return null;
    if (!isNumber(low) || !isNumber(high) || !isCount(pairs)) return null;
    const none = low === 0 && high === 0;
    if (!none && (low <= 0 || high <= 0)) return null;
    ratios.push({ case: of[0], metric: of[1], ratio, ci: none ? null : [low, high], pairs, verdict });
  }
  return ratios;
}

function seriesAt(index: unknown, series: Header['series']): readonly [string, string] | null {
  return typeof index === 'number' ? (series[index] ?? null) : null;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Identities that differ only in the order of their fields are one. */
function sorted(identity: HistoryRecord['identity']): HistoryRecord['identity'] {
  return Object.fromEntries(Object.entries(identity).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Rows by index, each once. */
class Table<T> {
  readonly rows: T[] = [];
  readonly #indices = new Map<string, number>();

  indexOf(row: T): number {
    const key = JSON.stringify(row);
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.rows.length);
    return this.rows.push(row) - 1;
  }
}
