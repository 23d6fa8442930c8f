import { expect, test } from 'vitest';
import { benchFacts } from '../../src/report/bench-run.ts';
import type { BenchRunFacts } from '../../src/report/report.ts';
import { MARKDOWN, PLAIN } from '../../src/report/voice.ts';

const run: BenchRunFacts = { noise: [], load: null, cases: 3, pairs: 60, minutes: 1, budget: 10 };

test('how instructions were counted is one line, and none where there was nothing to count', () => {
  const titles = (facts: BenchRunFacts) => benchFacts(facts, PLAIN).map(([title]) => title);
  expect(titles(run)).not.toContain('Instructions');
  const instructions = 'not counted of commands: valgrind is not installed';
  expect(benchFacts({ ...run, instructions }, PLAIN)).toContainEqual(['Instructions', instructions]);
});

test('where only instructions were counted, nothing is said of pairs', () => {
  const instructions = '2 of 2 by their own harness';
  expect(benchFacts({ ...run, cases: 0, pairs: 0, instructions }, PLAIN)).toEqual([
    ['Instructions', instructions],
  ]);
});

test('it is inert', () => {
  const instructions = 'passed over: base: Cannot run "<img src=x> @everyone\n::stop"';
  const [fact] = benchFacts({ ...run, cases: 0, instructions }, MARKDOWN);
  expect(fact?.[1]).not.toMatch(/[^`]<img|@everyone(?!\S*`)|\n/);
});
