import { type Triaged, type TriageRequest, triage } from '../../src/compare/triage/triage.ts';
import type { HistoryRatio, HistoryRecord } from '../../src/measure/history-record.ts';
import { type TriageDocument, triageSchema } from '../../src/report/triage/document.ts';

/** A full SHA made of a number: no two of them begin alike. */
export function shaAt(number: number): string {
  const digits = Math.imul(number + 1, 0x9e3779b1) >>> 0;
  return digits.toString(16).padStart(8, '0').repeat(5);
}

/** What a commit of the history is measured as; absent: as the commit before it. */
export interface Commit {
  readonly sizes?: Readonly<Record<string, number>>;
  /** Run time against the parent: ratio, half the width of its interval in log ratio (default 0.005), verdict. */
  readonly times?: Readonly<Record<string, Time>>;
  readonly cpuSeconds?: number;
  readonly identity?: Readonly<Record<string, string>>;
  readonly more?: Partial<HistoryRecord>;
  /** Not measured at all. */
  readonly skipped?: boolean;
}
export type Time = readonly [ratio: number, verdict?: HistoryRatio['verdict'], margin?: number];

export interface TestHistory {
  readonly records: readonly HistoryRecord[];
  readonly line: readonly string[];
}

const IDENTITY = {
  'toolchain.rustc': 'rustc 1.95.0',
  'profile.lto': 'thin',
  lockfile: 'a'.repeat(64),
  'machine.os': 'linux',
  'machine.cpu': 'A processor',
  'machine.image': 'ubuntu24 20261101.1',
};
const START = Date.UTC(2026, 10, 2, 9);
const HOUR = 3_600_000;

/** Main's history in one configuration, a commit an hour. */
export function historyOf(commits: readonly Commit[], configuration = 'default'): TestHistory {
  const records: HistoryRecord[] = [];
  let sizes: Readonly<Record<string, number>> = {};
  let identity: Readonly<Record<string, string>> = IDENTITY;
  let last = -1;
  for (const [number, commit] of commits.entries()) {
    sizes = { ...sizes, ...commit.sizes };
    identity = { ...identity, ...commit.identity };
    if (commit.skipped) continue;
    const committed = new Date(START + number * HOUR).toISOString();
    records.push({
      schema: 1,
      tare: '0.1.0',
      commit: shaAt(number),
      configuration,
      run: `${number}.1`,
      recorded: committed,
      committed,
      subject: `Change number ${number}`,
      author: 'A Person',
      pullRequest: number === 0 ? null : number,
      parent: last === -1 ? null : shaAt(last),
      distance: last === -1 ? null : number - last,
      identity,
      values: [
        ...Object.entries(sizes).map(([name, value]) => ({
          case: `size ${name}`,
          metric: 'loadable-bytes',
          value,
        })),
        ...(commit.cpuSeconds === undefined
          ? []
          : [{ case: 'compile workspace', metric: 'cpu-seconds', value: commit.cpuSeconds }]),
      ],
      ratios: last === -1 ? [] : Object.entries(commit.times ?? {}).map(ratioOf),
      causes: [],
      accepted: [],
      failed: [],
      ...commit.more,
    });
    last = number;
  }
  return { records, line: commits.map((_, number) => shaAt(number)) };
}

function ratioOf([name, [ratio, verdict = 'none', margin = 0.005]]: [string, Time]): HistoryRatio {
  const ci: [number, number] = [ratio * Math.exp(-margin), ratio * Math.exp(margin)];
  return { case: `bench ${name}`, metric: 'wall-time', ratio, ci, pairs: 40, verdict };
}

export const RULES: TriageRequest['rules'] = {
  config: { size: { gate: 'loadable', floor: 1024, change: 0.001 }, cases: [] },
  changedByHead: (field) => !/^(toolchain\.|machine\.|linker$|jobs$)/.test(field),
};

/** The triage of what lies behind the commit of that number. */
export function triaged(history: TestHistory, since: number, more: Partial<TriageRequest> = {}): Triaged {
  return triage({
    ...history,
    since: since < 0 ? null : shaAt(since),
    rules: RULES,
    items: [],
    date: '2026-11-16',
    ...more,
  });
}

/** What is rendered, of a triage as it comes out of the judging. */
export function documentOf(
  result: Triaged,
  history: TestHistory,
  since: number,
  more: Partial<TriageDocument> = {},
): TriageDocument {
  const stopped = result.configurations.reduce((sum, each) => sum + each.stopped.length, 0);
  const open = result.items.filter(({ rows }) => rows.some(({ state }) => state === 'open')).length;
  return triageSchema.parse({
    schema: 1,
    tare: '0.1.0',
    week: '2026-W47',
    date: '2026-11-16',
    since: since < 0 ? null : shaAt(since),
    until: history.line.at(-1),
    ...result,
    configurations: result.configurations.map((each) => ({
      ...each,
      totalRun: { how: 'summed', pairs: 0, minutes: 0, reason: null },
    })),
    needsHuman: open + stopped,
    ...more,
  });
}
