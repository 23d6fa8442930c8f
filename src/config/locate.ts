import { parse } from 'smol-toml';

/** A step into a TOML document: a key of a table, or the index of a list or of an array of tables. */
export type KeyPath = readonly PropertyKey[];

/** Line numbers, from 1, of a document's keys. */
export interface Locations {
  /** Where the key (or list element) stands; for a path that the document does not hold, where its nearest parent does. */
  lineOf(path: KeyPath): number;
}

/**
 * Finds the line of every key of a TOML document, which its parser does not tell.
 * `text` must be valid TOML that smol-toml has accepted with bounded nesting.
 */
export function locate(text: string): Locations {
  const root = new Scanner(text).document();
  return {
    lineOf: (path) => {
      let node = root;
      for (const step of path) {
        const child = node.children.get(step);
        if (child === undefined) break;
        node = child;
      }
      return node.line;
    },
  };
}

interface Node {
  readonly line: number;
  readonly children: Map<PropertyKey, Node>;
  /** Tables of an array of tables that were seen so far; 0 for anything else. */
  tables: number;
}

class Scanner {
  readonly #text: string;
  readonly #lineStarts: readonly number[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\n/g), (match) => match.index + 1)];
  }

  document(): Node {
    const root = node(1);
    let table = root;
    if (this.#text.startsWith('\ufeff')) this.#at = 1;
    for (this.#blank(); this.#at < this.#text.length; this.#blank()) {
      if (this.#peek() === '[') table = this.#header(root);
      else this.#assignment(table);
    }
    return root;
  }

  #header(root: Node): Node {
    const line = this.#line();
    this.#at += 1;
    const array = this.#peek() === '[';
    if (array) this.#at += 1;
    const keys = this.#keys();
    this.#at += array ? 2 : 1;
    const parent = keys.slice(0, -1).reduce((table, key) => lastTable(child(table, key, line), line), root);
    const own = child(parent, keys.at(-1) ?? '', line);
    if (array) own.tables += 1;
    return lastTable(own, line);
  }

  #assignment(table: Node): void {
    const line = this.#line();
    const owner = this.#keys().reduce((node, key) => child(node, key, line), table);
    this.#at += 1; // =
    this.#blank();
    this.#value(owner);
  }

  /** One or more dotted keys, up to the `=` or `]` behind them. */
  #keys(): string[] {
    const keys: string[] = [];
    for (;;) {
      this.#blank();
      const start = this.#at;
      const quoted = this.#peek() === '"' || this.#peek() === "'";
      if (quoted) this.#string();
      else this.#skip(/[A-Za-z0-9_-]+/y);
      const raw = this.#text.slice(start, this.#at);
      keys.push(quoted ? unquoted(raw) : raw);
      this.#blank();
      if (this.#peek() !== '.') return keys;
      this.#at += 1;
    }
  }

  #value(owner: Node): void {
    const first = this.#peek();
    if (first === '"' || first === "'") this.#string();
    else if (first === '[') this.#list(owner);
    else if (first === '{') this.#inlineTable(owner);
    else this.#skip(/[^,\]}#\n]+/y);
  }

  #list(owner: Node): void {
    this.#at += 1;
    for (let index = 0; !this.#closes(']'); index++) this.#value(child(owner, index, this.#line()));
  }

  #inlineTable(owner: Node): void {
    this.#at += 1;
    while (!this.#closes('}')) this.#assignment(owner);
  }

  /** Passes blanks and a comma; whether the list or table ends here. */
  #closes(end: string): boolean {
    this.#blank();
    if (this.#peek() === ',') {
      this.#at += 1;
      this.#blank();
    }
    if (this.#at < this.#text.length && this.#peek() !== end) return false;
    this.#at += 1;
    return true;
  }

  #string(): void {
    const basic = this.#peek() === '"';
    const triple = this.#text.startsWith(basic ? '"""' : "'''", this.#at);
    if (triple) this.#skip(basic ? /"""(?:[^"\\]|\\[\s\S]|"(?!""))*"{3,5}/y : /'''(?:[^']|'(?!''))*'{3,5}/y);
    else this.#skip(basic ? /"(?:[^"\\\n]|\\.)*"/y : /'[^'\n]*'/y);
  }

  /** Passes white space, line ends and comments. */
  #blank(): void {
    this.#skip(/(?:[ \t\r\n]|#[^\n]*)*/y);
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    // A pattern that fails on valid TOML would be a bug here; moving on keeps the scan finite.
    this.#at = pattern.test(this.#text) ? pattern.lastIndex : this.#at + 1;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #line(): number {
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#lineStarts[middle] ?? 0) <= this.#at) low = middle;
      else high = middle;
    }
    return high;
  }
}

function node(line: number): Node {
  return { line, children: new Map(), tables: 0 };
}

function child(parent: Node, key: PropertyKey, line: number): Node {
  const known = parent.children.get(key);
  if (known !== undefined) return known;
  const made = node(line);
  parent.children.set(key, made);
  return made;
}

function lastTable(owner: Node, line: number): Node {
  return owner.tables === 0 ? owner : child(owner, owner.tables - 1, line);
}

function unquoted(raw: string): string {
  return Object.keys(parse(`${raw} = 0`))[0] ?? '';
}
