/** Seconds of one unit, as harnesses write it; both signs for micro. */
const SECONDS: Readonly<Record<string, number>> = {
  ps: 1e-12,
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
};

/** How many seconds the unit has, written in any case but for `m`; null for what is no unit of time. */
export function secondsOf(unit: string): number | null {
  const known = Object.hasOwn(SECONDS, unit) ? unit : LONG[unit.toLowerCase()];
  return known === undefined ? null : (SECONDS[known] ?? null);
}

const LONG: Readonly<Record<string, string>> = {
  nanosecond: 'ns',
  nanoseconds: 'ns',
  nanos: 'ns',
  microsecond: 'us',
  microseconds: 'us',
  micros: 'us',
  millisecond: 'ms',
  milliseconds: 'ms',
  millis: 'ms',
  msec: 'ms',
  second: 's',
  seconds: 's',
  secs: 's',
  minute: 'min',
  minutes: 'min',
  hour: 'h',
  hours: 'h',
};
