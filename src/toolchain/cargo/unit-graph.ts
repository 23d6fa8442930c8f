import { z } from 'zod';

const profileSchema = z.object({
  opt_level: z.string(),
  lto: z.string(),
  codegen_units: z.number().nullish(),
  debuginfo: z.union([z.number(), z.string()]).nullish(),
  split_debuginfo: z.string().nullish(),
  debug_assertions: z.boolean(),
  overflow_checks: z.boolean(),
  rpath: z.boolean(),
  incremental: z.boolean(),
  panic: z.string(),
  strip: z.unknown(),
});
export type UnitProfile = z.infer<typeof profileSchema>;

const unitSchema = z.object({
  pkg_id: z.string(),
  target: z.object({ kind: z.array(z.string()), crate_types: z.array(z.string()), name: z.string() }),
  profile: profileSchema,
  platform: z.string().nullish(),
  mode: z.string(),
  dependencies: z.array(z.object({ index: z.number().int().nonnegative() })),
});
export type Unit = z.infer<typeof unitSchema>;

const graphSchema = z.object({
  version: z.literal(1),
  units: z.array(unitSchema),
  roots: z.array(z.number().int().nonnegative()),
});

/** What cargo would build, with every profile resolved. */
export interface UnitGraph {
  readonly units: readonly Unit[];
  readonly roots: readonly Unit[];
  /** Units that become part of a program: neither build script nor procedural macro, nor anything that only those use. */
  readonly target: readonly Unit[];
  /** Procedural macros that units of the programs use. */
  readonly macros: readonly Unit[];
  /** The units that are not in `target`: build scripts, procedural macros and what they use. */
  readonly host: readonly Unit[];
}

/**
 * Reads the output of `cargo build --unit-graph`, an unstable format of which version 1 is known.
 * Gives null for anything else: the graph is evidence that may be missing, never a reason to fail.
 */
export function parseUnitGraph(text: string): UnitGraph | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = graphSchema.safeParse(json);
  if (!parsed.success) return null;
  const { units } = parsed.data;
  const reached = reach(units, parsed.data.roots);
  return {
    units,
    roots: parsed.data.roots.flatMap((index) => units[index] ?? []),
    target: units.filter((_, index) => reached.has(index)),
    macros: macrosOf(units, reached),
    host: units.filter((_, index) => !reached.has(index)),
  };
}

/** Whether the unit runs in the build, and not in the program. */
export function isHostUnit(unit: Unit): boolean {
  return (
    unit.mode !== 'build' ||
    unit.target.kind.includes('custom-build') ||
    unit.target.kind.includes('proc-macro')
  );
}

function macrosOf(units: readonly Unit[], reached: ReadonlySet<number>): Unit[] {
  const used = new Set(
    [...reached].flatMap((index) => units[index]?.dependencies.map((one) => one.index) ?? []),
  );
  return units.filter((unit, index) => used.has(index) && unit.target.kind.includes('proc-macro'));
}

function reach(units: readonly Unit[], roots: readonly number[]): Set<number> {
  const reached = new Set<number>();
  const open = [...roots];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const unit = units[index];
    if (unit === undefined || reached.has(index) || isHostUnit(unit)) continue;
    reached.add(index);
    open.push(...unit.dependencies.map((dependency) => dependency.index));
  }
  return reached;
}
