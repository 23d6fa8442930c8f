import { isPath, isUnnamed, type Nested, type Path, type TraitItem, type Type } from './tree.ts';

/** The standard library's crates, each of which may name only those before it. */
const STANDARD = ['core', 'alloc', 'std', 'proc_macro'];

/**
 * The crate whose source holds a path's item: for an `impl` the one where the block stands. Null when the symbol does not tell.
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
      case 'trait-impl':
        if (at.parent === null) return null;
        at = at.parent;
        break;
      case 'inherent-impl': {
        const self = isPath(at.self) && !isParameter(at.self) ? at.self : null;
        const place = at.parent ?? self;
        if (place === null) return null;
        at = place;
      }
    }
  }
}

/** The closure or function that a call through a trait (`FnOnce::call_once`) runs. */
export function calleeOf(path: TraitItem): Nested | null {
  let at = path.self;
  while (at.kind === 'instance') at = at.path;
  return isItem(at) ? at : null;
}

/** Whether a type is a closure's or function's own, which no `impl` block can name: it stands for a type parameter. */
export function isItem(type: Type): type is Nested {
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

/** A bare name in a type's place is a type parameter, since a crate is no type. */
export function isParameter(path: Path): boolean {
  return path.kind === 'crate';
}
