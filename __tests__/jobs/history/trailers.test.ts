import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pullRequestIn } from '../../../src/jobs/history/changes.ts';
import { readTrailers } from '../../../src/jobs/history/trailers.ts';
import { acceptanceSchema } from '../../../src/measure/history-record.ts';

const by = (message: string) => readTrailers([{ message, author: 'Ada' }]);

describe('a trailer', () => {
  it.each([
    ['bench sort/10k the table pays for itself', 'bench sort/10k', 'the table pays for itself'],
    ['bench   sort/10k  why', 'bench sort/10k', 'why'],
    ['"bench sort of many" why', 'bench sort of many', 'why'],
    ['`size rg` a new feature: `x`', 'size rg', 'a new feature: `x`'],
    ['size * all of it', 'size *', 'all of it'],
    ['* all of it', '*', 'all of it'],
    ['size-like one word', 'size-like', 'one word'],
  ])('%s', (text, name, reason) => {
    expect(by(`Change\n\nTare-Accept: ${text}\nSigned-off-by: A <a@b>`)).toEqual({
      accepted: [{ case: name, reason, by: 'Ada', via: 'trailer' }],
      unread: [],
    });
  });

  it.each(['bench sort', '*', '"bench sort"', '"" why', '"unclosed'])(
    'needs a case and a reason: %s',
    (text) => {
      expect(by(`Tare-Accept: ${text}`)).toEqual({
        accepted: [],
        unread: [expect.stringContaining('needs a case and a reason')],
      });
    },
  );

  it('may stand anywhere in any commit, in any case of letters, more than once', () => {
    const commits = [
      { message: 'One\n\n* squashed\n\ntare-accept: size a because\n\nMore words', author: 'A' },
      { message: 'Tare-Accept: size b because\r\nTare-Accept: size c because', author: 'B' },
      { message: 'Says "Tare-Accept: size d because" in a sentence', author: 'C' },
    ];
    const { accepted } = readTrailers(commits);
    expect(accepted.map(({ case: name, by: author }) => [name, author])).toEqual([
      ['size a', 'A'],
      ['size b', 'B'],
      ['size c', 'B'],
    ]);
  });

  it('of any text fits the record, on one line without control characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 500 }),
        fc.string({ unit: 'binary' }),
        (text, author) => {
          const { accepted, unread } = readTrailers([{ message: `Tare-Accept: ${text}`, author }]);
          for (const one of accepted) {
            expect(acceptanceSchema.parse(one)).toEqual(one);
            expect(one.reason).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u202e]/);
          }
          expect(accepted.length + unread.length).toBeLessThanOrEqual(
            text.split(/[\n\r\u2028\u2029]/).length,
          );
        },
      ),
    );
  });

  it('counts a hundred times at most', () => {
    expect(by('Tare-Accept: size a because\n'.repeat(5000)).accepted).toHaveLength(100);
  });
});

it.each([
  ['Merge pull request #12 from ada/change', 12],
  ['Sort faster (#7)', 7],
  ['Revert "Sort faster (#7)" (#9)', 9],
  ['Revert "Sort faster (#7)"', null],
  ['Fix #7', null],
  ['Sort faster (#0)', null],
  ['Sort faster (#99999999999999999999)', null],
  ['', null],
])('the pull request in %j is %j', (subject, number) => {
  expect(pullRequestIn(subject)).toBe(number);
});
