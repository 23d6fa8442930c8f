import { z } from 'zod';
import { causeSchema, comparisonSchema } from '../compare/comparison.ts';
import { identitySchema, MAX_NAME, valueSchema } from '../measure/measurement.ts';

export const REPORT_SCHEMA = 1;

/** Verdict over a whole report. */
export const REPORT_VERDICTS = ['regression', 'improvement', 'mixed', 'none', 'inconclusive'] as const;
export type ReportVerdict = (typeof REPORT_VERDICTS)[number];

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

/** A configuration after the first, in the shape of the report's own top level. */
const otherConfigurationSchema = z.strictObject({
  configuration: z.string().max(MAX_NAME),
  base: baseSchema.nullable(),
  identity: identityPairSchema,
});

const rowSchema = z.strictObject({
  configuration: z.string().max(MAX_NAME),
  case: z.string().min(1).max(MAX_NAME),
});

/** `report.json`: everything that is shown to a person is rendered from this document. */
export const reportSchema = z.strictObject({
  schema: z.literal(REPORT_SCHEMA),
  verdict: z.enum(REPORT_VERDICTS),
  /** Name of the configuration that `base` and `identity` belong to: the first. */
  configuration: z.string().max(MAX_NAME),
  /** null when there was nothing to compare with. */
  base: baseSchema.nullable(),
  head: z.strictObject({ sha }),
  identity: identityPairSchema,
  others: z.array(otherConfigurationSchema).max(100),
  comparisons: z.array(comparisonSchema).max(200_000),
  /** Values of cases that only the head has; all of the head's when there is no base. */
  added: z.array(rowSchema.extend({ values: z.array(valueSchema) })).max(20_000),
  /** Values of cases that only the base has. */
  removed: z.array(rowSchema.extend({ values: z.array(valueSchema) })).max(20_000),
  /** Cases that could not be measured: what happened, and the last lines of output. */
  failed: z.array(rowSchema.extend({ message: text, output: z.string().max(20_000) })).max(20_000),
  /** Causes that hold for the whole report: settings, toolchain and dependencies that changed. */
  causes: z.array(causeSchema.extend({ configuration: z.string().max(MAX_NAME) })).max(2000),
  warnings: z.array(text).max(1000),
  /** Version of Tare that wrote it. */
  tare: z.string().max(40),
});
export type Report = z.infer<typeof reportSchema>;
