import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { judgeDocument } from '../../src/jobs/judge.ts';

const twelve = Array.from({ length: 12 }, () => [1, 1]);
const document = (...cases: unknown[]) => JSON.stringify({ cases });
const answers = (text: string) => JSON.parse(judgeDocument(text, 'pairs.json'));

describe('judgeDocument', () => {
  test('gives one answer a line, in the order of the document', () => {
    const text = judgeDocument(
      document({ id: 'sort', pairs: twelve }, { id: '10', pairs: [] }, { id: '2', pairs: [[1, 0]] }),
      'pairs.json',
    );
    expect(text).toMatchInlineSnapshot(`
      "{
        "sort": {"verdict":"none","change":0,"ci":[-0.008031856844155045,0.008096889904752906],"p":1,"samples":12},
        "10": {"verdict":"inconclusive","change":null,"ci":null,"p":1,"samples":0,"reason":"not enough pairs: 0 of 12"},
        "2": {"verdict":"failed","change":null,"ci":null,"p":null,"samples":1,"reason":"pair 1: the time of the head is 0, not a positive, finite number"}
      }
      "
    `);
  });

  test.each([
    ['', 'pairs.json is not JSON: '],
    ['{', 'pairs.json is not JSON: '],
    ['NaN\n', 'JSON has no NaN and no Infinity'],
    ['{\n\n\u001b[2Jx}\n', 'pairs.json is not JSON: '],
    ['{"cases": [{"id": "a", "pairs": [], "a\\nb": 1}]}', 'Unrecognized key: "a b"'],
    ['{"cases": [{"id": "a", "pairs": [[NaN, 1]]}]}', 'JSON has no NaN and no Infinity'],
    ['[]', 'pairs.json: Invalid input: expected object, received array; wanted is {"cases"'],
    ['null', 'expected object, received null'],
    ['{}', 'pairs.json: cases: Invalid input'],
    [document(), 'pairs.json: cases: Too small'],
    [JSON.stringify({ cases: [{ id: 'a', pairs: [] }], case: 1 }), 'Unrecognized key: "case"'],
    [document({ id: 'a', pairs: [], unit: 's' }), 'cases[0]: Unrecognized key: "unit"'],
    [document({ pairs: [] }), 'cases[0].id: '],
    [document({ id: '', pairs: [] }), 'cases[0].id: Too small'],
    [document({ id: 'x'.repeat(401), pairs: [] }), 'cases[0].id: Too big'],
    [document({ id: 7, pairs: [] }, { id: 8 }), '(and 2 more)'],
    [document({ id: 'a', pairs: {} }), 'cases[0].pairs: '],
    [
      document({ id: 'a', pairs: [] }, { id: 'b', pairs: [] }, { id: 'a', pairs: [] }),
      'pairs.json: cases[2] has the id "a" of an earlier case; ids must differ',
    ],
  ])('%s is one clear error', (text, message) => {
    const judge = () => judgeDocument(text, 'pairs.json');
    expect(judge).toThrow(UserError);
    expect(judge).toThrow(message);
    expect(judge).not.toThrow('\n');
  });

  test('more cases than may be are one error, not thousands', () => {
    const many = JSON.stringify({
      cases: Array.from({ length: 100_001 }, (_, i) => ({ id: `${i}`, pairs: [] })),
    });
    expect(() => judgeDocument(many, 'pairs.json')).toThrow(
      'cases: Too big: expected array to have <=100000',
    );
  });

  test.each([
    ['[[1, 2], 3]', 'pair 2 is not [base, head]'],
    ['[[1]]', 'pair 1 is not [base, head]'],
    ['[[1, 2, 3]]', 'pair 1 is not [base, head]'],
    ['[[1, null]]', 'pair 1: the time of the head is null, not a positive, finite number'],
    ['[["1", 1]]', 'pair 1: the time of the base is a string, not a positive, finite number'],
    ['[[[], 1]]', 'pair 1: the time of the base is a list, not a positive, finite number'],
    ['[[1, 1], [1, 0]]', 'pair 2: the time of the head is 0, not a positive, finite number'],
    ['[[-1, 1]]', 'pair 1: the time of the base is -1, not a positive, finite number'],
    ['[[1e999, 1]]', 'pair 1: the time of the base is Infinity, not a positive, finite number'],
  ])('%s fails its case and no other', (pairs, reason) => {
    const text = `{"cases": [{"id": "bad", "pairs": ${pairs}}, {"id": "good", "pairs": ${JSON.stringify(twelve)}}]}`;
    const { bad, good } = answers(text);
    expect(bad).toEqual({
      verdict: 'failed',
      change: null,
      ci: null,
      p: null,
      samples: JSON.parse(pairs).length,
      reason,
    });
    expect(good.verdict).toBe('none');
  });

  test('ids are any text, those of JavaScript too', () => {
    fc.assert(
      fc.property(fc.constantFrom('__proto__', 'constructor', 'toString', '"', '\u2028', ' ', '1'), (id) => {
        const judged = answers(document({ id, pairs: twelve }));
        expect(Object.keys(judged)).toEqual([id]);
        expect(Object.getOwnPropertyDescriptor(judged, id)?.value.verdict).toBe('none');
      }),
    );
  });
});
