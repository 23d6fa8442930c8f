import { ByteReader, ByteWriter } from './bytes.ts';

/**
 * Numbers of a series as bytes: where there are any, as lengths of runs, then each in whole multiples of `quantum`, as the difference
 * to the one before or to their median, whichever is shorter: a median for noise, the one before for what wanders or stands. What is no
 * finite number is a gap.
 */
export function packColumn(values: Float64Array, quantum: number): Uint8Array {
  const writer = new ByteWriter();
  const runs = runsOf(values);
  writer.count(runs.length);
  for (const run of runs) writer.count(run);
  const wholes = values
    .filter((value) => Number.isFinite(value))
    .map((value) => Math.max(-MOST, Math.min(MOST, Math.round(value / quantum))));
  const middle = median(wholes);
  const fromMiddle = wholes.map((whole) => whole - middle);
  const fromLast = wholes.map((whole, place) => whole - (place === 0 ? middle : (wholes[place - 1] ?? 0)));
  const shorter = bitsOf(fromMiddle) < bitsOf(fromLast);
  writer.count(shorter ? 1 : 0);
  writer.signed(middle);
  for (const difference of shorter ? fromMiddle : fromLast) writer.signed(difference);
  return writer.take();
}

function bitsOf(differences: Float64Array): number {
  return differences.reduce((sum, difference) => sum + Math.log2(1 + Math.abs(difference)), 0);
}

/** So that differences stay exact; no measured number comes near. */
const MOST = 2 ** 50;

/** The `length` numbers that {@link packColumn} wrote, rounded to multiples of `quantum`. */
export function unpackColumn(bytes: Uint8Array, quantum: number, length: number): Float64Array {
  const reader = new ByteReader(bytes);
  const values = new Float64Array(length).fill(Number.NaN);
  const runs = Array.from({ length: reader.count() }, () => reader.count());
  const fromMiddle = reader.count() === 1;
  const middle = reader.signed();
  let index = 0;
  let last = middle;
  for (const [place, run] of runs.entries()) {
    const end = Math.min(index + run, length);
    if (place % 2 === 1) index = end;
    for (; index < end; index++) {
      const whole = reader.signed() + (fromMiddle ? middle : last);
      values[index] = whole * quantum;
      last = whole;
    }
  }
  return values;
}

/** Lengths of the runs of numbers and of gaps in turn, numbers first. */
function runsOf(values: Float64Array): number[] {
  const runs: number[] = [];
  let present = true;
  let length = 0;
  for (const value of values) {
    if (Number.isFinite(value) !== present) {
      runs.push(length);
      length = 0;
      present = !present;
    }
    length++;
  }
  if (length > 0) runs.push(length);
  return runs;
}

/**
 * Of the median step from one commit to the next. For noise of standard deviation s around a level, or steps of s, that is at most s/3,
 * and a rounding error of at most s/3 / √12 widens the noise by less than 0.5 %.
 */
const NOISE_SHARE = 1 / 3;
const FINEST = 1e-5;
const COARSEST = 1e-2;
/** Below any time or count; a quantum must not become 0. */
const SMALLEST = 1e-300;

/**
 * The step that values are rounded to in a page: a third of the median step between neighbours, which is noise, but no finer than
 * 0.001 % and no coarser than 1 % of the median; both times `share`. Whole numbers that seldom change stay exact.
 */
export function quantumOf(values: Float64Array, share = 1): number {
  const present = values.filter((value) => Number.isFinite(value));
  if (present.length === 0) return 1;
  const steps = present.slice(1).map((value, index) => Math.abs(value - (present[index] ?? value)));
  const moved = steps.filter((step) => step > 0);
  const whole = present.every(Number.isSafeInteger);
  if (whole && moved.length * 4 <= present.length && present.every((each) => each < MOST)) return 1;
  const largest = present.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const size = median(present.map(Math.abs)) || largest || 1;
  const wanted = median(steps) * NOISE_SHARE * share;
  const least = Math.max(SMALLEST, largest / MOST);
  const quantum = Math.max(least, Math.min(COARSEST * share * size, Math.max(FINEST * size, wanted)));
  return whole ? Math.max(1, Math.floor(quantum)) : quantum;
}

function median(values: Float64Array): number {
  return values.length === 0 ? 0 : (values.toSorted()[Math.floor(values.length / 2)] ?? 0);
}
