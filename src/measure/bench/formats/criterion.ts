import { z } from 'zod';
import { secondsOf } from './duration.ts';
import { readJson } from './json.ts';
import { type ParsedOutput, Rows } from './rows.ts';

const estimate = z.object({ point_estimate: z.number().nullable() });
const estimatesSchema = z.object({ mean: estimate, slope: estimate.nullish() });
const benchmarkSchema = z.object({ full_id: z.string() });

/**
 * One `new/estimates.json`, in nanoseconds: the slope where criterion fitted one (linear sampling), else the mean, which is
 * also what criterion itself calls the typical time. `benchmark`: the name, or the text of the `benchmark.json` beside it.
 */
export function parseCriterionEstimates(estimates: string, benchmark: string): ParsedOutput {
  const read = readJson(estimatesSchema, estimates, "criterion's estimates.json");
  if (read.kind === 'rejected') return read;
  const name = nameOf(benchmark);
  if (name.kind === 'rejected') return name;
  const rows = new Rows();
  const { mean, slope } = read.value;
  rows.add(name.value, 'wall-time', 's', ((slope ?? mean).point_estimate ?? Number.NaN) / 1e9);
  return rows.finish('estimate');
}

function nameOf(benchmark: string) {
  if (!benchmark.trimStart().startsWith('{')) return { kind: 'read', value: benchmark } as const;
  const read = readJson(benchmarkSchema, benchmark, "criterion's benchmark.json");
  return read.kind === 'rejected' ? read : ({ kind: 'read', value: read.value.full_id } as const);
}

/** Behind `NAME   time:`: low, middle and high. */
const TIMES = /^\s+\[[\d.]+ \S+ ([\d.]+) (\S+) [\d.]+ \S+\]\s*$/;
const BETWEEN = ' time:';

/** What criterion prints on standard output: the middle one of the three times. A long name has a line of its own before them. */
export function parseCriterionText(text: string): ParsedOutput {
  const rows = new Rows();
  let before = '';
  for (const line of text.split('\n')) {
    const end = line.lastIndexOf(BETWEEN);
    const [, value, unit] = TIMES.exec(end === -1 ? '' : line.slice(end + BETWEEN.length)) ?? [];
    if (value !== undefined && unit !== undefined) {
      const name = line.slice(0, end).trim();
      rows.add(
        name === '' ? before : name,
        'wall-time',
        's',
        Number(value) * (secondsOf(unit) ?? Number.NaN),
      );
    }
    before = line;
  }
  return rows.finish('time of criterion\'s, "NAME time: [LOW MIDDLE HIGH]"');
}
