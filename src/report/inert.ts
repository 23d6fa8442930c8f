/** Longest name shown, in characters; a longer one ends in `…`. */
export const MAX_SHOWN = 120;
const MAX_LINE = 300;
/** Longest sentence shown, in characters. */
export const MAX_PROSE = 600;

// Zalgo: more marks than any script stacks, which would paint over the lines around.
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
const VARIATION_SELECTORS = /[\ufe00-\ufe0f]/g;

/**
 * Outside text as one line of at most `max` characters whose every character can be seen: line ends and runs of spaces become
 * one space, control, direction and zero-width characters are written out as `\u{202e}`, and no HTML comment can start in it.
 */
export function visible(text: string, max: number = MAX_SHOWN): string {
  // Cut roughly first: what is far beyond `max` need not be looked at.
  const line = text
    .slice(0, max * 8)
    .replace(/\s+/g, ' ')
    .trim();
  return cut(written(line), max);
}

function written(text: string): string {
  return text
    .replace(VARIATION_SELECTORS, '')
    .replace(STACKED_MARKS, '$1')
    .replace(INVISIBLE, escaped)
    .replace(/<!/g, '<\\u{21}');
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function cut(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/** Outside text as a Markdown code span: the way that every name is shown. */
export function codeSpan(text: string): string {
  const content = visible(text);
  if (content === '') return '(blank)';
  const fence = '`'.repeat(longestRun(content, /`+/g) + 1);
  const space = content.startsWith('`') || content.endsWith('`') ? ' ' : '';
  return `${fence}${space}${content}${space}${fence}`;
}

/** Outside text as an HTML `code` element, for where Markdown is not read: inside `<summary>`. */
export function codeElement(text: string): string {
  const content = visible(text).replace(/[^\p{L}\p{N} …]/gu, (character) => `&#${character.codePointAt(0)};`);
  return `<code>${content === '' ? '(blank)' : content}</code>`;
}

/**
 * An outside sentence as Markdown: plain words stay words, and every word that could mean something to Markdown or GitHub
 * (a mention, a reference, a link, a tag, emphasis) becomes a code span.
 */
export function prose(text: string): string {
  const parts: string[] = [];
  let held: string[] = [];
  const flush = (): void => {
    if (held.length > 0) parts.push(codeSpan(held.join(' ')));
    held = [];
  };
  for (const word of visible(text, MAX_PROSE).split(' ')) {
    const [, open = '', inner = '', close = ''] = /^([("]*)(.*?)([)",;:.?!]*)$/u.exec(word) ?? [];
    if (isPlain(word)) {
      flush();
      parts.push(word);
    } else if (isPlain(open) && isPlain(close) && open + close !== '') {
      flush();
      parts.push(`${open}${codeSpan(inner)}${close}`);
    } else {
      held.push(word);
    }
  }
  flush();
  return parts.join(' ');
}

const PLAIN = /^[\p{L}\p{M}\p{N}’'",.;:?!()%–—+−\-…→±/]*$/u;
const LINKED =
  /^:|:.*:|\/\/|^[-+]+$|^\d+[.)]$|www\.|\p{L}-\d|(?<![\p{L}\p{N}])[0-9a-f]{7,}(?![\p{L}\p{N}])|(?:https?|ftp|mailto|xmpp):/iu;

function isPlain(word: string): boolean {
  return PLAIN.test(word) && !LINKED.test(word);
}

/** Outside lines as a fenced code block, the last `maxLines` of them. Line ends stay; other invisible characters are written out. */
export function fencedBlock(text: string, maxLines: number, maxCharacters: number): string {
  const lines = outputLines(text, maxLines);
  while (lines.length > 1 && lines.join('\n').length > maxCharacters) lines.shift();
  const content = lines.join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(content, /`+/g) + 1));
  return `${fence}text\n${content}\n${fence}`;
}

/** The last `maxLines` lines of a program's output as visible characters; colours are taken out. */
export function outputLines(text: string, maxLines: number): string[] {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(ANSI, '')
    .trimEnd()
    .split('\n')
    .slice(-maxLines)
    .map((line) => written(cut(line.replace(/\t/g, '    ').trimEnd(), MAX_LINE)));
}

function longestRun(text: string, pattern: RegExp): number {
  return Math.max(0, ...Array.from(text.matchAll(pattern), (match) => match[0].length));
}
