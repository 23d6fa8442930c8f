import { inertLine } from '../../process/inert.ts';
import { readAcceptance } from '../history/trailers.ts';

/** What a comment asks of Tare. Every string is one inert line of outside text. */
export type Command =
  | { readonly name: 'run' }
  | { readonly name: 'bench'; readonly filter: string }
  | { readonly name: 'accept'; readonly case: string; readonly reason: string }
  | { readonly name: 'help' };

/** `mistake`: what is wrong with the line that was meant as a command. */
export type ReadCommand =
  | { readonly kind: 'none' }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'mistake'; readonly mistake: string };

/** GitHub takes 65,536 characters; what is behind that is not read. */
const MAX_COMMENT = 65_536;
const MAX_LINE = 1000;
const MAX_FILTER = 200;
/** So that comments of many acceptances stay within what a comment may hold. */
const MAX_CASE = 200;
const MAX_REASON = 300;

/**
 * The command of a comment: its first line that begins with `/tare`, outside code blocks and hidden comments. Words of the command are
 * read without case; whatever is not exactly a command is a mistake, and so is a second command.
 */
export function readCommand(comment: string): ReadCommand {
  const lines = commandLines(comment.slice(0, MAX_COMMENT));
  const [line] = lines;
  if (line === undefined) return { kind: 'none' };
  if (lines.length > 1) return mistake(`it holds ${lines.length} commands; write one in a comment`);
  if (line.length > MAX_LINE) return mistake(`the command is longer than ${MAX_LINE} characters`);
  const [, word = '', rest = ''] = /^\/tare(?:\s+(\S+)\s*(.*))?$/is.exec(inertLine(line).trim()) ?? [];
  return commandOf(word.toLowerCase(), rest.trim());
}

function commandOf(word: string, rest: string): ReadCommand {
  switch (word) {
    case '':
      return command({ name: 'run' });
    case 'help':
      return command({ name: 'help' });
    case 'bench':
      if (rest === '') return mistake('"bench" needs a filter, a part of the names of benchmarks');
      if (rest.length > MAX_FILTER) return mistake(`the filter is longer than ${MAX_FILTER} characters`);
      return command({ name: 'bench', filter: rest });
    case 'accept': {
      const read = readAcceptance(rest);
      if (read === null) return mistake('"accept" needs a case and a reason');
      if (read.case.length > MAX_CASE) return mistake(`the case is longer than ${MAX_CASE} characters`);
      if (read.reason.length > MAX_REASON)
        return mistake(`the reason is longer than ${MAX_REASON} characters`);
      return command({ name: 'accept', ...read });
    }
    default:
      return mistake(`there is no command "${word.slice(0, 40)}"`);
  }
}

function command(given: Command): ReadCommand {
  return { kind: 'command', command: given };
}

function mistake(text: string): ReadCommand {
  return { kind: 'mistake', mistake: text };
}

/** Lines that a reader of the rendered comment sees as text beginning with `/tare`. */
function commandLines(comment: string): readonly string[] {
  const found: string[] = [];
  let fence: string | null = null;
  for (const line of comment.replaceAll(/<!--.*?(?:-->|$)/gs, '').split(/\r\n|\r|\n/)) {
    const [, mark = ''] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence !== null) {
      if (mark.startsWith(fence) && line.trim() === mark) fence = null;
    } else if (mark !== '') fence = mark;
    else if (/^\/tare(?:\s|$)/i.test(line)) found.push(line);
  }
  return found;
}

/** The pattern of case names that a filter stands for: of `bench …` as it is, else of every benchmark whose name holds it. */
export function benchPattern(filter: string): string {
  return /^bench\s/.test(filter) ? filter : `bench *${filter}*`;
}
