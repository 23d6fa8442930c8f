/** Escape sequences of terminals: CSI, OSC and the other strings, and the two-character ones; 7-bit and 8-bit forms. */
const ESCAPE_SEQUENCE =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;

/** Control, format (bidirectional, zero-width, soft hyphen), surrogate and separator characters, and all that shows as nothing; tab stays. */
const UNSEEN = /(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * One line of a stranger's output, safe to print where the runner looks for commands.
 * The runner (actions/runner, ActionCommand.cs) takes `::name …::` at the start of a line after white space, and
 * `##[name]` anywhere in it; both are split by a blank that can be seen, because its search passes over characters
 * of no width. Escape sequences and characters that show as nothing are removed. Of a line that was written over by
 * carriage returns the last text stays, as in a terminal; a line feed becomes a blank.
 */
export function inertLine(text: string): string {
  const plain = text.replaceAll(ESCAPE_SEQUENCE, '').replaceAll('\n', ' ');
  return lastWritten(plain)
    .replaceAll(UNSEEN, '')
    .replaceAll('##[', '## [')
    .replace(/^(\s*):(?=:)/, '$1: ');
}

/**
 * The last `lines` lines of `text` that are not empty, each inert, joined by line feeds and at most `maxChars` long.
 * What was left out is said in a first line of its own, which does not count.
 */
export function tail(text: string, lines: number, maxChars: number): string {
  const kept: string[] = [];
  let room = maxChars;
  let end = text.length;
  while (end > 0 && kept.length < lines && room > 0) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = inertLine(text.slice(start, Math.min(end, start + room * 4 + 1000))).trimEnd();
    end = start - 1;
    if (line === '') continue;
    kept.push(shorten(line, room));
    room -= line.length + 1;
  }
  const cut = text.slice(0, Math.max(end, 0)).trim() !== '';
  return [...(cut ? ['… (earlier lines left out)'] : []), ...kept.reverse()].join('\n');
}

function lastWritten(line: string): string {
  if (!line.includes('\r')) return line;
  return line.split('\r').findLast((part) => part.trim() !== '') ?? '';
}

function shorten(line: string, max: number): string {
  if (line.length <= max) return line;
  // Never half of a surrogate pair.
  return `${line.slice(0, Math.max(max - 1, 0)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
