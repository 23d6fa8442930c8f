import { ByteReader, ByteWriter } from './bytes.ts';

/**
 * Numbers of a series as bytes: where there are any, as lengths of runs, then each as the difference to the one before in whole
 * multiples of `quantum`. What is no finite number is a gap.
 */
export function packColumn(values: Float64Array, quantum: number): Uint8Array {
  const writer = new ByteWriter();
  const runs = runsOf(values);
  writer.count(runs.length);
  for (const run of runs) writer.count(run);
  let last = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const whole = Math.max(-MOST, Math.min(MOST, Math.round(value / quantum)));
    writer.signed(whole - last);
    last = whole;
  }
  return writer.take();
}

/** So that differences stay exact; no measured number comes near. */
const MOST = 2 ** 50;

/** The `length` numbers that {@link packColumn} wrote, rounded to multiples of `quantum`. */
export function unpackColumn(bytes: Uint8Array, quantum: number, length: number): Float64Array {
  const reader = new ByteReader(bytes);
  const values = new Float64Array(length).fill(Number.NaN);
  const runs = Array.from({ length: reader.count() }, () => reader.count());
  let index = 0;
  let whole = 0;
  for (const [place, run] of runs.entries()) {
    const end = Math.min(index + run, length);
    if (place % 2 === 1) index = end;
    for (; index < end; index++) {
      whole += reader.signed();
      values[index] = whole * quantum;
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

/** Of the noise from one commit to the next: what is rounded away widens it by less than 1 %. */
const NOISE_SHARE = 1 / 6;
const FINEST = 1e-5;
const COARSEST = 1e-3;
/** Below any time or count; a quantum must not become 0. */
const SMALLEST = 1e-300;

/**
 * The step that values are rounded to in a page: a sixth of the median step between neighbours, which is noise, but no finer
 * than 0.001 % and no coarser than 0.1 % of the median. Whole numbers that seldom change stay exact.
 */
export function quantumOf(values: Float64Array): number {
  const present = values.filter((value) => Number.isFinite(value));
  if (present.length === 0) return 1;
  const steps = present.slice(1).map((value, index) => Math.abs(value - (present[index] ?? value)));
  const moved = steps.filter((step) => step > 0);
  const whole = present.every(Number.isSafeInteger);
  if (whole && moved.length * 4 <= present.length && present.every((each) => each < MOST)) return 1;
  const largest = present.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const size = median(present.map(Math.abs)) || largest || 1;
  const wanted = median(steps) * NOISE_SHARE;
  const least = Math.max(SMALLEST, largest / MOST);
  const quantum = Math.max(least, Math.min(COARSEST * size, Math.max(FINEST * size, wanted)));
  return whole ? Math.max(1, Math.floor(quantum)) : quantum;
}

function median(values: Float64Array): number {
  return values.length === 0 ? 0 : (values.toSorted()[Math.floor(values.length / 2)] ?? 0);
}
