import { parseBencherMetric } from './bencher-metric.ts';
import { parseCriterionEstimates, parseCriterionText } from './criterion.ts';
import { parseCustomJson } from './custom-json.ts';
import { parseDivan } from './divan.ts';
import { parseGungraunSummary, parseGungraunText } from './gungraun.ts';
import { parseHyperfine } from './hyperfine.ts';
import { parseLibtest } from './libtest.ts';
import { parseMetricLines } from './metric-lines.ts';
import type { ParsedOutput } from './rows.ts';

/** Every known format of benchmark output, by name. Pure functions of text. */
export const FORMATS = {
  /** What criterion prints. */
  criterion: parseCriterionText,
  /** One `estimates.json` of criterion's, which names nothing: its row is called `estimate`. */
  'criterion-estimates': (text: string) => parseCriterionEstimates(text, 'estimate'),
  divan: parseDivan,
  /** libtest's lines, and criterion's with `--output-format bencher`. */
  libtest: parseLibtest,
  /** What gungraun and iai-callgrind print. */
  gungraun: parseGungraunText,
  /** Their `summary.json`, or lines of it from `--output-format=json`. */
  'gungraun-summary': parseGungraunSummary,
  hyperfine: parseHyperfine,
  'bencher-metric': parseBencherMetric,
  'custom-smaller': (text: string) => parseCustomJson(text, 'smaller'),
  'custom-bigger': (text: string) => parseCustomJson(text, 'bigger'),
  'metric-lines': parseMetricLines,
} as const satisfies Record<string, (text: string) => ParsedOutput>;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

/** The seconds of one row of an output, or of its only one; its count instead where `metric` is `instructions`. */
export function readTime(
  format: FormatName,
  text: string,
  row: string | undefined,
  metric: 'wall-time' | 'instructions' = 'wall-time',
): { readonly seconds: number } | { readonly message: string } {
  const parsed = FORMATS[format](text);
  if (parsed.kind === 'rejected') return { message: parsed.message };
  const times = parsed.rows.filter((each) => each.metric === metric);
  const wanted = row === undefined ? times : times.filter(({ name }) => name === row);
  const [first] = wanted;
  if (first !== undefined && wanted.length === 1) return { seconds: first.value };
  const bad = parsed.bad.find(({ name }) => row === undefined || name === row);
  if (wanted.length === 0 && bad !== undefined) return { message: `${bad.name}: ${bad.reason}` };
  const what = metric === 'instructions' ? 'instructions' : 'times';
  if (row !== undefined)
    return { message: `the output has no ${what === 'times' ? 'time' : what} of ${JSON.stringify(row)}` };
  return { message: `the output has ${times.length} ${what}, and the case does not say which one` };
}
