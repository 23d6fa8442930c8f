import { z } from 'zod';

const targetSchema = z.object({
  name: z.string(),
  kind: z.array(z.string()),
  crate_types: z.array(z.string()),
  src_path: z.string().optional(),
  'required-features': z.array(z.string()).optional(),
});

const packageSchema = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  manifest_path: z.string(),
  targets: z.array(targetSchema),
  features: z.record(z.string(), z.array(z.string())),
  dependencies: z.array(z.object({ name: z.string() })).optional(),
});
export type Package = z.infer<typeof packageSchema>;

const metadataSchema = z.object({
  packages: z.array(packageSchema),
  workspace_members: z.array(z.string()),
  workspace_default_members: z.array(z.string()).optional(),
  workspace_root: z.string(),
});

/** What `cargo metadata --no-deps` says about the workspace that the working directory belongs to. */
export interface Metadata {
  readonly workspaceRoot: string;
  readonly members: readonly Package[];
  /** The packages that `cargo build` takes in this directory when none is named. */
  readonly defaultMembers: readonly Package[];
}

/** Parses the output of `cargo metadata --format-version 1 --no-deps`. Errors: throws for another format. */
export function parseMetadata(text: string): Metadata {
  const parsed = metadataSchema.parse(JSON.parse(text));
  const ids = new Set(parsed.workspace_members);
  const members = parsed.packages.filter((candidate) => ids.has(candidate.id));
  const defaults = new Set(parsed.workspace_default_members ?? parsed.workspace_members);
  return {
    workspaceRoot: parsed.workspace_root,
    members,
    defaultMembers: members.filter((candidate) => defaults.has(candidate.id)),
  };
}

/** Names of a package's targets of one kind: `bin`, `cdylib`, `lib`, … */
export function targetsOf(from: Package, kind: string): string[] {
  return from.targets.filter((target) => target.kind.includes(kind)).map((target) => target.name);
}

const NOT_LIBRARIES = new Set(['bin', 'example', 'test', 'bench', 'custom-build']);

/** Whether the package has a library target, of whatever crate type. */
export function hasLibrary(from: Package): boolean {
  return from.targets.some((target) => !target.kind.some((kind) => NOT_LIBRARIES.has(kind)));
}
