import type { Rows } from './limit.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
}

/** The head of a Markdown table: its titles and the line that aligns the columns. */
export function tableHead(columns: readonly Column[]): string {
  const rule = columns.map(({ right }) => (right === true ? '---:' : ':---'));
  return `${tableRow(columns.map(({ title }) => title))}\n| ${rule.join(' | ')} |`;
}

/** One line of a Markdown table; `cells` hold inert Markdown on one line each. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(inCell).join(' | ')} |`;
}

/** A table of `items`, the most interesting first, that may lose rows from its end. */
export function table<T>(
  columns: readonly Column[],
  items: readonly T[],
  cells: (item: T) => readonly string[],
  options: { readonly rank: number; readonly noun: string },
): Rows {
  return {
    kind: 'rows',
    head: tableHead(columns),
    count: items.length,
    row: (index) => tableRow(items.slice(index, index + 1).flatMap(cells)),
    ...options,
  };
}

/** A bullet list of `items` that may lose items from its end. */
export function list<T>(
  items: readonly T[],
  line: (item: T) => string,
  options: { readonly rank: number; readonly noun: string },
): Rows {
  const text = (index: number) =>
    items
      .slice(index, index + 1)
      .map(line)
      .join('');
  return { kind: 'rows', head: '', count: items.length, row: (index) => `- ${text(index)}`, ...options };
}

/** Numbers keep their unit on their own line. */
export function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

function inCell(markdown: string): string {
  // Renderers disagree about a pipe behind a backslash, so that one is written out.
  return markdown.replace(/\\\|/g, '\\\\u{7c}').replace(/\|/g, '\\|');
}
