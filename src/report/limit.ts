/** Rows of a table or list that may be left out from the end, each whole. */
export interface Rows {
  readonly kind: 'rows';
  /** Lines above the rows, e.g. a table's head; '' for a list. */
  readonly head: string;
  readonly count: number;
  /** The row at `index`, most interesting first; asked for only while there is room. */
  readonly row: (index: number) => string;
  /** 0 is kept longest. */
  readonly rank: number;
  /** What the rows are, for the sentence that says how many were left out. */
  readonly noun: string;
}

/** A part that the reader unfolds. `summary` is inert HTML on one line. */
export interface Fold {
  readonly kind: 'fold';
  readonly summary: string;
  readonly parts: readonly Part[];
}

/** A piece of Markdown that stays whole, or one that may shrink. */
export type Part = string | Rows | Fold;

export interface Limit {
  readonly max: number;
  /** Length of a text in the limit's unit. */
  readonly measure: (text: string) => number;
  /** Markdown that says where what was left out is to be found, e.g. "in `report.json`". */
  readonly elsewhere: string;
}

/** Length in UTF-16 units, the comment limit's unit. */
export function utf16Length(text: string): number {
  return text.length;
}

/** Length in UTF-8 bytes, the job summary limit's unit. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * The parts as one Markdown text of at most `limit.max`. Rows are left out whole, from the least interesting tables first, and
 * each table says how many; when even that does not help, folds and then other parts go, the last ones first.
 * The first part always stays. Errors: throws when the first part alone is too long, which is the caller's mistake.
 */
export function fitParts(parts: readonly Part[], limit: Limit): string {
  const kept = dropParts(parts, limit);
  const rowsInOrder = kept.flatMap(rowsOf).sort((a, b) => a.rank - b.rank);
  const shown = new Map<Rows, readonly string[]>();
  let room = limit.max - limit.measure(join(kept, shown, limit));
  for (const rows of rowsInOrder) {
    const taken: string[] = [];
    // The sentence for what is left out is longer below a table than alone.
    let spent = limit.measure(`${rows.head}And more \n\n\n`);
    while (taken.length < rows.count) {
      const row = rows.row(taken.length);
      const cost = limit.measure(row) + 1;
      if (spent + cost > room) break;
      spent += cost;
      taken.push(row);
    }
    if (taken.length === 0) continue;
    shown.set(rows, taken);
    room -= spent;
  }
  return join(kept, shown, limit);
}

function dropParts(parts: readonly Part[], limit: Limit): readonly Part[] {
  let kept = parts;
  while (limit.measure(join(kept, new Map(), limit)) > limit.max) {
    const fold = kept.findLastIndex((part) => typeof part !== 'string');
    const index = fold === -1 ? kept.length - 1 : fold;
    if (index <= 0) throw new Error(`a report cannot be shown in ${limit.max} units`);
    kept = kept.toSpliced(index, 1);
  }
  return kept;
}

function rowsOf(part: Part): readonly Rows[] {
  if (typeof part === 'string') return [];
  return part.kind === 'rows' ? [part] : part.parts.flatMap(rowsOf);
}

function join(parts: readonly Part[], shown: ReadonlyMap<Rows, readonly string[]>, limit: Limit): string {
  return parts.map((part) => render(part, shown, limit)).join('\n\n');
}

function render(part: Part, shown: ReadonlyMap<Rows, readonly string[]>, limit: Limit): string {
  if (typeof part === 'string') return part;
  if (part.kind === 'fold') {
    return `<details>\n<summary>${part.summary}</summary>\n\n${join(part.parts, shown, limit)}\n\n</details>`;
  }
  const rows = shown.get(part) ?? [];
  const left = part.count - rows.length;
  const table = rows.length === 0 ? '' : `${part.head}${part.head === '' ? '' : '\n'}${rows.join('\n')}`;
  if (left === 0) return table;
  const note = `*${rows.length === 0 ? '' : 'And '}${left} ${rows.length === 0 ? '' : 'more '}${part.noun} ${limit.elsewhere}.*`;
  return table === '' ? note : `${table}\n\n${note}`;
}
