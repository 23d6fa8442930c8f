import type { Mark, Trend, TrendSeries } from '../page/trend.ts';

const DAYS = 30;

/**
 * Regressions of the last 30 days (back from the newest commit), and behind `since` in seconds since 1970, that nobody accepted and that later changes of the same series
 * did not take back: the product of the judged changes from the regression on is still above the threshold.
 */
export function openMarks({ commits }: Trend, series: readonly TrendSeries[], since = 0): number {
  const newest = commits.reduce((latest, { committed }) => Math.max(latest, committed), 0);
  const first = Math.max(since, newest - DAYS * 24 * 3600);
  const recent = ({ index }: Mark) => (commits[index]?.committed ?? 0) >= first;
  return series.reduce(
    (count, each) =>
      count +
      each.marks.filter(
        (mark, place) =>
          mark.kind === 'regression' && recent(mark) && isOpen(each.marks.slice(place), each.threshold),
      ).length,
    0,
  );
}

function isOpen(marks: readonly Mark[], threshold: number | null): boolean {
  const total = marks.reduce((product, { change }) => product * (1 + change), 1) - 1;
  return total > 0 && total >= (threshold ?? 0);
}
