import type { Comparison } from '../compare/comparison.ts';

/** Cells on each side of no change; the bar is twice as long, and one more. */
const HALF = 10;
/** The scale reaches at most this many thresholds, so that a threshold is never lost in the middle. */
const MOST_THRESHOLDS = 10;
const NICE = [1, 1.5, 2, 3, 4, 5, 6, 8];

/** One row's interval as a picture of fixed width, drawn on the `scale` of its table, the relative change at either end. */
export function intervalBar(row: Comparison, scale: number): string {
  const { ci, change, threshold } = row;
  if (ci === null || change === null) return '';
  const side = ci[0] > 0 ? 1 : ci[1] < 0 ? -1 : 0;
  const place = (value: number) => onSide(cellOf(value, scale), side);
  const [low, dot, high] = [place(ci[0]), place(change), place(ci[1])];
  const limits = [cellOf(-threshold, scale), cellOf(threshold, scale)];
  const inside = (cell: number) => cell >= low && cell <= high;
  return Array.from({ length: 2 * HALF + 1 }, (_, index) => {
    const cell = index - HALF;
    if (cell === dot && Math.abs(change) <= scale) return '●';
    if (cell === -HALF && inside(cell) && ci[0] < -scale) return '◄';
    if (cell === HALF && inside(cell) && ci[1] > scale) return '►';
    if (cell === 0) return inside(cell) ? '┼' : '│';
    if (cell === low) return '├';
    if (cell === high) return '┤';
    if (inside(cell)) return '─';
    return limits.includes(cell) ? ':' : '·';
  }).join('');
}

/** The relative change at the ends of all bars of one table: the widest interval, rounded up, but few thresholds. null without an interval. */
export function barScale(rows: readonly Comparison[]): number | null {
  const drawn = rows.filter(({ ci, change }) => ci !== null && change !== null);
  if (drawn.length === 0) return null;
  const widest = drawn.reduce((most, { ci }) => Math.max(most, ...(ci ?? []).map(Math.abs)), 0);
  const threshold = drawn.reduce((most, row) => Math.max(most, row.threshold), 0);
  const wanted = Math.max(widest, 2 * threshold, 1e-6);
  return niceAbove(threshold === 0 ? wanted : Math.min(wanted, MOST_THRESHOLDS * threshold));
}

/** The next short number, as 1.5 or 4 times a power of ten. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = NICE.find((nice) => nice * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Rounding must not let an interval touch no change that does not. */
function onSide(cell: number, side: number): number {
  return side === 0 ? cell : side * Math.max(1, side * cell);
}

function cellOf(change: number, scale: number): number {
  return Math.max(-HALF, Math.min(HALF, Math.round((change / scale) * HALF)));
}
