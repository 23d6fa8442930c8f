import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createGate } from '../../src/process/gate.ts';

it('never lets another in beside one that must be alone, and lets all through', async () => {
  const kinds = fc.array(fc.constantFrom('shared' as const, 'exclusive' as const), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(kinds, fc.scheduler(), async (visitors, scheduler) => {
      const gate = createGate();
      const inside: string[] = [];
      const visits = visitors.map((kind, index) =>
        gate[kind](async () => {
          inside.push(kind);
          const alone = inside.includes('exclusive');
          if (alone) expect(inside).toEqual(['exclusive']);
          await scheduler.schedule(Promise.resolve());
          if (alone) expect(inside).toEqual(['exclusive']);
          inside.splice(inside.indexOf(kind), 1);
          if (index % 3 === 0) throw new Error('failed');
          return index;
        }),
      );
      const all = Promise.allSettled(visits);
      await scheduler.waitFor(all);
      const results = await all;
      expect(results.map((each) => each.status)).toEqual(
        visitors.map((_, index) => (index % 3 === 0 ? 'rejected' : 'fulfilled')),
      );
      for (const each of results) {
        if (each.status === 'rejected') expect(each.reason).toMatchObject({ message: 'failed' });
      }
    }),
    { numRuns: 200 },
  );
});
