import { z } from 'zod';
import { readJson } from './json.ts';
import { anyNumber } from './lenient.ts';
import { type ParsedOutput, Rows } from './rows.ts';

const schema = z.record(z.string(), z.record(z.string(), z.object({ value: anyNumber })));

/** Measures that Bencher itself gives a unit; all others are the user's and have none in the file. */
const NANOSECONDS: ReadonlySet<string> = new Set(['latency']);
const SECONDS: ReadonlySet<string> = new Set(['build-time']);
const BYTES: ReadonlySet<string> = new Set(['file-size']);

/**
 * Bencher Metric Format: `{"NAME": {"MEASURE": {"value": N}}}`. `latency` is nanoseconds and becomes `wall-time`; `throughput`
 * is operations a second and becomes the seconds of one, unless there is a latency too; `instructions` are instructions;
 * `build-time` is seconds, `file-size` bytes; every other measure is a plain number, taken to be lower-is-better.
 */
export function parseBencherMetric(text: string): ParsedOutput {
  const read = readJson(schema, text, 'Bencher Metric Format JSON');
  if (read.kind === 'rejected') return read;
  const rows = new Rows();
  for (const [name, measures] of Object.entries(read.value)) {
    for (const [measure, { value }] of Object.entries(measures)) {
      if (NANOSECONDS.has(measure)) rows.add(name, 'wall-time', 's', value / 1e9);
      else if (SECONDS.has(measure)) rows.add(name, measure, 's', value);
      else if (BYTES.has(measure)) rows.add(name, measure, 'B', value);
      else if (measure !== 'throughput') rows.add(name, measure.trim() || 'value', 'count', value);
      else if (measures['latency'] === undefined) rows.add(name, 'wall-time', 's', 1 / value);
    }
  }
  return rows.finish('metric in Bencher Metric Format');
}
