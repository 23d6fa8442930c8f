/**
 * What a Rust symbol names, as a tree. A back reference of the v0 form is the node that it points to, so the tree shares nodes
 * (never in a circle) and whoever walks it must bound its steps.
 */
export type Path =
  | { readonly kind: 'crate'; readonly name: string }
  | Nested
  | InherentImpl
  | TraitImpl
  | TraitItem
  | Instance;

/** `parent::name`; a namespace in upper case is no name in the source: `C` a closure, `S` a shim. */
export interface Nested {
  readonly kind: 'nested';
  readonly parent: Path;
  readonly namespace: string;
  readonly name: string;
  readonly disambiguator: number | bigint;
}

/** `<self>`; the parent is where the `impl` block stands, null where the legacy form does not say. */
export interface InherentImpl {
  readonly kind: 'inherent-impl';
  readonly parent: Path | null;
  readonly self: Type;
}

/** `<self as trait>` of an `impl` block; the parent as in an inherent one. */
export interface TraitImpl {
  readonly kind: 'trait-impl';
  readonly parent: Path | null;
  readonly self: Type;
  readonly trait: Path;
}

/** `<self as trait>` of the trait's own definition: a default method, or a call through a closure or function. */
export interface TraitItem {
  readonly kind: 'trait-item';
  readonly self: Type;
  readonly trait: Path;
}

/** `path<args>` */
export interface Instance {
  readonly kind: 'instance';
  readonly path: Path;
  readonly args: readonly GenericArg[];
}

/** Lifetimes are numbers: 0 is `'_`, n the n-th binder outwards. Counts of lifetimes are those that a `for<…>` binds. */
export type Type =
  | Path
  | { readonly kind: 'basic'; readonly name: string }
  | {
      readonly kind: 'reference';
      readonly mutable: boolean;
      readonly lifetime: number;
      readonly target: Type;
    }
  | { readonly kind: 'pointer'; readonly mutable: boolean; readonly target: Type }
  | { readonly kind: 'slice'; readonly element: Type }
  | { readonly kind: 'array'; readonly element: Type; readonly length: Constant }
  | { readonly kind: 'tuple'; readonly elements: readonly Type[] }
  | FunctionType
  | DynType
  | { readonly kind: 'pattern'; readonly base: Type; readonly pattern: Pattern }
  | { readonly kind: 'splat'; readonly type: Type };

export interface FunctionType {
  readonly kind: 'function';
  readonly lifetimes: number;
  readonly unsafe: boolean;
  readonly abi: string | null;
  readonly parameters: readonly Type[];
  /** Null: `()`. */
  readonly result: Type | null;
}

export interface DynType {
  readonly kind: 'dyn';
  readonly lifetimes: number;
  readonly traits: readonly DynTrait[];
  readonly lifetime: number;
}

export interface DynTrait {
  readonly path: Path;
  readonly bindings: readonly { readonly name: string; readonly value: GenericArg }[];
}

export type GenericArg =
  | Type
  | { readonly kind: 'lifetime'; readonly index: number }
  | { readonly kind: 'constant'; readonly value: Constant };

/** `text` of a literal is as in Rust source, without the type's suffix. */
export type Constant =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'str'; readonly text: string }
  | { readonly kind: 'reference-to'; readonly mutable: boolean; readonly value: Constant }
  | { readonly kind: 'array-of'; readonly values: readonly Constant[] }
  | { readonly kind: 'tuple-of'; readonly values: readonly Constant[] }
  | { readonly kind: 'variant'; readonly path: Path; readonly fields: Fields };

export type Fields =
  | { readonly kind: 'unit' }
  | { readonly kind: 'positional'; readonly values: readonly Constant[] }
  | {
      readonly kind: 'named';
      readonly values: readonly { readonly name: string; readonly value: Constant }[];
    };

export type Pattern =
  | { readonly kind: 'range'; readonly start: Constant; readonly end: Constant }
  | { readonly kind: 'or'; readonly alternatives: readonly Pattern[] }
  | { readonly kind: 'not-null' };

/** Whether a nested name is a closure, a shim or the like, which the source does not name. */
export function isUnnamed(path: Nested): boolean {
  return path.namespace >= 'A' && path.namespace <= 'Z';
}

export function isPath(type: GenericArg): type is Path {
  switch (type.kind) {
    case 'crate':
    case 'nested':
    case 'inherent-impl':
    case 'trait-impl':
    case 'trait-item':
    case 'instance':
      return true;
    default:
      return false;
  }
}
