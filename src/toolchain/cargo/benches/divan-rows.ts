/** What divan runs alone: one row of its table. */
export interface DivanRow {
  /** Path of the row without its number of threads, joined by `::`: what `--exact` takes. */
  readonly path: string;
  /** null where the benchmark runs with one number of threads. */
  readonly threads: number | null;
}

/** A branch of divan's tree, its indent in front. */
const BRANCH = /^((?:[│ ] {2})*)[├╰]─ (.*)$/u;
const IGNORED = /\s+\(ignored\)$/;
const THREADS = /^t=(\d{1,6})$/;
const UNREGISTERED = /^warning: No benchmark function registered for '(.*)'$/gm;

/** Names of the benchmarks in the tree that `--list` draws: without `args` and `threads`, which only a run shows. Ignored ones are left out. */
export function listedNames(tree: string): string[] {
  return leavesOf(tree, () => true)
    .filter(({ isIgnored }) => !isIgnored)
    .map(({ path }) => path.join('::'));
}

/**
 * The rows that the listed benchmarks have, out of what a run with `--test` printed: every divan from 0.1.3 to 0.1.21 draws
 * the same tree there, with a branch for each of a benchmark's `args`, and below them one for each number of threads. A
 * benchmark that the run did not come to is one row; a row for which the code registers no function has no time and is left out.
 */
export function rowsOf(listed: readonly string[], tree: string, stderr: string): DivanRow[] {
  const names = new Set(listed);
  const roots = new Set(listed.map((name) => name.split('::', 1)[0] ?? ''));
  const found = leavesOf(tree, (line) => roots.has(line)).flatMap(({ path }) => {
    const row = rowOf(path, names);
    const owner = ownerOf(row.path, names);
    return owner === null ? [] : [{ ...row, owner }];
  });
  const isEmpty = unregistered(found, stderr);
  const byOwner = grouped(found, ({ owner }) => owner);
  return listed.flatMap((name) => {
    const rows = byOwner.get(name) ?? [];
    if (rows.length === 0) return [{ path: name, threads: null }];
    return rows.filter((row) => !isEmpty(row)).map(({ path, threads }) => ({ path, threads }));
  });
}

interface Leaf {
  readonly path: readonly string[];
  readonly isIgnored: boolean;
}

/** `isRoot`: whether a line that is no branch names a tree; any other is what the benchmarks print. */
function leavesOf(tree: string, isRoot: (line: string) => boolean): Leaf[] {
  const leaves: Leaf[] = [];
  let path: string[] = [];
  for (const line of tree.split(/\r?\n/)) {
    const [, indent, text = ''] = BRANCH.exec(line) ?? [];
    if (indent === undefined) {
      if (line.trim() !== '' && isRoot(line.trim())) path = [line.trim()];
      continue;
    }
    const depth = indent.length / 3 + 1;
    // A branch below the last one: that was no leaf.
    if (depth >= path.length && path.length > 1) leaves.pop();
    path = [...path.slice(0, depth), text.trim().replace(IGNORED, '')];
    leaves.push({ path, isIgnored: IGNORED.test(text) });
  }
  return leaves;
}

/** A listed name that ends like a number of threads is none. */
function rowOf(path: readonly string[], names: ReadonlySet<string>): DivanRow & { readonly label: string } {
  const whole = path.join('::');
  const [, threads] = THREADS.exec(path.at(-1) ?? '') ?? [];
  if (threads === undefined || names.has(whole)) {
    return { path: whole, threads: null, label: path.at(-1) ?? '' };
  }
  return { path: path.slice(0, -1).join('::'), threads: Number(threads), label: path.at(-2) ?? '' };
}

/** The listed benchmark that a row belongs to: the longest whose path begins it. */
function ownerOf(path: string, names: ReadonlySet<string>): string | null {
  for (let name = path; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('::')))) {
    if (names.has(name)) return name;
  }
  return null;
}

/** Divan tells only the last part of such a row's path, so it counts where every row of that part is told. */
function unregistered(
  rows: readonly { readonly label: string }[],
  stderr: string,
): (row: { readonly label: string }) => boolean {
  const told = grouped([...stderr.matchAll(UNREGISTERED)], ([, label = '']) => label);
  const byLabel = grouped(rows, ({ label }) => label);
  return ({ label }) => told.get(label)?.length === byLabel.get(label)?.length;
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}
