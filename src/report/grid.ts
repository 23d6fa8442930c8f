import { clipped, displayWidth, padded } from './width.ts';

export interface GridColumn {
  readonly title: string;
  readonly right?: boolean;
  /** When the terminal is too narrow, columns go in order of this number, the highest first; 0 always stays. */
  readonly drop: number;
}

const GAP = 2;
const NARROWEST_NAME = 16;

/**
 * Lines of an aligned plain-text table of at most `width` columns. Cells are plain and visible. The first column gives way
 * when there is too little room, then whole columns do.
 */
export function grid(
  columns: readonly GridColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(displayWidth(title), ...rows.map((cells) => displayWidth(cells[index] ?? ''))),
  );
  const kept = keptColumns(columns, widths, width);
  const others = kept.slice(1).reduce((sum, index) => sum + (widths[index] ?? 0) + GAP, 0);
  const first = Math.min(widths[0] ?? 0, Math.max(1, width - others));
  const line = (cells: readonly string[]) =>
    kept
      .map((index) => {
        const size = index === 0 ? first : (widths[index] ?? 0);
        return padded(clipped(cells[index] ?? '', size), size, columns[index]?.right === true);
      })
      .join(' '.repeat(GAP));
  const titled = columns.some(({ title }) => title !== '') ? [line(columns.map(({ title }) => title))] : [];
  return [...titled, ...rows.map(line)].map((text) => clipped(text.trimEnd(), width));
}

/** Indices of the columns that fit, the first among them. */
function keptColumns(
  columns: readonly GridColumn[],
  widths: readonly number[],
  width: number,
): readonly number[] {
  let kept = columns.map((_, index) => index);
  const needed = () =>
    kept.reduce((sum, index) => {
      const own = widths[index] ?? 0;
      return sum + GAP + (index === 0 ? Math.min(own, NARROWEST_NAME) : own);
    }, -GAP);
  while (needed() > width) {
    const worst = Math.max(...kept.map((index) => columns[index]?.drop ?? 0));
    if (worst === 0) break;
    kept = kept.filter((index) => columns[index]?.drop !== worst);
  }
  return kept;
}
