import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomBits, uniform } from '../../../src/compare/random.ts';
import { heaviestSegment, type Step } from '../../../src/compare/triage/segment.ts';

const step = fc.record({
  log: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
  error: fc.constantFrom(0, 0.002, 0.005, 0.01),
});

describe('the heaviest segment', () => {
  test('is the one of all that stands out most against its error', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.nat({ max: 25 }), (steps, from) => {
        const found = heaviestSegment(steps, from, 3);
        const all = segmentsOf(steps, from, 3);
        expect(found === null).toBe(all.length === 0);
        if (found === null) return;
        const most = Math.max(...all.map(({ z }) => z));
        expect(Math.abs(found.log) / found.error).toBeCloseTo(most, 6);
        expect(found.last - found.first).toBeGreaterThanOrEqual(2);
        expect(found.last).toBeGreaterThanOrEqual(from);
      }),
    );
  });

  test('p of a known case: one segment of three, 3 × 0.01 against √3 × 0.005', () => {
    const steps = [1, 2, 3].map((): Step => ({ log: 0.01, error: 0.005 }));
    // z = 3.4641; two-sided normal tail 0.000532, and one segment was looked at.
    expect(heaviestSegment(steps, 0, 3)?.p).toBeCloseTo(0.000532, 5);
  });

  test('noise of the stated error is hardly ever called out at 1 %', () => {
    let alarms = 0;
    for (let number = 0; number < 400; number++) {
      const bits = randomBits(`noise ${number}`);
      const normal = () =>
        Math.sqrt(-2 * Math.log(1 - uniform(bits))) * Math.cos(2 * Math.PI * uniform(bits));
      const steps = Array.from({ length: 60 }, (): Step => ({ log: 0.004 * normal(), error: 0.004 }));
      if ((heaviestSegment(steps, 20, 3)?.p ?? 1) <= 0.01) alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(4);
  });
});

function segmentsOf(steps: readonly Step[], from: number, least: number) {
  const found: { z: number }[] = [];
  for (let first = 0; first < steps.length; first++) {
    for (let last = Math.max(from, first + least - 1); last < steps.length; last++) {
      const own = steps.slice(first, last + 1);
      const error = Math.sqrt(own.reduce((sum, each) => sum + each.error ** 2, 0));
      if (error > 0) found.push({ z: Math.abs(own.reduce((sum, each) => sum + each.log, 0)) / error });
    }
  }
  return found;
}
