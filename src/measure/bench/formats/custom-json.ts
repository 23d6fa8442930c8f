import { z } from 'zod';
import { readJson } from './json.ts';
import { anyNumber, anyText } from './lenient.ts';
import { metricOfUnit, quantity, secondsPerOne } from './quantity.ts';
import { type ParsedOutput, Rows } from './rows.ts';

const schema = z.array(
  z.object({
    name: anyText,
    unit: anyText,
    value: anyNumber,
  }),
);

/**
 * github-action-benchmark's customSmallerIsBetter or customBiggerIsBetter: a list of `{name, unit, value}`. Where bigger is
 * better only a rate per time is read, as the seconds of one; another unit has no lower-is-better form, and is refused as a bad number.
 */
export function parseCustomJson(text: string, better: 'smaller' | 'bigger'): ParsedOutput {
  const title = better === 'smaller' ? 'customSmallerIsBetter' : 'customBiggerIsBetter';
  const read = readJson(schema, text, `github-action-benchmark's ${title} JSON`);
  if (read.kind === 'rejected') return read;
  const rows = new Rows();
  for (const { name, unit, value } of read.value) {
    if (better === 'bigger') {
      const seconds = secondsPerOne(value, unit);
      if (seconds !== null) rows.add(name, 'wall-time', 's', seconds);
      else
        rows.bad(
          name,
          `bigger is better for ${JSON.stringify(unit.slice(0, 40))}: only a rate per time, such as ops/s, can be read`,
        );
      continue;
    }
    const number = quantity(value, unit);
    rows.add(name, metricOfUnit(number, unit), number.unit, number.value);
  }
  return rows.finish(`number in ${title} JSON`);
}
