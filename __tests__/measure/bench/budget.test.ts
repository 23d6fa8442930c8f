import fc from 'fast-check';
import { expect, it } from 'vitest';
import { affordable, cost, createBudget, type Need } from '../../../src/measure/bench/budget.ts';

const lane = (name: string, rounds: number, secondsPerRound: number, likelihood = 1) => {
  const need: Need = { rounds, secondsPerRound, likelihood };
  return { name, need: () => need };
};
const names = (lanes: readonly { name: string }[]) => lanes.map(({ name }) => name);

it('counts from its making, and shares', () => {
  let now = 100;
  const budget = createBudget(60, () => now);
  now = 130;
  expect([budget.spent(), budget.left(), budget.left(0.75)]).toEqual([30, 30, 15]);
  now = 170;
  expect(budget.left()).toBe(-10);
});

it('takes the cheap first, and what still fits behind what does not', () => {
  const lanes = [lane('long', 12, 1), lane('short', 12, 0.1), lane('huge', 12, 100), lane('middle', 12, 0.5)];
  expect(names(affordable(lanes, 10))).toEqual(['short', 'middle']);
  expect(names(affordable(lanes, 20))).toEqual(['short', 'middle', 'long']);
  expect(names(affordable(lanes, 0))).toEqual([]);
});

it('takes the nearly decided before the cheaper open', () => {
  const lanes = [lane('open', 10, 0.1, 0.05), lane('nearly', 15, 0.1, 0.9)];
  expect(names(affordable(lanes, 100))).toEqual(['nearly', 'open']);
});

it('never promises more time than there is, and leaves out nothing that fits', () => {
  const needs = fc.array(
    fc.record({
      rounds: fc.integer({ min: 1, max: 60 }),
      secondsPerRound: fc.double({ min: 0.001, max: 100, noNaN: true }),
      likelihood: fc.double({ min: 0.01, max: 1, noNaN: true }),
    }),
    { maxLength: 50 },
  );
  fc.assert(
    fc.property(needs, fc.double({ min: 0, max: 5000, noNaN: true }), (all, seconds) => {
      const lanes = all.map((need) => ({ need: () => need }));
      const chosen = affordable(lanes, seconds);
      const used = chosen.reduce((sum, each) => sum + cost(each.need()), 0);
      expect(used).toBeLessThanOrEqual(seconds * (1 + 1e-9));
      for (const each of lanes) {
        if (!chosen.includes(each)) expect(cost(each.need())).toBeGreaterThan(seconds - used - 1e-6);
      }
    }),
  );
});
