import { readConstant, readPattern } from './constants.ts';
import { Cursor, NOT_RUST } from './cursor.ts';
import {
  type Constant,
  type DynTrait,
  type FunctionType,
  type GenericArg,
  isPath,
  type Path,
  type Type,
} from './tree.ts';

const BASIC: Readonly<Record<string, string>> = {
  b: 'bool',
  c: 'char',
  e: 'str',
  u: '()',
  a: 'i8',
  s: 'i16',
  l: 'i32',
  x: 'i64',
  n: 'i128',
  i: 'isize',
  h: 'u8',
  t: 'u16',
  m: 'u32',
  y: 'u64',
  o: 'u128',
  j: 'usize',
  f: 'f32',
  d: 'f64',
  z: '!',
  p: '_',
  v: '...',
};

export interface V0Symbol {
  readonly path: Path;
  /** Root of the crate that made the instance, where the symbol says so. */
  readonly instantiating: Path | null;
  /** What stands after the grammar's end. */
  readonly rest: string;
}

/**
 * Reads a v0 symbol without its `_R` (RFC 2603, and what rustc added since: `rustc` book, "v0 Symbol Format").
 * Null when it is none. Time and memory are linear in its length.
 */
export function readV0(text: string): V0Symbol | null {
  const parser = new V0Parser(text);
  try {
    const path = parser.path();
    const code = parser.cursor.peek();
    const instantiating = code >= 0x41 && code <= 0x5a ? parser.path() : null;
    return { path, instantiating, rest: text.slice(parser.cursor.position) };
  } catch (error) {
    if (error === NOT_RUST) return null;
    throw error;
  }
}

/** Builds the tree; what a back reference points to is kept by its place. */
export class V0Parser {
  readonly cursor: Cursor;
  readonly constants: (Constant | undefined)[] = [];
  readonly #nodes: (Type | undefined)[];

  constructor(text: string) {
    this.cursor = new Cursor(text);
    this.#nodes = new Array(text.length);
  }

  path(): Path {
    const { cursor } = this;
    const start = cursor.position;
    cursor.enter();
    const path = this.#taggedPath(cursor.next());
    cursor.leave();
    this.#nodes[start] = path;
    return path;
  }

  type(): Type {
    const { cursor } = this;
    const start = cursor.position;
    const tag = cursor.next();
    const basic = BASIC[tag];
    if (basic !== undefined) return { kind: 'basic', name: basic };
    cursor.enter();
    const type = this.#taggedType(tag);
    cursor.leave();
    this.#nodes[start] = type;
    return type;
  }

  /** Items up to `E`. */
  list<T>(read: () => T): T[] {
    const items: T[] = [];
    while (!this.cursor.eat('E')) items.push(read());
    return items;
  }

  backReferenceToConstant(): Constant {
    return this.#backReference(this.constants, () => readConstant(this));
  }

  #taggedPath(tag: string): Path {
    const { cursor } = this;
    switch (tag) {
      case 'C':
        cursor.skipDisambiguator();
        return { kind: 'crate', name: cursor.identifier() };
      case 'N': {
        const namespace = cursor.next();
        if (!/[A-Za-z]/.test(namespace)) throw NOT_RUST;
        const parent = this.path();
        const disambiguator = cursor.disambiguator();
        return { kind: 'nested', parent, namespace, name: cursor.identifier(), disambiguator };
      }
      case 'M':
        return { kind: 'inherent-impl', parent: this.#implPath(), self: this.type() };
      case 'X':
        return { kind: 'trait-impl', parent: this.#implPath(), self: this.type(), trait: this.path() };
      case 'Y':
        return { kind: 'trait-item', self: this.type(), trait: this.path() };
      case 'I':
        return { kind: 'instance', path: this.path(), args: this.list(() => this.#genericArg()) };
      case 'B': {
        const target = this.#backReference(this.#nodes, () => this.path());
        if (!isPath(target)) throw NOT_RUST;
        return target;
      }
      default:
        throw NOT_RUST;
    }
  }

  #implPath(): Path {
    this.cursor.skipDisambiguator();
    return this.path();
  }

  #genericArg(): GenericArg {
    if (this.cursor.eat('L')) return { kind: 'lifetime', index: this.cursor.count() };
    if (this.cursor.eat('K')) return { kind: 'constant', value: readConstant(this) };
    return this.type();
  }

  #taggedType(tag: string): Type {
    const { cursor } = this;
    switch (tag) {
      case 'R':
      case 'Q': {
        const lifetime = cursor.eat('L') ? cursor.count() : 0;
        return { kind: 'reference', mutable: tag === 'Q', lifetime, target: this.type() };
      }
      case 'P':
      case 'O':
        return { kind: 'pointer', mutable: tag === 'O', target: this.type() };
      case 'A':
        return { kind: 'array', element: this.type(), length: readConstant(this) };
      case 'S':
        return { kind: 'slice', element: this.type() };
      case 'T':
        return { kind: 'tuple', elements: this.list(() => this.type()) };
      case 'F':
        return this.#functionType();
      case 'D':
        return this.#dynType();
      case 'W':
        return { kind: 'pattern', base: this.type(), pattern: readPattern(this) };
      case 'w':
        if (cursor.peek() === 0x77) throw NOT_RUST;
        return { kind: 'splat', type: this.type() };
      case 'B':
        return this.#backReference(this.#nodes, () => this.type());
      default:
        return this.#taggedPath(tag);
    }
  }

  #functionType(): FunctionType {
    const { cursor } = this;
    const lifetimes = cursor.taggedCount('G');
    const unsafe = cursor.eat('U');
    const abi = cursor.eat('K') ? this.#abi() : null;
    const parameters = this.list(() => this.type());
    const result = cursor.eat('u') ? null : this.type();
    return { kind: 'function', lifetimes, unsafe, abi, parameters, result };
  }

  #abi(): string {
    const { cursor } = this;
    if (cursor.eat('C')) return 'C';
    if (cursor.peek() === 0x75) throw NOT_RUST;
    const name = cursor.identifier();
    if (name === '') throw NOT_RUST;
    return name.replaceAll('_', '-');
  }

  #dynType(): Type {
    const { cursor } = this;
    const lifetimes = cursor.taggedCount('G');
    const traits = this.list(() => this.#dynTrait());
    if (!cursor.eat('L')) throw NOT_RUST;
    return { kind: 'dyn', lifetimes, traits, lifetime: cursor.count() };
  }

  #dynTrait(): DynTrait {
    const { cursor } = this;
    const path = this.path();
    const bindings: DynTrait['bindings'][number][] = [];
    while (cursor.eat('p')) bindings.push({ name: cursor.identifier(), value: this.#bound() });
    return { path, bindings };
  }

  #bound(): GenericArg {
    return this.cursor.eat('K') ? { kind: 'constant', value: readConstant(this) } : this.type();
  }

  /** Called behind the `B`. A target that is not read to its end yet ends in the depth limit. */
  #backReference<T>(known: readonly (T | undefined)[], read: () => T): T {
    const { cursor } = this;
    const place = cursor.position - 1;
    const target = cursor.count();
    if (target >= place) throw NOT_RUST;
    const node = known[target];
    if (node !== undefined) return node;
    const back = cursor.position;
    cursor.position = target;
    const fresh = read();
    cursor.position = back;
    return fresh;
  }
}
