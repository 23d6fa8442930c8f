import { knownMetric } from '../../label.ts';
import type { TrendCommit, TrendSeries } from '../trend.ts';
import type { State } from './state.ts';

/** Places of the first and the last commit shown. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** The series that the state's filters let through. */
export function selected(series: readonly TrendSeries[], state: State): readonly TrendSeries[] {
  const words = state.query.toLowerCase().split(/\s+/).filter(Boolean);
  return series.filter(
    (each) =>
      (state.case === '' || each.case === state.case) &&
      (state.metric === '' || each.metric === state.metric) &&
      (state.configuration === '' || each.configuration === state.configuration) &&
      (state.all || state.metric !== '' || each.headline) &&
      words.every((word) => searchText(each).includes(word)),
  );
}

function searchText(series: TrendSeries): string {
  const title = knownMetric(series.case, series.metric)?.title ?? '';
  return `${series.case} ${series.metric} ${title} ${series.configuration}`.toLowerCase();
}

/** The commits that the state shows. */
export function rangeOf(commits: readonly TrendCommit[], state: State): Range {
  const end = Math.max(0, commits.length - 1);
  const from = placeOf(commits, state.from);
  const to = placeOf(commits, state.to);
  if (from === null && to === null) {
    return { first: state.last === 0 ? 0 : Math.max(0, commits.length - state.last), last: end };
  }
  const [first, last] = [from ?? 0, to ?? end];
  return first <= last ? { first, last } : { first: last, last: first };
}

/** Place of the only commit whose SHA begins with the text, or that the text begins with; null: none, or several. */
export function placeOf(commits: readonly TrendCommit[], text: string): number | null {
  const wanted = text.trim().toLowerCase();
  if (wanted.length < 4) return null;
  const named = (sha: string) => sha.startsWith(wanted) || wanted.startsWith(sha);
  const first = commits.findIndex(({ sha }) => named(sha));
  if (first === -1) return null;
  const other = commits.findLastIndex(({ sha }) => named(sha));
  return other === first ? first : null;
}
