import { metricOfUnit, quantity } from './quantity.ts';
import { type ParsedOutput, Rows } from './rows.ts';

/** The name may hold colons; value and unit do not. A report's own indentation is let pass. */
const LINE = /^\s*METRIC:(.*):\s*([^:]*?)\s*:([^:]*)$/;

/** Lines `METRIC:name:value:unit`, as rust-analyzer's `xtask metrics` prints them; all others are passed over. */
export function parseMetricLines(text: string): ParsedOutput {
  const rows = new Rows();
  for (const line of text.split(/\r?\n/)) {
    const [, name, value, unit] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined || unit === undefined) continue;
    const number = quantity(value === '' ? Number.NaN : Number(value), unit);
    rows.add(name, metricOfUnit(number, unit), number.unit, number.value);
  }
  return rows.finish('line METRIC:name:value:unit');
}
