import { Output } from './output.ts';
import {
  type Constant,
  type DynTrait,
  type DynType,
  type Fields,
  type FunctionType,
  type GenericArg,
  isPath,
  isUnnamed,
  type Nested,
  type Path,
  type Pattern,
  type Type,
} from './tree.ts';

/** Writes a v0 path as rustc-demangle's `{:#}` does: no crate hashes, no types of literals. Above `limit` characters it is cut. */
export function printPath(path: Path, limit: number): string {
  const printer = new Printer(limit);
  printer.path(path, true);
  return printer.output.text();
}

class Printer {
  readonly output: Output;
  /** Lifetimes that the binders around this place bind. */
  #bound = 0;

  constructor(limit: number) {
    this.output = new Output(limit);
  }

  /** In an expression, generic arguments are written `::<…>`. */
  path(path: Path, expression: boolean): void {
    if (!this.output.enter()) return;
    switch (path.kind) {
      case 'crate':
        this.output.put(path.name);
        break;
      case 'nested':
        this.path(path.parent, expression);
        this.output.put(lastPart(path));
        break;
      case 'inherent-impl':
        this.#angled(path.self, null);
        break;
      case 'trait-impl':
      case 'trait-item':
        this.#angled(path.self, path.trait);
        break;
      case 'instance':
        this.path(path.path, expression);
        this.output.put(expression ? '::<' : '<');
        this.#list(path.args, ', ', (arg) => this.#genericArg(arg));
        this.output.put('>');
        break;
    }
    this.output.leave();
  }

