import { metricOfUnit, quantity } from './quantity.ts';
import { type ParsedOutput, Rows } from './rows.ts';

const START = 'METRIC:';

/**
 * Lines `METRIC:name:value:unit`, as rust-analyzer's `xtask metrics` prints them; all others are passed over.
 * The name may hold colons; value and unit do not.
 */
export function parseMetricLines(text: string): ParsedOutput {
  const rows = new Rows();
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (!line.startsWith(START)) continue;
    const parts = line.slice(START.length).split(':');
    const unit = parts.pop();
    const value = parts.pop()?.trim();
    if (unit === undefined || value === undefined || parts.length === 0) continue;
    const number = quantity(value === '' ? Number.NaN : Number(value), unit);
    rows.add(parts.join(':'), metricOfUnit(number, unit), number.unit, number.value);
  }
  return rows.finish('line METRIC:name:value:unit');
}
