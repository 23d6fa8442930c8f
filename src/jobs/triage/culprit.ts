import { isRegression } from '../../compare/triage/entries.ts';
import type { Culprit, Entry, TriageRow } from '../../compare/triage/entry.ts';
import type { JobPorts } from '../ports.ts';
import type { Workplace } from '../workplace.ts';
import type { Budget } from './budget.ts';
import type { ProgramShelf, Programs } from './programs.ts';
import { runAgainst } from './run-against.ts';

/** Most minutes that one step of the search runs programs. */
const STEP_MINUTES = 5;

interface Search {
  readonly row: TriageRow;
  /** The entry's parent, the commits between, and the entry's commit. */
  readonly commits: readonly string[];
  readonly shelf: ProgramShelf;
  readonly budget: Budget;
  readonly workplace: Workplace;
  readonly ports: JobPorts;
}

/**
 * Which commit between an entry and its parent made its worst regression: a binary search over the programs that are stored of the
 * commits between; one that is not is built again where the settings and the time allow it. null: the entry has no regression, or no
 * commit was skipped. What could not be found is said in the note.
 */
export async function findCulprit(
  entry: Entry,
  line: readonly string[],
  shelf: ProgramShelf,
  budget: Budget,
  workplace: Workplace,
  ports: JobPorts,
): Promise<Culprit | null> {
  const row = entry.rows.find(isRegression);
  if (row === undefined || entry.distance <= 1) return null;
  const [first, last] = [line.indexOf(entry.parent), line.indexOf(entry.commit.sha)];
  const commits = line.slice(first, last + 1);
  if (first === -1 || commits.length !== entry.distance + 1) {
    return open(row, entry, entry.distance, 'the commits between are not known here');
  }
  return search({ row, commits, shelf, budget, workplace, ports });
}

async function search(given: Search): Promise<Culprit> {
  const { row, commits, shelf, budget } = given;
  const tried = new Set<number>();
  let [low, high, weighed, rebuilt] = [0, commits.length - 1, 0, 0];
  let stopped = '';
  while (high - low > 1 && stopped === '') {
    if (budget.left() <= 0) stopped = 'no time was left';
    const next = stopped === '' ? await nextPrograms(commits, low, high, tried, shelf) : null;
    if (next === null) {
      stopped ||= 'no programs of the others are stored, and they could not be built';
      break;
    }
    tried.add(next.index);
    const later = await liesBehind(next.programs, given);
    if (later === null) continue;
    weighed += 1;
    rebuilt += Number(next.programs.rebuilt);
    if (later) low = next.index;
    else high = next.index;
  }
  const done =
    weighed === 0
      ? ''
      : `programs of ${weighed} ${weighed === 1 ? 'commit' : 'commits'} between were weighed`;
  const again = rebuilt === 0 ? '' : `, ${rebuilt} built again`;
  const { case: name, metric } = row;
  return {
    case: name,
    metric,
    after: commits[low] ?? '',
    until: commits[high] ?? '',
    candidates: high - low,
    note: [`${done}${again}`, stopped].filter((text) => text !== '').join('; '),
    commit: null,
  };
}

function open(row: TriageRow, entry: Entry, candidates: number, note: string): Culprit {
  return {
    case: row.case,
    metric: row.metric,
    after: entry.parent,
    until: entry.commit.sha,
    candidates,
    note,
    commit: null,
  };
}

/** Programs of a commit between, the nearest to the middle that has some; null where none can be had. */
async function nextPrograms(
  commits: readonly string[],
  low: number,
  high: number,
  tried: ReadonlySet<number>,
  shelf: ProgramShelf,
): Promise<{ readonly index: number; readonly programs: Programs } | null> {
  const middle = (low + high) / 2;
  const between = commits
    .map((sha, index) => ({ sha, index }))
    .filter(({ index }) => index > low && index < high && !tried.has(index))
    .sort((a, b) => Math.abs(a.index - middle) - Math.abs(b.index - middle));
  for (const { sha, index } of between) {
    const programs = await shelf.stored(sha);
    if (programs !== null) return { index, programs };
  }
  for (const { sha, index } of between) {
    const programs = await shelf.built(sha);
    if (programs !== null) return { index, programs };
  }
  return null;
}

/** Whether most of the change lies behind that commit; null where its programs do not tell. */
function liesBehind(programs: Programs, given: Search): Promise<boolean | null> | boolean | null {
  return given.row.tier === 'paired' ? runLater(programs, given) : exactLater(programs, given);
}

function exactLater({ measurement }: Programs, { row }: Search): boolean | null {
  const { before, after } = row;
  const value = measurement.values.find(
    (each) => each.case === row.case && each.metric === row.metric,
  )?.value;
  if (value === undefined || before === null || after === null) return null;
  return Math.abs(value - before) < Math.abs(value - after);
}

/** Runs the programs against the parent's, or where those are gone the commit's own, and looks for half of the change. */
async function runLater(programs: Programs, { row, commits, shelf, budget, workplace, ports }: Search) {
  const [parent, commit] = [await shelf.stored(commits[0] ?? ''), await shelf.stored(commits.at(-1) ?? '')];
  const minutes = Math.min(STEP_MINUTES, budget.left());
  const [base, head] = parent === null ? [programs, commit] : [parent, programs];
  if (base === null || head === null || row.change === null) return null;
  const run = await runAgainst(base, head, minutes, shelf, workplace, ports);
  const change = run.unchanged.includes(row.case)
    ? 0
    : run.rows.find((each) => each.case === row.case && each.metric === row.metric)?.change;
  if (change === undefined || change === null) return null;
  const half = Math.log1p(change) / Math.log1p(row.change) >= 0.5;
  return parent === null ? half : !half;
}
