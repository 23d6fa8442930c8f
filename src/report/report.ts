import { z } from 'zod';
import { causeSchema, comparisonSchema } from '../compare/comparison.ts';
import { ATTRIBUTION_METHODS } from '../measure/attribution.ts';
import { acceptanceSchema } from '../measure/history-record.ts';
import { identitySchema, MAX_NAME, valueSchema } from '../measure/measurement.ts';

export const REPORT_SCHEMA = 1;

/** Verdict over a whole report. */
export const REPORT_VERDICTS = ['regression', 'improvement', 'mixed', 'none', 'inconclusive'] as const;
export type ReportVerdict = (typeof REPORT_VERDICTS)[number];

/** Which job wrote a report. */
export const REPORT_JOBS = ['record', 'check'] as const;
export type ReportJob = (typeof REPORT_JOBS)[number];

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const text = z.string().max(4000);

const baseSchema = z.strictObject({
  sha,
  /** First-parent commits between the wanted base and the one whose baseline was used. */
  distance: z.number().int().nonnegative(),
  /** `cache` and `directory`: stored earlier; `rebuilt`: built in this job. */
  source: z.enum(['cache', 'directory', 'rebuilt']),
});
export type ReportBase = z.infer<typeof baseSchema>;

const changedFieldSchema = z.strictObject({
  configuration: z.string().max(MAX_NAME),
  field: z.string().max(MAX_NAME),
  before: text.nullable(),
  after: text.nullable(),
});
export type ChangedField = z.infer<typeof changedFieldSchema>;

const identityPairSchema = z.strictObject({
  base: identitySchema.nullable(),
  head: identitySchema,
  changed: z.array(changedFieldSchema).max(2000),
});

/**
 * What became of the head as a baseline. `now`: stored by this run; `earlier`: it was there already; `no`: refused, and a
 * warning says why; null: not asked for, as by `check`, or nothing was built.
 */
const recordedSchema = z.enum(['now', 'earlier', 'no']).nullable();
export type Recorded = z.infer<typeof recordedSchema>;

const share = z.number().min(0).max(1);

/** How a configuration's benchmarks were run: what a reader needs to believe the intervals. */
const benchRunSchema = z.strictObject({
  /** The base against itself in the same rounds, so that any change is noise: the noise floor of this job. */
  noise: z
    .array(
      z.strictObject({
        case: z.string().min(1).max(MAX_NAME),
        /** As a comparison's: 0.001 is +0.1 %. */
        change: z.number(),
        ci: z.tuple([z.number(), z.number()]).nullable(),
        pairs: z.number().int().nonnegative(),
      }),
    )
    .max(100),
  /** What else kept the machine busy; null where the system does not tell. */
  load: z
    .strictObject({
      /** Processes that wanted to run, on average over a minute, at the start and at the end. */
      average: z.tuple([z.number().nonnegative(), z.number().nonnegative()]),
      /** Share of all processor time that other programs used. */
      others: share,
      /** Share of all processor time that the hypervisor gave to other machines. */
      steal: share,
    })
    .nullable(),
  /** Benchmarks that were run, and pairs of base and head of all of them, those that confirm included. */
  cases: z.number().int().nonnegative(),
  pairs: z.number().int().nonnegative(),
  /** Spent and allowed. */
  minutes: z.number().nonnegative(),
  budget: z.number().nonnegative(),
  /** Benchmarks that were not timed, because their programs are the same on both sides, byte for byte; left out when none. */
  unchanged: z.number().int().positive().optional(),
  /** How instructions were counted, or why they were not, one line; left out when there was nothing to count. */
  instructions: text.optional(),
});
export type BenchRunFacts = z.infer<typeof benchRunSchema>;

/** A configuration after the first, in the shape of the report's own top level. */
const otherConfigurationSchema = z.strictObject({
  configuration: z.string().max(MAX_NAME),
  base: baseSchema.nullable(),
  identity: identityPairSchema,
  recorded: recordedSchema,
  bench: benchRunSchema.nullable(),
});

