import { TIERS, UNITS } from '../../measure/metric.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { packColumn, quantumOf, unpackColumn } from './column.ts';
import { MARK_KINDS, type Trend, type TrendCommit, type TrendSeries } from './trend.ts';

/** What a page says about itself. All texts are outside text. */
export interface PageFacts {
  /** `owner/repository`, or a folder's name. */
  readonly project: string;
  /** `https://…/owner/repository`, for links to commits and pull requests; null: there are none. */
  readonly repositoryUrl: string | null;
  readonly tare: string;
  /** When it was rendered, in whole seconds since 1970. */
  readonly made: number;
}

/** A series whose numbers are unpacked when they are first asked for. */
export interface PackedTrend extends Trend {
  readonly facts: PageFacts;
}

/** Characters of a commit's SHA and subject that a page keeps. */
const SHA_SHOWN = 12;
const SUBJECT_SHOWN = 80;

const LAYOUT = 1;

/** A trend as bytes: texts once, times and numbers as differences, a column for each series ({@link packColumn}). */
export function packTrend(trend: Trend, facts: PageFacts): Uint8Array {
  const writer = new ByteWriter();
  writer.count(LAYOUT);
  writer.text(facts.project);
  writer.text(facts.repositoryUrl ?? '');
  writer.text(facts.tare);
  writer.count(facts.made);
  packCommits(trend.commits, writer);
  const texts = indexed(trend.series.flatMap((each) => [each.configuration, each.case, each.metric]));
  packTexts(texts, writer);
  writer.count(trend.series.length);
  for (const series of trend.series) packFacts(series, texts, writer);
  // Columns of a kind stand together: they compress better beside their like.
  const share = shareOf(trend);
  for (const series of trend.series) packNumbers(series.values, share, writer);
  for (const series of trend.series) packNumbers(series.levels, share, writer);
  return writer.take();
}

/** Errors: throws for bytes that {@link packTrend} of this version did not write. */
export function unpackTrend(bytes: Uint8Array): PackedTrend {
  const reader = new ByteReader(bytes);
  if (reader.count() !== LAYOUT) throw new Error('the data of this page is of another version');
  const [project, url, tare] = [reader.text(), reader.text(), reader.text()];
  const facts = { project, repositoryUrl: url === '' ? null : url, tare, made: reader.count() };
  const commits = unpackCommits(reader);
  const texts = unpackTexts(reader);
  const told = times(reader.count(), () => unpackFacts(reader, texts));
  const values = told.map(() => laterColumn(reader, commits.length));
  const levels = told.map(() => laterColumn(reader, commits.length));
  const series = told.map((each, place) => withNumbers(each, values[place], levels[place]));
  return { facts, commits, series };
}

function packCommits(commits: readonly TrendCommit[], writer: ByteWriter): void {
  const authors = indexed(commits.map(({ author }) => author));
  packTexts(authors, writer);
  writer.count(commits.length);
  let [time, pull] = [0, 0];
  for (const { sha } of commits) writer.bytes(shaBytes(sha));
  for (const { committed } of commits) {
    writer.signed(committed - time);
    time = committed;
  }
  for (const { pullRequest } of commits) {
    writer.count(pullRequest === null ? 0 : 1);
    if (pullRequest !== null) writer.signed(pullRequest - pull);
    pull = pullRequest ?? pull;
  }
  for (const { author } of commits) writer.count(authors.get(author) ?? 0);
  for (const { subject } of commits) writer.text(shortened(subject));
}

function unpackCommits(reader: ByteReader): TrendCommit[] {
  const authors = unpackTexts(reader);
  const length = reader.count();
  const shas = times(length, () => shaText(reader.bytes(SHA_SHOWN / 2)));
  let [time, pull] = [0, 0];
  const committed = times(length, () => {
    time += reader.signed();
    return time;
  });
  const pulls = times(length, () => {
    if (reader.count() === 0) return null;
    pull += reader.signed();
    return pull;
  });
  const written = times(length, () => authors[reader.count()] ?? '');
  return times(length, (index) => ({
    sha: shas[index] ?? '',
    committed: committed[index] ?? 0,
    pullRequest: pulls[index] ?? null,
    author: written[index] ?? '',
    subject: reader.text(),
  }));
}