  #angled(self: Type, trait: Path | null): void {
    this.output.put('<');
    this.#type(self);
    if (trait !== null) {
      this.output.put(' as ');
      this.path(trait, false);
    }
    this.output.put('>');
  }

  #genericArg(arg: GenericArg): void {
    if (arg.kind === 'lifetime') this.output.put(this.#lifetime(arg.index));
    else if (arg.kind === 'constant') this.#constant(arg.value, false);
    else this.#type(arg);
  }

  #type(type: Type): void {
    if (type.kind === 'basic') this.output.put(type.name);
    else if (isPath(type)) this.path(type, false);
    else if (this.output.enter()) {
      this.#compound(type);
      this.output.leave();
    }
  }

  #compound(type: Exclude<Type, Path | { kind: 'basic' }>): void {
    const { output } = this;
    switch (type.kind) {
      case 'reference':
        output.put(type.lifetime === 0 ? '&' : `&${this.#lifetime(type.lifetime)} `);
        if (type.mutable) output.put('mut ');
        this.#type(type.target);
        break;
      case 'pointer':
        output.put(type.mutable ? '*mut ' : '*const ');
        this.#type(type.target);
        break;
      case 'slice':
        output.put('[');
        this.#type(type.element);
        output.put(']');
        break;
      case 'array':
        output.put('[');
        this.#type(type.element);
        output.put('; ');
        this.#constant(type.length, true);
        output.put(']');
        break;
      case 'tuple':
        this.#tuple(type.elements, (element) => this.#type(element));
        break;
      case 'function':
        this.#function(type);
        break;
      case 'dyn':
        this.#dyn(type);
        break;
      case 'pattern':
        this.#type(type.base);
        output.put(' is ');
        this.#pattern(type.pattern);
        break;
      case 'splat':
        output.put('#[splat] ');
        this.#type(type.type);
        break;
    }
  }

  #function(type: FunctionType): void {
    this.#binder(type.lifetimes, () => {
      if (type.unsafe) this.output.put('unsafe ');
      if (type.abi !== null) this.output.put(`extern "${type.abi}" `);
      this.output.put('fn(');
      this.#list(type.parameters, ', ', (parameter) => this.#type(parameter));
      this.output.put(')');
      if (type.result === null) return;
      this.output.put(' -> ');
      this.#type(type.result);
    });
  }

  #dyn(type: DynType): void {
    this.output.put('dyn ');
    this.#binder(type.lifetimes, () => this.#list(type.traits, ' + ', (trait) => this.#dynTrait(trait)));
    if (type.lifetime !== 0) this.output.put(` + ${this.#lifetime(type.lifetime)}`);
  }

  /** The associated types join the trait's own arguments: `Iterator<Item = u8>`. */
  #dynTrait(trait: DynTrait): void {
    const instance = trait.path.kind === 'instance' ? trait.path : null;
    this.path(instance?.path ?? trait.path, false);
    if (instance === null && trait.bindings.length === 0) return;
    this.output.put('<');
    this.#list(instance?.args ?? [], ', ', (arg) => this.#genericArg(arg));
    this.#list(trait.bindings, ', ', (binding, index) => {
      if (index === 0 && instance !== null) this.output.put(', ');
      this.output.put(`${binding.name} = `);
      this.#genericArg(binding.value);
    });
    this.output.put('>');
  }

  #binder(lifetimes: number, write: () => void): void {
    const outer = this.#bound;
    if (lifetimes > 0) this.output.put('for<');
    for (let index = 0; index < lifetimes && !this.output.isFull(); index += 1) {
      this.#bound += 1;
      this.output.put(index === 0 ? this.#lifetime(1) : `, ${this.#lifetime(1)}`);
    }
    if (lifetimes > 0) this.output.put('> ');
    write();
    this.#bound = outer;
  }

  #lifetime(index: number): string {
    if (index === 0) return "'_";
    const depth = this.#bound - index;
    if (depth < 0) return "'?";
    return depth < 26 ? `'${String.fromCharCode(0x61 + depth)}` : `'_${depth}`;
  }

  /** Outside an expression all but literals stand in braces. */
  #constant(constant: Constant, expression: boolean): void {
    if (constant.kind === 'literal') this.output.put(constant.text);
    else if (this.output.enter()) {
      if (!expression) this.output.put('{');
      this.#braced(constant);
      if (!expression) this.output.put('}');
      this.output.leave();
    }
  }

  #braced(constant: Exclude<Constant, { kind: 'literal' }>): void {
    switch (constant.kind) {
      case 'str':
        this.output.put(`*${constant.text}`);
        break;
      case 'reference-to':
        this.output.put(constant.mutable ? '&mut ' : '&');
        this.#constant(constant.value, true);
        break;
      case 'array-of':
        this.output.put('[');
        this.#constants(constant.values);
        this.output.put(']');
        break;
      case 'tuple-of':
        this.#tuple(constant.values, (value) => this.#constant(value, true));
        break;
      case 'variant':
        this.path(constant.path, true);
        this.#fields(constant.fields);
        break;
    }
  }

  #fields(fields: Fields): void {
    if (fields.kind === 'positional') {
      this.output.put('(');
      this.#constants(fields.values);
      this.output.put(')');
    } else if (fields.kind === 'named') {
      this.output.put(' { ');
      this.#list(fields.values, ', ', (field) => {
        this.output.put(`${field.name}: `);
        this.#constant(field.value, true);
      });
      this.output.put(' }');
    }
  }

  #pattern(pattern: Pattern): void {
    if (!this.output.enter()) return;
    if (pattern.kind === 'not-null') this.output.put('!null');
    else if (pattern.kind === 'or') this.#list(pattern.alternatives, ' | ', (one) => this.#pattern(one));
    else {
      this.#constant(pattern.start, false);
      this.output.put('..=');
      this.#constant(pattern.end, false);
    }
    this.output.leave();
  }

  #constants(values: readonly Constant[]): void {
    this.#list(values, ', ', (value) => this.#constant(value, true));
  }

  #tuple<T>(items: readonly T[], write: (item: T) => void): void {
    this.output.put('(');
    this.#list(items, ', ', write);
    this.output.put(items.length === 1 ? ',)' : ')');
  }

  #list<T>(items: readonly T[], separator: string, write: (item: T, index: number) => void): void {
    for (const [index, item] of items.entries()) {
      if (this.output.isFull()) return;
      if (index > 0) this.output.put(separator);
      write(item, index);
    }
  }
}

function lastPart(path: Nested): string {
  const { namespace, name } = path;
  if (!isUnnamed(path)) return name === '' ? '' : `::${name}`;
  const kind = namespace === 'C' ? 'closure' : namespace === 'S' ? 'shim' : namespace;
  return `::{${kind}${name === '' ? '' : `:${name}`}#${path.disambiguator}}`;
}
