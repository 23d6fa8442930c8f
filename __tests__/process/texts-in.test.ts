import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textsIn } from '../../src/process/texts-in.ts';
import { makeFolder } from '../store/draft.ts';

test('texts are found wherever a piece ends', async () => {
  const path = join(await makeFolder(), 'program');
  const piece = 1 << 20;
  for (const at of [0, piece - 6, piece - 3, piece - 1, piece, piece + 94]) {
    const bytes = Buffer.alloc(piece + 100);
    bytes.write('/b/app', at);
    await writeFile(path, bytes);
    expect(await textsIn(path, ['/none', '/b/app'])).toEqual(['/b/app']);
  }
});

test('as a search of the whole text finds them', async () => {
  const path = join(await makeFolder(), 'file');
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 20 });
  const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(text, words, async (whole, texts) => {
      await writeFile(path, whole);
      expect(await textsIn(path, texts)).toEqual(texts.filter((word) => whole.includes(word)));
    }),
    { numRuns: 60 },
  );
});
