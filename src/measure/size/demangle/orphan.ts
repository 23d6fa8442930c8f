import { canName, crateOf, isParameter, isStandard } from './crate.ts';
import { type GenericArg, isPath, type Path, type Type } from './tree.ts';

const MAX_CRATES = 16;

/**
 * Where an `impl` block stands that a legacy name shows only as `<self as trait>`: by Rust's orphan rule in the crate of the type or of
 * the trait. The standard library holds none of a project's; between two crates of the project it is taken to be the type's.
 */
export function inferredPlace(self: Type, trait: Path): Path | null {
  const name = inferredCrate(self, trait);
  return name === null ? null : { kind: 'crate', name };
}

function inferredCrate(selfType: Type, traitPath: Path): string | null {
  const self = ownCrate(selfType);
  if (self !== null && !isStandard(self)) return self;
  const trait = ownCrate(traitPath);
  if (trait !== null && !isStandard(trait)) return trait;
  const named: string[] = [];
  collectCrates(selfType, named);
  collectCrates(traitPath, named);
  const project = named.find((crate) => !isStandard(crate));
  if (project !== undefined) return project;
  // Of two crates of the standard library, the one that can name the other.
  return trait !== null && canName(trait, self) ? trait : (self ?? trait);
}

function ownCrate(type: GenericArg): string | null {
  return isPath(type) && !isParameter(type) ? crateOf(type) : null;
}

function collectCrates(type: GenericArg, into: string[]): void {
  if (into.length >= MAX_CRATES) return;
  const crate = ownCrate(type);
  if (crate !== null) into.push(crate);
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
