import { calleeOf, canName, crateOf, isItem, isParameter, isStandard } from './crate.ts';
import { CUT, Output } from './output.ts';
import { type DynType, isPath, isUnnamed, type Path, type Type } from './tree.ts';

const MAX_NAME = 400;
/** Cut in the middle, since a function's own name stands last. */
const HEAD = 280;
const WORK = 4096;
const PARAMETER = '_';

/**
 * A path without what differs between copies of one function (measurement facts §2.4), the same for both manglings where rustc's own
 * names allow: closures and shims become the function around them, generic arguments go, and leave `<_>` behind inside `<Self as Trait>`.
 * At most 400 characters, none of them a control character.
 */
export function normalPath(path: Path): string {
  const writer = new NormalWriter(WORK);
  writer.item(path);
  return shortened(visible(writer.output.text()));
}

class NormalWriter {
  readonly output: Output;

  constructor(limit: number) {
    this.output = new Output(limit);
  }

  /** A path to a function or other item. */
  item(path: Path): void {
    if (!this.output.enter()) return;
    switch (path.kind) {
      case 'crate':
        this.output.put(path.name);
        break;
      case 'nested': {
        this.item(path.parent);
        const isFolded = isUnnamed(path) || isCall(path.parent);
        if (!isFolded && path.name !== '') this.output.put(`::${path.name}`);
        break;
      }
      case 'instance':
        this.item(path.path);
        break;
      case 'inherent-impl':
        this.#owner(path.self, path.parent === null ? null : crateOf(path));
        break;
      case 'trait-impl':
        this.output.put('<');
        this.#self(path.self, crateOf(path));
        this.output.put(' as ');
        this.#named(path.trait);
        this.output.put('>');
        break;
      case 'trait-item':
        this.item(calleeOf(path) ?? path.trait);
        break;
    }
    this.output.leave();
  }

  /** The type of an inherent `impl`, without its arguments, which the legacy form leaves out: `alloc::vec::Vec` or `<[_]>`. */
  #owner(self: Type, crate: string | null): void {
    if (isPath(self)) this.item(self);
    else {
      this.output.put('<');
      this.#self(self, crate);
      this.output.put('>');
    }
  }

  /** The type of an `impl` that stands in a crate: what the crate cannot name there is a type parameter. */
  #self(self: Type, crate: string | null): void {
    if (self.kind === 'basic') this.output.put(self.name);
    else if (!isPath(self)) this.#compound(self, crate);
    else if (isNameable(self, crate)) this.#named(self);
    else this.output.put(PARAMETER);
  }

  #compound(type: Exclude<Type, Path | { kind: 'basic' }>, crate: string | null): void {
    switch (type.kind) {
      case 'reference':
        this.output.put(type.mutable ? '&mut ' : '&');
        this.#inner(type.target, crate);
        break;
      case 'pointer':
        this.output.put(type.mutable ? '*mut ' : '*const ');
        this.#inner(type.target, crate);
        break;
      case 'slice':
        this.output.put('[');
        this.#inner(type.element, crate);
        this.output.put(']');
        break;
      case 'array':
        this.output.put('[');
        this.#inner(type.element, crate);
        this.output.put('; _]');
        break;
      case 'tuple':
        this.output.put(type.elements.length === 0 ? '()' : '(_)');
        break;
      case 'function':
        this.output.put('fn(_)');
        break;
      case 'dyn':
        this.#dyn(type);
        break;
      default:
        this.output.put(PARAMETER);
        break;
    }
  }

  /** Behind a reference and the like an `impl` names mostly a parameter; only a type of its own crate is taken for a name. */
  #inner(type: Type, crate: string | null): void {
    const isOwn = isPath(type) && !isStandard(crate) && isNameable(type, crate) && crateOf(type) === crate;
    if (isOwn) this.#named(type);
    else this.output.put(PARAMETER);
  }

  #dyn(type: DynType): void {
    this.output.put('dyn ');
    for (const [index, { path }] of type.traits.entries()) {
      if (this.output.isFull()) return;
      if (index > 0) this.output.put(' + ');
      this.#named(path);
    }
  }

  /** A path to a type or trait. */
  #named(path: Path): void {
    if (!this.output.enter()) return;
    if (path.kind === 'instance') {
      this.item(path.path);
      this.output.put('<_>');
    } else this.item(path);
    this.output.leave();
  }
}

function isCall(path: Path): boolean {
  return path.kind === 'trait-item' && calleeOf(path) !== null;
}

function isNameable(path: Path, crate: string | null): boolean {
  let at = path;
  while (at.kind === 'instance') at = at.path;
  return !isItem(at) && !isParameter(at) && canName(crate, crateOf(at));
}

/** Characters that would hide or reorder text are replaced: a hostile symbol may hold any byte. */
function visible(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

function shortened(text: string): string {
  if (text.length <= MAX_NAME) return text;
  const head = text.slice(0, HEAD).replace(/[\ud800-\udbff]$/, '');
  const tail = text.slice(HEAD + CUT.length - MAX_NAME).replace(/^[\udc00-\udfff]/, '');
  return head + CUT + tail;
}
