import {
  type GenericArg,
  isPath,
  isUnnamed,
  type Path,
  type TraitImpl,
  type TraitItem,
  type Type,
} from './tree.ts';

/** The standard library's crates, each of which may name only those before it. */
const STANDARD = ['core', 'alloc', 'std', 'proc_macro'];
const MAX_CRATES = 16;

/**
 * The crate whose source holds a path's item: an `impl` block's is the one where the block stands, which v0 names always. The legacy form
 * does so only for a block away from both its type and its trait; else it is inferred by the orphan rule. Null when nothing says so.
 */
export function crateOf(path: Path): string | null {
  for (let at = path; ; ) {
    switch (at.kind) {
      case 'crate':
        return at.name === '' ? null : at.name;
      case 'nested':
        at = at.parent;
        break;
      case 'instance':
        at = at.path;
        break;
      case 'trait-item':
        at = calleeOf(at) ?? at.trait;
        break;
      default: {
        if (at.parent !== null) at = at.parent;
        else if (at.kind === 'trait-impl') return inferredCrate(at);
        else if (isPath(at.self)) at = at.self;
        else return 'core';
      }
    }
  }
}

/** The closure or function that a call through a trait (`FnOnce::call_once`) runs. */
export function calleeOf(path: TraitItem): Path | null {
  let at = path.self;
  while (at.kind === 'instance') at = at.path;
  return isItem(at) ? (at as Path) : null;
}

/** Whether a type is a closure's or function's own, which no `impl` block can name: it stands for a type parameter. */
export function isItem(type: Type): boolean {
  return type.kind === 'nested' && (isUnnamed(type) || type.namespace === 'v');
}

/** Whether a crate's source can name another crate's types, as far as is known: the standard library's cannot name a project's. */
export function canName(crate: string | null, other: string | null): boolean {
  const place = STANDARD.indexOf(crate ?? '');
  if (place < 0) return true;
  const target = STANDARD.indexOf(other ?? '');
  return target >= 0 && target <= place;
}

export function isStandard(crate: string | null): boolean {
  return STANDARD.includes(crate ?? '');
}

/** An `impl` stands in the crate of its type or of its trait; both are named, and the standard library holds none of a project's. */
function inferredCrate(path: TraitImpl): string | null {
  const self = ownCrate(path.self);
  if (self !== null && !isStandard(self)) return self;
  const trait = ownCrate(path.trait);
  if (trait !== null && !isStandard(trait)) return trait;
  const named: string[] = [];
  collectCrates(path.self, named);
  collectCrates(path.trait, named);
  return named.find((crate) => !isStandard(crate)) ?? laterStandard(self, trait);
}

/** Of a type's and a trait's crate the one that can name the other. */
function laterStandard(self: string | null, trait: string | null): string | null {
  return trait !== null && canName(trait, self) ? trait : (self ?? trait);
}

function ownCrate(type: Type): string | null {
  return isPath(type) && !isParameter(type) ? crateOf(type) : null;
}

function collectCrates(type: GenericArg, into: string[]): void {
  if (into.length >= MAX_CRATES) return;
  if (isPath(type)) {
    const crate = ownCrate(type);
    if (crate !== null) into.push(crate);
  }
  for (const part of partsOf(type)) collectCrates(part, into);
}

function partsOf(type: GenericArg): readonly GenericArg[] {
  switch (type.kind) {
    case 'instance':
      return type.args;
    case 'reference':
    case 'pointer':
      return [type.target];
    case 'slice':
    case 'array':
      return [type.element];
    case 'tuple':
      return type.elements;
    case 'dyn':
      return type.traits.map((trait) => trait.path);
    default:
      return [];
  }
}

/** A bare name in a type's place is a type parameter, since a crate is no type. */
export function isParameter(path: Path): boolean {
  return path.kind === 'crate';
}
