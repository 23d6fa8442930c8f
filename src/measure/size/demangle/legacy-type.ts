import { inferredPlace } from './orphan.ts';
import { type Constant, type DynTrait, type GenericArg, isPath, type Path, type Type } from './tree.ts';

const MAX_DEPTH = 60;
/** Thrown where a text is no type; its element is then taken as a plain name. */
const NO_TYPE = new Error('not a type');
const BASIC = new Set(
  'bool char str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f16 f32 f64 f128 ! _ ()'.split(' '),
);
const NAME = /[^\s<>()[\]{},;:&*+='"!]+/y;
const LIFETIME = /'\w+ /y;
const SIGNATURE = /for<|unsafe |extern |fn\(/y;
/** `Output = ` among the bounds of a trait object. */
const BINDING = /[\w:]+ = /y;
/** A lifetime or constant among generic arguments. */
const NO_TYPE_ARGUMENT = /['"\d-]|true\b|false\b|\{(?!\{?closure)/y;
const UNKNOWN: Constant = { kind: 'literal', text: '_' };

/**
 * Appends one element of a legacy name to the path before it. rustc prints types in them for people
 * (`<impl core::fmt::Debug for foo::Bar<T>>`), so this reads the forms that it prints; another is taken as a plain name.
 */
export function appendElement(parent: Path | null, element: string): Path {
  if (/^[\w.]*$/.test(element)) return named(parent, element);
  try {
    return new ElementReader(element).element(parent);
  } catch (error) {
    if (error === NO_TYPE) return named(parent, element);
    throw error;
  }
}

/** A text is read once from left to right; what has no bearing on a name (constants, signatures) is stepped over. */
class ElementReader {
  readonly #text: string;
  #position = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  element(parent: Path | null): Path {
    const path = this.#start(parent);
    if (this.#position < this.#text.length) throw NO_TYPE;
    return path;
  }

  #start(parent: Path | null): Path {
    if (this.#eat('<impl ')) return this.#impl(parent);
    if (parent === null && this.#eat('<')) return this.#qualified();
    return this.#segment(parent);
  }

  #impl(parent: Path | null): Path {
    const first = this.#type();
    if (!this.#eat(' for ')) return this.#closed({ kind: 'inherent-impl', parent, self: first });
    const self = this.#type();
    return this.#closed({ kind: 'trait-impl', parent, self, trait: asPath(first) });
  }

  #qualified(): Path {
    const self = this.#type();
    if (!this.#eat(' as ')) return this.#closed({ kind: 'inherent-impl', parent: null, self });
    const trait = asPath(this.#type());
    return this.#closed({ kind: 'trait-impl', parent: inferredPlace(self, trait), self, trait });
  }

  #closed(path: Path): Path {
    this.#expect('>');
    return path;
  }

  /** `name`, `name<args>`, `{{closure}}`, and a shim's mark behind a name. */
  #segment(parent: Path | null): Path {
    let path = this.#peek() === '{' ? this.#unnamed(parent) : named(parent, this.#name());
    if (this.#peek() === '<') path = { kind: 'instance', path, args: this.#args() };
    if (this.#peek() === '{') path = this.#unnamed(path);
    return path;
  }

  #unnamed(parent: Path | null): Path {
    this.#skipBalanced();
    const inside = parent ?? named(null, '');
    return { kind: 'nested', parent: inside, namespace: 'C', name: '', disambiguator: 0 };
  }

  #type(): Type {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw NO_TYPE;
    const type = this.#anyType();
    this.#depth -= 1;
    return type;
  }

  #anyType(): Type {
    if (this.#eat('&')) {
      this.#skipLifetime();
      return { kind: 'reference', mutable: this.#eat('mut '), lifetime: 0, target: this.#type() };
    }
    if (this.#eat('*const ')) return { kind: 'pointer', mutable: false, target: this.#type() };
    if (this.#eat('*mut ')) return { kind: 'pointer', mutable: true, target: this.#type() };
    if (this.#eat('[')) return this.#sequence();
    if (this.#eat('(')) return { kind: 'tuple', elements: this.#list(')', () => this.#type()) };
    if (this.#eat('dyn ') || this.#eat('impl ')) return this.#dyn();
    if (this.#eat('!')) return { kind: 'basic', name: '!' };
    if (this.#sees(SIGNATURE)) {
      this.#skipToDelimiter();
      return { kind: 'function', lifetimes: 0, unsafe: false, abi: null, parameters: [], result: null };
    }
    return this.#pathType();
  }

  #sequence(): Type {
    const element = this.#type();
    if (this.#eat(']')) return { kind: 'slice', element };
    this.#expect(';');
    this.#skipToDelimiter();
    this.#expect(']');
    return { kind: 'array', element, length: UNKNOWN };
  }

  #dyn(): Type {
    const traits: DynTrait[] = [];
    do {
      // An associated type or a lifetime among the bounds names no trait.
      if (this.#peek() === "'" || this.#sees(BINDING)) this.#skipToDelimiter();
      else traits.push({ path: asPath(this.#type()), bindings: [] });
    } while (this.#eat(' + ') || this.#eat('+'));
    return { kind: 'dyn', lifetimes: 0, traits, lifetime: 0 };
  }

  #pathType(): Type {
    let path = this.#eat('<') ? this.#qualified() : this.#segment(null);
    while (this.#eat('::')) {
      if (this.#peek() === '<') path = this.#generic(path);
      else path = this.#segment(path);
    }
    return path.kind === 'crate' && BASIC.has(path.name) ? { kind: 'basic', name: path.name } : path;
  }

  /** `::<impl A for B>` or `::<args>` */
  #generic(path: Path): Path {
    if (this.#eat('<impl ')) return this.#impl(path);
    return { kind: 'instance', path, args: this.#args() };
  }

  #args(): readonly GenericArg[] {
    this.#expect('<');
    return this.#list('>', () => this.#arg());
  }

  #arg(): GenericArg {
    if (this.#sees(NO_TYPE_ARGUMENT)) {
      this.#skipToDelimiter();
      return { kind: 'constant', value: UNKNOWN };
    }
    const type = this.#type();
    if (!this.#eat('=') && !this.#eat(' = ')) return type;
    return this.#type();
  }

  #list<T>(end: string, read: () => T): T[] {
    const items: T[] = [];
    while (!this.#eat(end)) {
      if (this.#position >= this.#text.length) throw NO_TYPE;
      items.push(read());
      if (this.#eat(',')) this.#eat(' ');
      else if (this.#peek() !== end) throw NO_TYPE;
    }
    return items;
  }

  #name(): string {
    const start = this.#position;
    if (!this.#sees(NAME)) throw NO_TYPE;
    this.#position = NAME.lastIndex;
    return this.#text.slice(start, this.#position);
  }

  #skipLifetime(): void {
    if (this.#peek() === "'" && this.#sees(LIFETIME)) this.#position = LIFETIME.lastIndex;
  }

  /** To the `,`, `;`, `+` or closing bracket that ends this part. */
  #skipToDelimiter(): void {
    while (this.#position < this.#text.length && !/[,;+>)\]}]/.test(this.#peek())) {
      if (this.#eatArrow()) continue;
      if (/[<([{]/.test(this.#peek())) this.#skipBalanced();
      else this.#position += 1;
    }
  }

  #skipBalanced(): void {
    let open = 0;
    do {
      const character = this.#peek();
      if (character === '') throw NO_TYPE;
      if (this.#eatArrow()) continue;
      if (/[<([{]/.test(character)) open += 1;
      if (/[>)\]}]/.test(character)) open -= 1;
      this.#position += 1;
    } while (open > 0);
  }

  /** Tests a sticky pattern here. */
  #sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.#position;
    return pattern.test(this.#text);
  }

  #peek(): string {
    return this.#text.charAt(this.#position);
  }

  #eat(text: string): boolean {
    if (!this.#text.startsWith(text, this.#position)) return false;
    this.#position += text.length;
    return true;
  }

  /** In a symbol the `-` of `->` has become a dot. */
  #eatArrow(): boolean {
    return this.#eat('->') || this.#eat('.>');
  }

  #expect(text: string): void {
    if (!this.#eat(text)) throw NO_TYPE;
  }
}

function named(parent: Path | null, name: string): Path {
  if (parent === null) return { kind: 'crate', name };
  return { kind: 'nested', parent, namespace: 't', name, disambiguator: 0 };
}

/** A trait; what a hostile name puts in its place has none. */
function asPath(type: Type): Path {
  if (type.kind === 'basic') return { kind: 'crate', name: type.name };
  if (isPath(type)) return type;
  throw NO_TYPE;
}
