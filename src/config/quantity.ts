import type { Unit } from '../measure/metric.ts';

const BYTES = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
const SECONDS = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600 } as const;

/** A size as text: `64 MiB`, `1.5 kB`. */
export const SIZE_PATTERN = quantityPattern(Object.keys(BYTES));
/** A time as text: `30 s`, `250 ms`. */
export const TIME_PATTERN = quantityPattern(Object.keys(SECONDS));
/** A size or a time as text: `64 MiB`, `30 s`. */
export const QUANTITY_PATTERN = quantityPattern([...Object.keys(BYTES), ...Object.keys(SECONDS)]);
/** A percentage as text: `0.1%`. */
export const PERCENT_PATTERN = /^\d{1,15}(\.\d{1,15})? ?%$/;

export const SIZE_HINT = 'a size such as "64 KiB" or "1.5 MB", or a whole number of bytes';
export const CHANGE_HINT = 'a percentage such as "0.1%", or a ratio from 0 to 1 (0.001 is 0.1 %)';

const HINTS: Readonly<Record<Unit, string>> = {
  B: SIZE_HINT,
  s: 'a time such as "30 s", "250 ms" or "2 min", or a number of seconds',
  count: 'a whole number',
};

/** What a value in this unit looks like, for a message: the rest of `expected …`. */
export function hintFor(unit: Unit): string {
  return HINTS[unit];
}

/** As {@link quantityOf}, for a value that was checked. Errors: throws for any other. */
export function knownQuantity(value: number | string, unit: Unit): number {
  return known(quantityOf(value, unit), value);
}

/** As {@link changeOf}, for a value that was checked. Errors: throws for any other. */
export function knownChange(value: number | string): number {
  return known(changeOf(value), value);
}

/** `value` in the unit: bytes (rounded to whole ones), seconds or a count; null when it is no such quantity. */
export function quantityOf(value: number | string, unit: Unit): number | null {
  const number = typeof value === 'number' ? value : amount(value, unit);
  if (number === null || !Number.isFinite(number) || number < 0) return null;
  if (unit === 's') return number;
  if (typeof value === 'number' || unit === 'count') return Number.isSafeInteger(number) ? number : null;
  const whole = Math.round(number);
  return Number.isSafeInteger(whole) ? whole : null;
}

/** A relative change: 0.01 is 1 %. Null for anything but a percentage, or a ratio from 0 to 1. */
export function changeOf(value: number | string): number | null {
  if (typeof value === 'number') return value >= 0 && value <= 1 ? value : null;
  if (!PERCENT_PATTERN.test(value)) return null;
  return Number.parseFloat(value) / 100;
}

function known(number: number | null, value: number | string): number {
  if (number === null) throw new Error(`${JSON.stringify(value)} was accepted, but is no quantity`);
  return number;
}

function amount(text: string, unit: Unit): number | null {
  if (unit === 'count') return null;
  const factors: Readonly<Record<string, number>> = unit === 'B' ? BYTES : SECONDS;
  const [, digits, name] = QUANTITY_PATTERN.exec(text) ?? [];
  if (digits === undefined || name === undefined || !Object.hasOwn(factors, name)) return null;
  const number = Number.parseFloat(digits);
  const factor = factors[name] ?? 1;
  if (name === 'B' && !Number.isInteger(number)) return null;
  // Dividing keeps "250 ms" at exactly 0.25; multiplying by 1e-3 would not.
  return factor < 1 ? number / Math.round(1 / factor) : number * factor;
}

function quantityPattern(units: readonly string[]): RegExp {
  return new RegExp(`^(\\d{1,15}(?:\\.\\d{1,15})?) ?(${units.join('|')})$`);
}
