import { z } from 'zod';
import { identitySchema, MAX_NAME, valueSchema } from './measurement.ts';

/** Version of the files on the data branch. */
export const HISTORY_SCHEMA = 1;

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full commit SHA');
const name = z.string().min(1).max(MAX_NAME);
const line = z.string().max(1000);

/** A case's run time against the previous measured main commit, both programs run in turn on one machine. */
export const historyRatioSchema = z.strictObject({
  case: name,
  metric: name,
  /** after / before: 1.02 is 2 % slower. */
  ratio: z.number().positive(),
  /** 99 % confidence interval of the ratio; null where there is none. */
  ci: z.tuple([z.number().positive(), z.number().positive()]).nullable(),
  pairs: z.number().int().nonnegative(),
  verdict: z.enum(['regression', 'improvement', 'none', 'inconclusive']),
});
export type HistoryRatio = z.infer<typeof historyRatioSchema>;

/** A likely cause as the report gives it. */
const historyCauseSchema = z.strictObject({
  kind: z.string().max(40),
  /** Case that it explains; null for the whole commit. */
  case: name.nullable(),
  subject: line,
  before: line.nullable(),
  after: line.nullable(),
  /** In the metric's unit; null when not known. */
  amount: z.number().nullable(),
  note: line,
});

/** A regression that somebody accepted. `case` may hold `*`. */
export const acceptanceSchema = z.strictObject({
  case: name,
  reason: line,
  /** Login or name of who accepted it. */
  by: z.string().max(200),
  /** Where it was said. */
  via: z.enum(['trailer', 'label', 'command']),
});
export type Acceptance = z.infer<typeof acceptanceSchema>;

/** One main commit's measurement in one configuration, as it stands on the data branch: `runs/<yyyy>/<mm>/<sha>-<configuration>-<run id>.json`. */
export const historyRecordSchema = z.strictObject({
  schema: z.literal(HISTORY_SCHEMA),
  tare: z.string().max(40),
  commit: sha,
  /** Its name; with a working directory before it (`crates/cli default`) and a system other than Linux on x86-64 behind it (`default macos arm64`), so that one name is one series. */
  configuration: name,
  /** The runner's run id and attempt, or a random id in a terminal: tells two measurements of one commit apart. */
  run: z.string().regex(/^[0-9A-Za-z._-]{1,80}$/),
  /** ISO 8601, UTC: when it was measured, and when the commit was made. */
  recorded: z.iso.datetime(),
  committed: z.iso.datetime(),
  /** First line of the commit message, the author's name, and the pull request that it merged, where known. */
  subject: line,
  author: z.string().max(200),
  pullRequest: z.number().int().positive().nullable(),
  /** The commit that `ratios` and `causes` compare with: the nearest earlier one that was measured; null: none was. */
  parent: sha.nullable(),
  /** First-parent commits between this one and `parent`, this one included: 1 when none was skipped; null without a parent. */
  distance: z.number().int().positive().nullable(),
  identity: identitySchema,
  values: z.array(valueSchema).max(20_000),
  ratios: z.array(historyRatioSchema).max(20_000),
  causes: z.array(historyCauseSchema).max(200),
  accepted: z.array(acceptanceSchema).max(200),
  /** Cases that could not be measured. */
  failed: z.array(z.strictObject({ case: name, message: line })).max(2000),
});
export type HistoryRecord = z.infer<typeof historyRecordSchema>;
