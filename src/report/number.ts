import type { Unit } from '../measure/metric.ts';

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;
const SECOND_UNITS = ['ns', 'µs', 'ms', 's'] as const;
/** Narrow no-break space between groups of three digits. */
const GROUP = '\u202f';

/** A value in its unit for a reader: `4.72 MiB`, `61.2 s`, `12 345`. `more`: digits beyond the usual. */
export function formatValue(value: number, unit: Unit, more = 0): string {
  if (unit === 'B') return formatBytes(value, more);
  if (unit === 's') return formatSeconds(value, more);
  return grouped(value, Number.isInteger(value) ? 0 : 2 + more);
}

/** Two values that differ never look alike: where rounding hides the difference, bytes are shown exactly and others with more digits. */
export function formatPair(before: number, after: number, unit: Unit): readonly [string, string] {
  for (let more = 0; more <= 6; more++) {
    const pair = [formatValue(before, unit, more), formatValue(after, unit, more)] as const;
    if (pair[0] !== pair[1] || before === after) return pair;
    if (unit === 'B') return [`${grouped(before, 0)} B`, `${grouped(after, 0)} B`];
  }
  return [`${before} ${unit}`, `${after} ${unit}`];
}

/** A difference with its sign: `+112.4 KiB`, `−0.8 s`, `0 B`. */
export function formatDelta(delta: number, unit: Unit): string {
  return `${signOf(delta)}${formatValue(Math.abs(delta), unit)}`;
}

/** A relative change as a signed percentage; never a rounded zero with a sign. */
export function formatChange(change: number): string {
  return `${signOf(change)}${percentDigits(Math.abs(change) * 100, usualDecimals(Math.abs(change) * 100))} %`;
}

/**
 * A relative change and the threshold that it is held against, as percentages with as many digits as it takes for the
 * shown numbers to stand in the same order as the exact ones.
 */
export function formatAgainst(
  change: number,
  threshold: number,
): { readonly change: string; readonly threshold: string } {
  const [size, limit] = [Math.abs(change) * 100, threshold * 100];
  for (let precision = 2; precision <= 8; precision++) {
    const shownLimit = significant(limit, precision);
    for (let decimals = usualDecimals(size); decimals <= 9; decimals++) {
      const digits = percentDigits(size, decimals);
      const shown = Number(digits.replaceAll(GROUP, '').replace('<', ''));
      if (shown >= Number(shownLimit) === size >= limit || digits.startsWith('<')) {
        return { change: `${signOf(change)}${digits} %`, threshold: `${shownLimit} %` };
      }
    }
  }
  return { change: formatChange(change), threshold: `${significant(limit, 2)} %` };
}

/** Two relative changes as one range of percentages: `[+5.80, +7.21] %`. */
export function formatPercentRange(range: readonly [number, number]): string {
  return `[${range.map((change) => formatChange(change).replace(' %', '')).join(', ')}] %`;
}

/** A confidence interval as a range of percentages, with two significant digits of its width: `[+5.3, +6.8] %`. */
export function formatInterval([low, high]: readonly [number, number]): string {
  const width = Math.abs(high - low) * 100;
  if (width === 0) return formatPercentRange([low, high]);
  const decimals = Math.min(9, Math.max(0, 1 - Math.floor(Math.log10(width))));
  const shown = (change: number) => {
    const text = grouped(Math.abs(change) * 100, decimals);
    return `${Number(text.replaceAll(GROUP, '')) === 0 ? '' : signOf(change)}${text}`;
  };
  return `[${shown(low)}, ${shown(high)}] %`;
}

/** A threshold alone, as a percentage of two significant digits. */
export function formatThreshold(threshold: number): string {
  return `${significant(threshold * 100, 2)} %`;
}

/** A whole number with thin groups: `1 234`. */
export function formatCount(count: number): string {
  return grouped(count, 0);
}

function formatBytes(value: number, more: number): string {
  if (value < 1024) return `${grouped(value, Number.isInteger(value) ? 0 : 1 + more)} B`;
  let scaled = value;
  let index = 0;
  while (index < BYTE_UNITS.length - 1 && Number(scaled.toFixed(1)) >= 1024) {
    scaled /= 1024;
    index++;
  }
  return `${grouped(scaled, (scaled >= 99.995 ? 1 : 2) + more)} ${BYTE_UNITS[index]}`;
}

function formatSeconds(value: number, more: number): string {
  if (value === 0) return '0 s';
  let scaled = value * 1e9;
  let index = 0;
  while (index < SECOND_UNITS.length - 1 && Number(scaled.toPrecision(3)) >= 1000) {
    scaled /= 1000;
    index++;
  }
  const decimals = scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${grouped(scaled, decimals + more)} ${SECOND_UNITS[index]}`;
}

function usualDecimals(percent: number): number {
  if (percent >= 99.95) return 0;
  return percent >= 9.995 ? 1 : 2;
}

const SMALLEST_PERCENT = 1e-4;

function percentDigits(percent: number, decimals: number): string {
  if (percent === 0) return '0';
  if (percent < SMALLEST_PERCENT) return `<${SMALLEST_PERCENT.toFixed(4)}`;
  if (Number(percent.toFixed(decimals)) === 0) return significant(percent, 1);
  return grouped(percent, decimals);
}

function significant(value: number, digits: number): string {
  if (value === 0 || value >= 1e15 || value < 1e-12) return value === 0 ? '0' : value.toExponential(1);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(value)));
  const text = value.toFixed(Math.min(decimals, 20));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function signOf(value: number): string {
  if (value === 0) return '';
  return value > 0 ? '+' : '−';
}

function grouped(value: number, decimals: number): string {
  if (value >= 1e15) return value.toExponential(2);
  const [whole = '', fraction] = value.toFixed(decimals).split('.');
  const groups = whole.length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, GROUP);
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}
