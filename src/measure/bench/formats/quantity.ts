import type { Unit } from '../../metric.ts';
import { secondsOf } from './duration.ts';

/** A number in base units. */
export interface Quantity {
  readonly unit: Unit;
  readonly value: number;
}

const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  byte: 1,
  bytes: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** A number with a unit as people write it, in seconds, bytes or, for any other unit, as a count. `ns/iter` is `ns`. */
export function quantity(value: number, unit: string): Quantity {
  const plain = unit.trim().replace(/\s*\/\s*(iter|iteration|op|run|call)s?$/i, '');
  const seconds = secondsOf(plain);
  if (seconds !== null) return { unit: 's', value: value * seconds };
  const bytes = Object.hasOwn(BYTES, plain.toLowerCase()) ? BYTES[plain.toLowerCase()] : undefined;
  if (bytes !== undefined) return { unit: 'B', value: value * bytes };
  return { unit: 'count', value };
}

/** A rate, such as `ops/s`, `req/sec` or `iter per ms`, as the seconds of one; null for what is no rate per time. */
export function secondsPerOne(value: number, unit: string): number | null {
  const [, per] = /(?:\/|\bper\b)\s*(\S+)\s*$/i.exec(unit) ?? [];
  const seconds = per === undefined ? null : secondsOf(per);
  if (seconds !== null) return seconds / value;
  return /^(hz|fps|qps|rps|iops)$/i.test(unit.trim()) ? 1 / value : null;
}

/** The metric of a quantity that has no name of its own. */
export function metricOfUnit({ unit }: Quantity, name: string): string {
  if (unit === 's') return 'wall-time';
  return /^(instructions?|instr|ir)$/i.test(name.replaceAll('#', '').trim()) ? 'instructions' : 'value';
}
