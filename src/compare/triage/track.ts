import { isSigned } from '../comparison.ts';
import { judgeExact } from '../exact.ts';
import { accepts } from '../gate.ts';
import { isForEarlier } from './accepted.ts';
import { isRegression } from './entries.ts';
import type { Drift, Entry, TriageRow } from './entry.ts';
import { type Item, type ItemRow, isOpen, OPEN, type Settled } from './item.ts';
import { logRatioOf } from './ratio.ts';
import type { Judged } from './steps.ts';

/** The item that an entry opens; null for one without a regression. `opened`: `yyyy-mm-dd`. */
export function itemOfEntry(entry: Entry, opened: string): Item | null {
  const rows = entry.rows.filter(isRegression).map(itemRow);
  if (rows.length === 0) return null;
  const { configuration, commit } = entry;
  return { id: `${configuration}/${commit.sha}`, kind: 'regression', configuration, commit, opened, rows };
}

/**
 * The item that a drift opens; null for an improvement, and for one that is followed already. `known`: items as they are now; one of the
 * same series that was settled is another drift.
 */
export function itemOfDrift(
  drift: Drift,
  judged: Judged,
  opened: string,
  known: readonly Item[],
): Item | null {
  const { configuration, row } = drift;
  const last = drift.largest[0]?.commit ?? commitAt(judged, drift.to);
  if (row.verdict !== 'regression' || last === null) return null;
  const series = `${configuration}/drift/${row.metric}/${row.case}`;
  const earlier = known.filter(({ id }) => id === series || id.startsWith(`${series}/since `));
  if (earlier.some(isOpen)) return null;
  const id = earlier.length === 0 ? series : `${series}/since ${opened}`;
  return { id, kind: 'drift', configuration, commit: last, opened, rows: [itemRow(row)] };
}

function commitAt({ runs }: Judged, sha: string): Item['commit'] | null {
  const record = runs.find((run) => run.record.commit === sha)?.record;
  if (record === undefined) return null;
  const { subject, author, pullRequest, committed } = record;
  return { sha, subject, author, pullRequest, committed };
}

function itemRow(row: TriageRow): ItemRow {
  const { case: name, metric, unit, tier, category, before, after, change, threshold } = row;
  return { case: name, metric, unit, tier, category, before, after, change, threshold, ...OPEN };
}

/**
 * The item with the state that the runs after its commit give it; rows that were settled before stay as they are. An acceptance counts when
 * it stands in a record of the commit that regressed, or in a trailer of a later one that names the case and has no regression of it itself.
 */
export function followed(item: Item, judged: Judged): Item {
  const start = judged.runs.findIndex(({ record }) => record.commit === item.commit.sha);
  if (start === -1) return item;
  return {
    ...item,
    rows: item.rows.map((row) =>
      row.state === 'open' ? { ...row, ...settle(row, item, judged, start) } : row,
    ),
  };
}

function settle(row: ItemRow, item: Item, judged: Judged, start: number): Settled {
  if (item.kind === 'regression') {
    const back = row.tier === 'paired' ? backInTime(row, judged, start) : backExactly(row, judged, start);
    if (back !== null) return back;
  } else if (row.tier === 'exact') {
    const back = backExactly(row, judged, start);
    if (back !== null) return back;
  }
  return accepted(row, item, judged, start) ?? OPEN;
}

/** A drift is no commit's own: only what speaks of earlier commits settles it. */
function accepted(row: ItemRow, { kind }: Item, judged: Judged, start: number): Settled | null {
  const found = judged.accepted.find(
    ({ index, acceptance }) =>
      accepts(acceptance, row.case) &&
      (index === start
        ? kind === 'regression'
        : index > start && isForEarlier(acceptance, row.case, judged, index)),
  );
  if (found === undefined) return null;
  const { by, reason } = found.acceptance;
  return { state: 'justified', commit: judged.runs[found.index]?.record.commit ?? null, by, reason };
}

/** When a value was first back at what it was before. A later rise is a regression of its own. */
function backExactly(row: ItemRow, judged: Judged, start: number): Settled | null {
  const { before } = row;
  const values = judged.table.find((each) => each.case === row.case && each.metric === row.metric)?.values;
  if (before === null || values === undefined) return null;
  const limits = { floor: before * row.threshold, change: row.threshold };
  const isBack = (index: number) => {
    const value = values[index] ?? Number.NaN;
    return value <= before || !judgeExact(before, value, limits).relevant;
  };
  for (let index = start + 1; index < judged.runs.length; index++) {
    if (!Number.isNaN(values[index]) && isBack(index)) return settledAt(row, judged, start, index);
  }
  return null;
}

/** When all ratios since then together first took the change back. */
function backInTime(row: ItemRow, judged: Judged, start: number): Settled | null {
  const own = logRatioOf({ change: row.change, ci: null });
  if (own === null) return null;
  const series = judged.ratios.find((each) => each.case === row.case && each.metric === row.metric);
  if (series === undefined) return null;
  let [log, variance] = [own.log, 0];
  for (let index = start + 1; index < judged.runs.length; index++) {
    const step = series.log[index] ?? Number.NaN;
    if (Number.isNaN(step)) continue;
    log += step;
    variance += (series.margin[index] ?? 0) ** 2;
    // Many small errors add up to a recovery that was never measured: it must be more than they can make.
    const sure = own.log - log > Math.sqrt(variance);
    if (sure && log <= Math.log1p(row.threshold)) return settledAt(row, judged, start, index);
  }
  return null;
}

function settledAt(row: ItemRow, judged: Judged, start: number, since: number): Settled {
  const commit = judged.runs[since]?.record.commit ?? null;
  const nothing = { by: null, reason: null };
  const next = judged.runs[since]?.previous === start;
  if (row.tier === 'paired' && next) return { state: 'noise', commit, ...nothing };
  const step = judged.rows(since).find((each) => each.case === row.case && each.metric === row.metric);
  const fixed = step !== undefined && isSigned(step.verdict) && step.verdict === 'improvement';
  return fixed ? { state: 'fixed', commit, ...nothing } : { state: 'recovered', commit, ...nothing };
}