const rowSchema = z.strictObject({
  configuration: z.string().max(MAX_NAME),
  case: z.string().min(1).max(MAX_NAME),
});

/** `report.json`: everything that is shown to a person is rendered from this document. */
export const reportSchema = z.strictObject({
  schema: z.literal(REPORT_SCHEMA),
  /** `record`: the head as a baseline, beside the one before it; `check`: the head weighed against a baseline. */
  job: z.enum(REPORT_JOBS),
  verdict: z.enum(REPORT_VERDICTS),
  /** Name of the configuration that `base`, `identity`, `recorded` and `bench` belong to: the first. */
  configuration: z.string().max(MAX_NAME),
  /** null when there was nothing to compare with. */
  base: baseSchema.nullable(),
  head: z.strictObject({ sha }),
  identity: identityPairSchema,
  recorded: recordedSchema,
  /** null when no benchmark was run on both sides in this job. */
  bench: benchRunSchema.nullable(),
  others: z.array(otherConfigurationSchema).max(100),
  comparisons: z.array(comparisonSchema).max(200_000),
  /** Values of cases that only the head has; all of the head's when there is no base. */
  added: z.array(rowSchema.extend({ values: z.array(valueSchema) })).max(20_000),
  /** Values of cases that only the base has. */
  removed: z.array(rowSchema.extend({ values: z.array(valueSchema) })).max(20_000),
  /** Cases that could not be measured: what happened, and the last lines of output. */
  failed: z.array(rowSchema.extend({ message: text, output: z.string().max(20_000) })).max(20_000),
  /** CPU seconds of the workspace's own crates, compiled for base and head in turn; null on a side without the crate. */
  crates: z
    .array(
      z.strictObject({
        configuration: z.string().max(MAX_NAME),
        /** null: what no compiler spent, build scripts and the build tool itself. */
        name: z.string().min(1).max(MAX_NAME).nullable(),
        before: z.number().nonnegative().nullable(),
        after: z.number().nonnegative().nullable(),
      }),
    )
    .max(5000),
  /** Where the bytes of programs went whose size moved; the rows of each add up to its loadable bytes on both sides. */
  attributions: z
    .array(
      z.strictObject({
        configuration: z.string().max(MAX_NAME),
        case: z.string().min(1).max(MAX_NAME),
        method: z.enum(ATTRIBUTION_METHODS),
        /** What was compared: crates and functions, functions whoever holds them, or sections alone. */
        level: z.enum(['crates', 'functions', 'sections']),
        /** Why it is no finer; null for a link map on both sides. */
        fallback: text.nullable(),
        rows: z
          .array(
            z.strictObject({
              /** `rest`: all that is not listed. `crate`: its bytes without a name. */
              kind: z.enum(['function', 'crate', 'section', 'unattributed', 'rest']),
              /** Crate or library; of a section its name. */
              crate: z.string().max(MAX_NAME).nullable(),
              function: z.string().max(MAX_NAME).nullable(),
              before: z.number().int().nonnegative(),
              after: z.number().int().nonnegative(),
              copiesBefore: z.number().int().nonnegative(),
              copiesAfter: z.number().int().nonnegative(),
            }),
          )
          .max(60),
      }),
    )
    .max(1000),
  /** Causes that hold for the whole report: settings, toolchain and dependencies that changed. */
  causes: z.array(causeSchema.extend({ configuration: z.string().max(MAX_NAME) })).max(2000),
  /** Who accepted regressions of which cases (`*` stands for any text), and why: such a case fails no gate. Every string is outside text. */
  accepted: z.array(acceptanceSchema).max(200),
  warnings: z.array(text).max(1000),
  /** Version of Tare that wrote it. */
  tare: z.string().max(40),
});
export type Report = z.infer<typeof reportSchema>;
