import { secondsOf } from './duration.ts';
import { type ParsedOutput, Rows } from './rows.ts';

/** A branch of the tree; behind it are its name and, after two blanks, its columns. */
const BRANCH = /^((?:[│ ] {2})*)[├╰]─ /u;
const COLUMNS = 'slowest,median,mean,samples,iters';
const TIME = /^([\d.]+) (\S+)$/u;
const MEDIAN = 2;

/**
 * What divan prints: a tree of benchmarks with a table of times. The median counts; names are the path in the tree,
 * without the crate, joined by `::`. Lines of counters and allocations below a benchmark are passed over.
 */
export function parseDivan(text: string): ParsedOutput {
  const rows = new Rows();
  let path: string[] = [];
  let inTable = false;
  for (const line of text.split('\n')) {
    const [first = '', ...others] = line.split('│').map((cell) => cell.trim());
    if (others.join() === COLUMNS && first.endsWith('fastest')) {
      inTable = true;
      path = [];
    }
    const [start, indent] = (inTable && BRANCH.exec(line)) || [];
    if (start === undefined || indent === undefined) continue;
    const [name = '', ...columns] = line
      .slice(start.length)
      .trimEnd()
      .split(/ {2,}(?! )/u);
    path = [...path.slice(0, indent.length / 3), name];
    const cells = columns
      .join(' ')
      .split('│')
      .map((cell) => cell.trim());
    const [, value, unit] = TIME.exec(cells[MEDIAN] ?? '') ?? [];
    if (value === undefined || unit === undefined) continue;
    rows.add(path.join('::'), 'wall-time', 's', Number(value) * (secondsOf(unit) ?? Number.NaN));
  }
  return rows.finish("table of divan's, with the columns fastest, slowest, median and mean");
}
