import type { CommandWords, WordPart } from './config.ts';
import { quote } from './quote.ts';

/** Why a text is no command: the rest of a sentence that begins with its key. */
export interface WordsFault {
  readonly fault: string;
}

/**
 * Splits a command into words as a POSIX shell does (Shell Command Language §2.2 and §2.6.5): blanks, single and double
 * quotes, backslashes. Whatever else a shell would do (expand, redirect, chain) is a fault, for no shell runs it.
 * `{bin:NAME}` is the path of a program, inside quotes as well; `{{` and `}}` are braces.
 */
export function splitWords(text: string): CommandWords | WordsFault {
  try {
    return new Splitter(text).split();
  } catch (error) {
    if (error instanceof Refused) return { fault: error.fault };
    throw error;
  }
}

/** Names of the programs that the words hold, each once. */
export function programsOf(words: CommandWords): readonly string[] {
  return [...new Set(words.flat().flatMap((part) => (typeof part === 'string' ? [] : [part.bin])))];
}

/** The words as arguments; `pathOf` gives the path of a program. */
export function fillWords(words: CommandWords, pathOf: (program: string) => string): string[] {
  return words.map((parts) =>
    parts.map((part) => (typeof part === 'string' ? part : pathOf(part.bin))).join(''),
  );
}

class Refused extends Error {
  readonly fault: string;
  constructor(fault: string) {
    super(fault);
    this.fault = fault;
  }
}

const ADVICE = "put the command into a script, or run it with sh -c '…'";
/** Characters that mean something to a shell wherever they stand outside quotes. */
const SPECIAL = /[|&;<>()`*?[]/;
/** Behind a `$`: what makes it an expansion. */
const EXPANDED = /[A-Za-z0-9_{(@*#?$!-]/;
const PROGRAM = /^bin:([\p{L}\p{N}_][\p{L}\p{N}_.+-]{0,99})$/u;

class Splitter {
  readonly #text: string;
  #at = 0;
  readonly #words: WordPart[][] = [];
  /** null between words. */
  #word: WordPart[] | null = null;
  /** Whether the word is, so far, bare text only. */
  #bare = true;

  constructor(text: string) {
    this.#text = text.replaceAll('\r\n', '\n');
  }

  split(): CommandWords {
    while (this.#at < this.#text.length) this.#outside(this.#next());
    this.#end();
    const [first] = this.#words;
    if (first === undefined) throw new Refused('is empty; expected a program and its arguments');
    if (first.length === 0) throw new Refused('begins with an empty word; expected a program');
    return this.#words;
  }

  /** One character outside quotes. */
  #outside(character: string): void {
    if (character === ' ' || character === '\t') this.#end();
    else if (character === '\n') this.#lineEnd();
    else if (character === "'") this.#quoted(() => this.#single());
    else if (character === '"') this.#quoted(() => this.#double());
    else if (character === '\\') this.#escaped();
    else if (character === '{' || character === '}') this.#brace(character);
    else if (this.#meansSomething(character)) throw outsideQuotes(character);
    else this.#add(character);
  }

  #meansSomething(character: string): boolean {
    if (SPECIAL.test(character)) return true;
    if (character === '$') return /['"]/.test(this.#follower()) || EXPANDED.test(this.#follower());
    if (character === '~' || character === '#') return this.#word === null;
    if (character === '=' && this.#words.length === 0 && this.#bare) this.#refuseAssignment();
    return false;
  }

  #refuseAssignment(): void {
    const name = this.#word?.[0];
    if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
    throw new Refused(
      `sets the variable ${quote(name)}; set it in the table "env", or begin with the program env`,
    );
  }

  /** A line end ends a command, so only blanks may stand on one side of it. */
  #lineEnd(): void {
    this.#end();
    if (this.#words.length === 0 || /^[ \t\n]*$/.test(this.#text.slice(this.#at))) return;
    throw new Refused(`holds more than one line; end a line with a backslash to go on, ${ADVICE}`);
  }

  #quoted(content: () => void): void {
    this.#word ??= [];
    this.#bare = false;
    content();
  }

  #single(): void {
    for (let next = this.#inside("'"); next !== "'"; next = this.#inside("'")) this.#literal(next);
  }

  #double(): void {
    for (let next = this.#inside('"'); next !== '"'; next = this.#inside('"')) {
      const follower = this.#peek();
      if (next === '\\' && follower !== '' && '$`"\\\n'.includes(follower)) {
        this.#at += 1;
        if (follower !== '\n') this.#add(follower);
      } else if (next === '`' || (next === '$' && EXPANDED.test(this.#follower()))) {
        throw new Refused(
          `holds ${quote(next)} in double quotes, and no shell expands it; write it in single quotes, ${ADVICE}`,
        );
      } else this.#literal(next);
    }
  }

  #escaped(): void {
    const next = this.#next();
    if (next === '') throw new Refused('ends with a backslash; write two to mean one');
    if (next === '\n') return;
    this.#add(next);
    this.#bare = false;
  }

  #literal(character: string): void {
    if (character === '{' || character === '}') this.#brace(character);
    else this.#add(character);
  }

  #brace(character: string): void {
    if (this.#peek() === character) {
      this.#at += 1;
      this.#add(character);
      return;
    }
    const close = character === '{' ? this.#text.indexOf('}', this.#at) : -1;
    if (close === -1) throw new Refused(`holds a single ${quote(character)}; write it twice to mean one`);
    const content = this.#text.slice(this.#at, close);
    const [, bin] = PROGRAM.exec(content) ?? [];
    if (bin === undefined) {
      throw new Refused(
        `holds ${quote(`{${content}}`)}; expected {bin:NAME} with a program's name; {{ and }} mean braces`,
      );
    }
    this.#at = close + 1;
    this.#word = [...(this.#word ?? []), { bin }];
  }

  /** The next character of a quoted text that `end` closes. */
  #inside(end: string): string {
    if (this.#at >= this.#text.length) throw new Refused(`has a ${quote(end)} that is not closed`);
    return this.#next();
  }

  #add(character: string): void {
    this.#word ??= [];
    const last = this.#word.at(-1);
    if (typeof last === 'string') this.#word.splice(-1, 1, last + character);
    else this.#word.push(character);
  }

  #end(): void {
    if (this.#word !== null) this.#words.push(this.#word);
    this.#word = null;
    this.#bare = true;
  }

  #next(): string {
    const character = this.#peek();
    this.#at += 1;
    return character;
  }

  /** What stands next once joined lines are joined, which a shell does before all else. */
  #follower(): string {
    const [joined = ''] = /^(?:\\\n)*/.exec(this.#text.slice(this.#at)) ?? [];
    return this.#text.charAt(this.#at + joined.length);
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }
}

function outsideQuotes(character: string): Refused {
  return new Refused(
    `holds ${quote(character)} outside quotes, and no shell runs it; quote it to mean the character, ${ADVICE}`,
  );
}
