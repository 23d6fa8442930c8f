import type { Mark, Trend, TrendSeries } from '../page/trend.ts';

const DAYS = 30;

/**
 * Commits of the last 30 days (back from the newest), and behind the place that `since` gives for their configuration, with a regression that nobody
 * accepted and that later changes of the same series did not take back: the product of the judged changes from the regression on is
 * still above the threshold. As the weekly report opens its items, a commit counts once in each configuration.
 */
export function openRegressions(
  { commits }: Trend,
  series: readonly TrendSeries[],
  since: (configuration: string) => number = () => -1,
): number {
  const newest = commits.reduce((latest, { committed }) => Math.max(latest, committed), 0);
  const isRecent = ({ index }: Mark) => (commits[index]?.committed ?? 0) >= newest - DAYS * 24 * 3600;
  const open = series.flatMap(({ configuration, marks, threshold }) => {
    const first = since(configuration);
    return marks.flatMap((mark, place) => {
      if (mark.kind !== 'regression' || mark.index <= first || !isRecent(mark)) return [];
      return isOpen(marks.slice(place), threshold) ? [`${mark.index} ${configuration}`] : [];
    });
  });
  return new Set(open).size;
}

function isOpen(marks: readonly Mark[], threshold: number | null): boolean {
  const total = marks.reduce((product, { change }) => product * (1 + change), 1) - 1;
  return total > 0 && total >= (threshold ?? 0);
}