function packFacts(series: TrendSeries, texts: ReadonlyMap<string, number>, writer: ByteWriter): void {
  for (const text of [series.configuration, series.case, series.metric]) writer.count(texts.get(text) ?? 0);
  writer.count(UNITS.indexOf(series.unit));
  writer.count(TIERS.indexOf(series.tier));
  writer.count(series.headline ? 1 : 0);
  writer.float(series.threshold ?? Number.NaN);
  writer.float(series.budget ?? Number.NaN);
  writer.count(series.breaks);
  writer.count(series.marks.length);
  for (const { index, kind, change } of series.marks) {
    writer.count(index);
    writer.count(MARK_KINDS.indexOf(kind));
    writer.float(change);
  }
  writer.count(series.changePoints.length);
  for (const { index, before, after } of series.changePoints) {
    writer.count(index);
    writer.float(before);
    writer.float(after);
  }
}

type SeriesFacts = Omit<TrendSeries, 'values' | 'levels'>;

function unpackFacts(reader: ByteReader, texts: readonly string[]): SeriesFacts {
  const text = () => texts[reader.count()] ?? '';
  const [configuration, caseName, metric] = [text(), text(), text()];
  const unit = UNITS[reader.count()] ?? 'count';
  const tier = TIERS[reader.count()] ?? 'historical';
  const headline = reader.count() === 1;
  const [threshold, budget] = [known(reader.float()), known(reader.float())];
  const breaks = reader.count();
  const marks = times(reader.count(), () => ({
    index: reader.count(),
    kind: MARK_KINDS[reader.count()] ?? 'regression',
    change: reader.float(),
  }));
  const changePoints = times(reader.count(), () => ({
    index: reader.count(),
    before: reader.float(),
    after: reader.float(),
  }));
  const facts = { configuration, case: caseName, metric, unit, tier, headline, threshold, budget, breaks };
  return { ...facts, marks, changePoints };
}

/** Numbers of a page that are rounded as far as they may be; fewer keep more digits, up to {@link FINEST_SHARE}, where whole ones are exact. */
const MANY = 2_000_000;
const FINEST_SHARE = 0.02;

function shareOf({ series }: Trend): number {
  const count = series.reduce((sum, { values, levels }) => sum + numbersIn(values) + numbersIn(levels), 0);
  return Math.min(1, Math.max(FINEST_SHARE, count / MANY));
}

function numbersIn(column: Float64Array): number {
  return column.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
}

function packNumbers(column: Float64Array, share: number, writer: ByteWriter): void {
  const quantum = share === FINEST_SHARE && isWhole(column) ? 1 : quantumOf(column, share);
  const bytes = packColumn(column, quantum);
  writer.float(quantum);
  writer.count(bytes.length);
  writer.bytes(bytes);
}

/** Whether all are bytes or counts. */
function isWhole(column: Float64Array): boolean {
  return column.every((value) => Number.isNaN(value) || Number.isSafeInteger(value));
}

type Column = () => Float64Array;
const NOTHING: Column = () => new Float64Array();

function withNumbers(facts: SeriesFacts, values: Column = NOTHING, levels: Column = NOTHING): TrendSeries {
  return {
    ...facts,
    get values() {
      return values();
    },
    get levels() {
      return levels();
    },
  };
}

/** Unpacked at the first call: a page shows few of its series at once. */
function laterColumn(reader: ByteReader, length: number): Column {
  const quantum = reader.float();
  const bytes = reader.bytes(reader.count());
  let unpacked: Float64Array | null = null;
  return () => {
    unpacked ??= unpackColumn(bytes, quantum, length);
    return unpacked;
  };
}

function packTexts(texts: ReadonlyMap<string, number>, writer: ByteWriter): void {
  writer.count(texts.size);
  for (const text of texts.keys()) writer.text(text);
}

function unpackTexts(reader: ByteReader): string[] {
  return times(reader.count(), () => reader.text());
}

function indexed(texts: readonly string[]): Map<string, number> {
  return new Map([...new Set(texts)].map((text, index) => [text, index]));
}

function shaBytes(sha: string): Uint8Array {
  const digits = sha.padEnd(SHA_SHOWN, '0');
  return Uint8Array.from({ length: SHA_SHOWN / 2 }, (_, place) =>
    Number.parseInt(digits.slice(2 * place, 2 * place + 2), 16),
  );
}

function shaText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function shortened(subject: string): string {
  const characters = Array.from(subject);
  return characters.length <= SUBJECT_SHOWN ? subject : `${characters.slice(0, SUBJECT_SHOWN - 1).join('')}…`;
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function times<T>(length: number, make: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => make(index));
}
