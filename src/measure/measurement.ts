import { z } from 'zod';
import { attributionSchema } from './attribution.ts';
import { FORMAT_NAMES } from './bench/formats/format.ts';

/** Version of the stored measurement and baseline formats; part of every baseline key. */
export const MEASUREMENT_SCHEMA = 1;

/** Most bytes of all programs of a measurement together: beside them its numbers and names have to fit a baseline entry. */
export const MAX_PROGRAM_BYTES = 336 * 1024 * 1024;

/** Longest name, of a case, a program or a field, that a stored document may hold. */
export const MAX_NAME = 400;
const name = z.string().min(1).max(MAX_NAME);
const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full commit SHA');

/**
 * What a measurement depends on, as flat fields:
 * `toolchain.*` (name, rustc, cargo, host) · `target` · `profile.*` (name and every effective key, e.g. `profile.lto`;
 * package overrides as `profile.package.<name>.<key>`) · `flags.*` (RUSTFLAGS and actual `-C` flags that differ from the
 * profile) · `linker` · `features` · `lockfile` (SHA-256) · `machine.*` (os, arch, cpu, cores, image, kernel) · `jobs`.
 */
export const identitySchema = z.record(name, z.string().max(4000));
export type Identity = z.infer<typeof identitySchema>;

/** One number: bytes, seconds or a count, as the metric's unit says. */
export const valueSchema = z.strictObject({
  case: name,
  metric: name,
  value: z.number().nonnegative(),
});
export type Value = z.infer<typeof valueSchema>;

/** A program as it is kept in a baseline entry. */
export const programSchema = z.strictObject({
  name,
  kind: z.enum(['bin', 'cdylib', 'bench', 'layout', 'other']),
  /** Path inside the entry, `/`-separated, e.g. `bin/rg`. */
  file: z.string().regex(/^(bin|bench)\/[^/\\\0]+$/, 'bin/NAME or bench/NAME'),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type StoredProgram = z.infer<typeof programSchema>;

/**
 * What a compiled package is for. `linked`: its code can be in a program. `proc-macro`: it writes code that can be. `build`: only
 * the build runs it: build scripts, and what they and procedural macros use. The first that applies.
 */
export const PACKAGE_ROLES = ['linked', 'proc-macro', 'build'] as const;

/** A package that a build compiled. */
export const packageSchema = z.strictObject({
  name,
  version: z.string().max(MAX_NAME),
  /** Where it comes from; absent for the toolchain's public registry. */
  source: z.string().max(MAX_NAME).optional(),
  role: z.enum(PACKAGE_ROLES),
  /** Present where a package of the workspace itself depends on it. */
  direct: z.literal(true).optional(),
});
export type BuiltPackage = Readonly<z.infer<typeof packageSchema>>;

const storedPath = programSchema.shape.file;

/** One benchmark of a stored program, and how it alone is run. */
export const storedBenchSchema = z.strictObject({
  /** Full name, `bench sort/10k`. */
  case: name,
  file: storedPath,
  args: z.array(z.string().max(4000)).max(200),
  /** Variables that must name a private, writable folder. */
  home: z.array(name).max(20),
  metric: z.enum(['wall-time', 'instructions']),
  /** Where its number is printed; null: the time of the whole process is taken. */
  reads: z
    .strictObject({ format: z.enum(FORMAT_NAMES), row: z.string().max(MAX_NAME).nullable() })
    .nullable(),
  /** Where it is run, relative to the repository's root, `/`-separated; empty: the root. */
  directory: z.string().max(4000),
  /** Programs of the project that its program may start by an absolute path that it holds; left out: none that is known. */
  starts: z.array(name).max(2000).optional(),
});
export type StoredBench = z.infer<typeof storedBenchSchema>;

/** Most packages that a measurement holds. */
export const MAX_PACKAGES = 20_000;

/** Everything recorded for one commit in one configuration. */
export const measurementSchema = z.strictObject({
  schema: z.literal(MEASUREMENT_SCHEMA),
  /** Version of Tare that wrote it. */
  tare: z.string().max(40),
  commit: sha,
  configuration: name,
  /** ISO 8601, UTC. */
  recorded: z.iso.datetime(),
  identity: identitySchema,
  /** `profile.*` fields that the benchmark programs were really built with; left out: there are none, or it is not known. */
  benchProfile: identitySchema.optional(),
  /** Every package that the build compiled, the project's own excluded; sorted by name, then version. */
  packages: z.array(packageSchema).max(MAX_PACKAGES),
  values: z.array(valueSchema).max(200_000),
  programs: z.array(programSchema).max(2000),
  benches: z.array(storedBenchSchema).max(20_000),
  /** Programs that are stored in other code layouts too, and those files. */
  layouts: z.array(z.strictObject({ file: storedPath, others: z.array(storedPath).max(16) })).max(2000),
  /** Where the bytes of programs come from; entries of earlier versions have none. */
  attributions: z.array(attributionSchema).max(2000).default([]),
  warnings: z.array(z.string().max(4000)).max(200),
});
export type Measurement = z.infer<typeof measurementSchema>;

/** One earlier main commit's machine-dependent numbers: what the historical tier is judged against. */
export const historyRowSchema = z.strictObject({
  commit: sha,
  recorded: z.iso.datetime(),
  /** Only the identity fields that historical metrics depend on. */
  identity: identitySchema,
  values: z.array(valueSchema).max(2000),
  /** Run times of benchmarks against the previous measured main commit, after / before; left out where none was run. */
  ratios: z
    .array(z.strictObject({ case: name, ratio: z.number().positive() }))
    .max(2000)
    .optional(),
});
export type HistoryRow = z.infer<typeof historyRowSchema>;

/** Most rows of history that a baseline entry carries; the fence uses the last 30 steps. */
export const MAX_HISTORY = 60;
export const historySchema = z.array(historyRowSchema).max(MAX_HISTORY);
