import { z } from 'zod';
import { TOOLCHAINS } from '../toolchain/toolchain.ts';
import { attributionSchema } from './attribution.ts';
import { identitySchema, MAX_NAME, MAX_PACKAGES, packageSchema, valueSchema } from './measurement.ts';
import { AXES } from './metric.ts';

/** Version of `report-data.json`. */
export const REPORT_DATA_SCHEMA = 1;

/** Name of the file that a check leaves, and of the one entry that its artifact may hold. */
export const REPORT_DATA_FILE = 'report-data.json';

/** Most bytes of the file: it is neither written nor read beyond. */
export const MAX_REPORT_DATA_BYTES = 32 * 1024 * 1024;

/** Most failures and warnings of a list, and most characters of each text. */
export const MAX_FAILED = 2000;
export const MAX_WARNINGS = 200;
export const MAX_LINE = 4000;
export const MAX_OUTPUT = 8000;

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'is not a full commit SHA');
const name = z.string().min(1).max(MAX_NAME);
const line = z.string().max(MAX_LINE);
const caseName = name.regex(new RegExp(`^(${AXES.join('|')}) [^]`), 'names no axis');
const count = z.number().int().nonnegative();

/** Seconds. Whether it can be a time is for the judgement to say; JSON has no infinities and no NaN. */
const seconds = z.number();
const pairs = z.array(z.tuple([seconds, seconds])).max(500);
/** By layout and round. */
const layoutTimes = z.array(z.array(seconds).max(500)).max(17);

const failedSchema = z.strictObject({ case: caseName, message: line, output: z.string().max(MAX_OUTPUT) });
const warningsSchema = z.array(line).max(MAX_WARNINGS);

/** A number that is shown as it stands. */
const few = z.number().min(0).max(100_000);

/** Instructions of base and head, as the judgement of benchmarks takes them. */
const instructionsSchema = z.strictObject({
  before: z.number().int().nonnegative(),
  after: z.number().int().nonnegative(),
  /** Relative. */
  spread: z.number().min(-100).max(100).nullable(),
});

/** The raw times of one benchmark, run for base and head in turn. */
const benchCaseSchema = z.strictObject({
  case: caseName,
  /** null: not counted. */
  instructions: instructionsSchema.nullable(),
  screening: pairs,
  confirmation: pairs,
  layouts: z
    .union([z.strictObject({ unavailable: line }), z.strictObject({ base: layoutTimes, head: layoutTimes })])
    .nullable(),
});
export type BenchCaseData = Readonly<z.infer<typeof benchCaseSchema>>;

/** What a configuration's benchmarks left. */
const benchDataSchema = z.strictObject({
  /** Full SHA of the commit whose programs were the base's. */
  base: sha,
  cases: z.array(benchCaseSchema).max(20_000),
  /** Benchmarks whose instructions alone are counted. */
  counts: z.array(instructionsSchema.extend({ case: caseName })).max(20_000),
  failed: z.array(failedSchema).max(MAX_FAILED),
  warnings: warningsSchema,
  /** How they were run; null when none was. */
  run: z
    .strictObject({
      /** The base against itself. */
      noise: z.array(z.strictObject({ case: caseName, pairs })).max(100),
      load: z
        .strictObject({
          average: z.tuple([few, few]),
          others: z.number().min(0).max(1),
          steal: z.number().min(0).max(1),
        })
        .nullable(),
      /** Benchmarks that were run, and pairs of them all. */
      cases: count,
      pairs: count,
      /** Spent and allowed. */
      minutes: few,
      budget: few,
      /** By what instructions were counted, in a reader's words. */
      instructions: line.optional(),
      /** Benchmarks that were not timed, because they do the same on both sides; left out when none. */
      unchanged: count.positive().optional(),
    })
    .nullable(),
});
export type BenchData = Readonly<z.infer<typeof benchDataSchema>>;

const cost = z.number().min(0).max(1e9);
const costPairs = z.array(z.tuple([cost, cost])).max(500);
const costs = z.array(cost.nullable()).max(500);

/** What was found of the cost of compiling base and head, in CPU seconds. `base`: full SHA of the base that was compiled. */
const compileDataSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unchanged'), base: sha }),
  z.strictObject({
    kind: z.literal('rounds'),
    base: sha,
    rounds: costPairs,
    crates: z.array(z.strictObject({ name: name.nullable(), before: costs, after: costs })).max(5000),
  }),
  z.strictObject({
    kind: z.literal('apart'),
    base: sha,
    why: line,
    cold: z.union([costPairs, line]).nullable(),
  }),
]);
export type CompileData = Readonly<z.infer<typeof compileDataSchema>>;

/** What was measured of the head in one configuration. */
const headDataSchema = z.strictObject({
  toolchain: z.enum(TOOLCHAINS),
  identity: identitySchema,
  /** `profile.*` fields of the benchmark programs; left out: there are none. */
  benchProfile: identitySchema.optional(),
  packages: z.array(packageSchema).max(MAX_PACKAGES),
  values: z.array(valueSchema.extend({ case: caseName })).max(200_000),
  /** Where the bytes of programs come from whose size moved. */
  attributions: z.array(attributionSchema).max(2000),
  /** Names of the benchmarks that it has. */
  benches: z.array(caseName).max(20_000),
  /** Cases of another tool's numbers that are of category secondary. */
  secondary: z.array(caseName).max(2000),
  warnings: warningsSchema,
});
export type HeadData = Readonly<z.infer<typeof headDataSchema>>;

const configurationDataSchema = z.strictObject({
  configuration: name,
  /** null: it did not build, and `failed` says why. */
  head: headDataSchema.nullable(),
  /** null: base and head were not compiled side by side, and nothing says why. */
  compile: compileDataSchema.nullable(),
  /** null: no benchmark was to be run. */
  bench: benchDataSchema.nullable(),
  failed: z.array(failedSchema).max(MAX_FAILED),
  warnings: warningsSchema,
});
export type ConfigurationData = Readonly<z.infer<typeof configurationDataSchema>>;

/**
 * `report-data.json`: what one check measured, raw. It holds no verdict, no threshold and no Markdown: who reads it judges the
 * samples again, with a baseline and a configuration of their own. Whoever can change what the check runs can write anything here.
 */
export const reportDataSchema = z.strictObject({
  schema: z.literal(REPORT_DATA_SCHEMA),
  /** Version of Tare that wrote it. */
  tare: z.string().max(40),
  /** Full SHA of the commit that was built: on a pull request, its test merge. */
  commit: sha,
  /** null: the event had none. */
  pullRequest: z.strictObject({ number: z.number().int().positive(), headSha: sha }).nullable(),
  configurations: z.array(configurationDataSchema).min(1).max(50),
});
export type ReportData = Readonly<z.infer<typeof reportDataSchema>>;

/** What a check knows of its data; the event adds the pull request. */
export type MeasuredData = Omit<ReportData, 'pullRequest'>;
