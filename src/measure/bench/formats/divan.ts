import { secondsOf } from './duration.ts';
import { type ParsedOutput, Rows } from './rows.ts';

/** A branch of the tree: what is before it, its name, and the columns if it has any. */
const BRANCH = /^((?:[│ ] {2})*)[├╰]─ (.*?)(?:\s{2,}(.*))?$/u;
const HEADER = /^(\S.*?)\s+fastest\s+│ slowest\s+│ median\s+│ mean\s+│ samples\s+│ iters\s*$/u;
const TIME = /^([\d.]+) (\S+)$/u;
const MEDIAN = 2;

/**
 * What divan prints: a tree of benchmarks with a table of times. The median counts; names are the path in the tree,
 * without the crate, joined by `/`. Lines of counters and allocations below a benchmark are passed over.
 */
export function parseDivan(text: string): ParsedOutput {
  const rows = new Rows();
  let path: string[] = [];
  let inTable = false;
  for (const line of text.split('\n')) {
    if (HEADER.test(line)) {
      inTable = true;
      path = [];
    }
    const [, indent, name, columns = ''] = (inTable && BRANCH.exec(line.trimEnd())) || [];
    if (indent === undefined || name === undefined) continue;
    path = [...path.slice(0, indent.length / 3), name];
    const cells = columns.split('│').map((cell) => cell.trim());
    const [, value, unit] = TIME.exec(cells[MEDIAN] ?? '') ?? [];
    if (value === undefined || unit === undefined) continue;
    rows.add(path.join('/'), 'wall-time', 's', Number(value) * (secondsOf(unit) ?? Number.NaN));
  }
  return rows.finish("table of divan's, with the columns fastest, slowest, median and mean");
}
