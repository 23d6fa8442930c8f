import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedFields, covers, differing } from '../../src/compare/identity.ts';

describe('changedFields', () => {
  test('lists changed, new and gone fields in order', () => {
    const base = { 'profile.lto': 'thin', target: 'a', linker: 'lld' };
    const head = { 'profile.lto': 'fat', target: 'a', 'flags.target-cpu': 'native' };
    expect(changedFields(base, head)).toEqual([
      { field: 'flags.target-cpu', before: null, after: 'native' },
      { field: 'linker', before: 'lld', after: null },
      { field: 'profile.lto', before: 'thin', after: 'fat' },
    ]);
  });

  test('is not fooled by the names of inherited properties', () => {
    expect(changedFields({}, { constructor: 'x' })).toEqual([
      { field: 'constructor', before: null, after: 'x' },
    ]);
  });

  test('swapping the sides swaps before and after', () => {
    const identity = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.string({ maxLength: 2 }));
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        const swapped = changedFields(b, a).map(({ field, before, after }) => ({
          field,
          before: after,
          after: before,
        }));
        expect(swapped).toEqual(changedFields(a, b));
        expect(changedFields(a, a)).toEqual([]);
      }),
    );
  });
});

describe('covers', () => {
  test.each([
    ['profile.', 'profile.lto', true],
    ['profile.', 'profile.package.a.lto', true],
    ['profile.', 'profiles', false],
    ['target', 'target', true],
    ['target', 'target-cpu', false],
    ['machine.cpu', 'machine.cpus', false],
    ['machine.cpu', 'machine.cpu.model', true],
  ])('%s over %s: %s', (prefix, field, expected) => {
    expect(covers(prefix, field)).toBe(expected);
  });
});

test('differing keeps only what a metric depends on', () => {
  const changes = changedFields({ 'profile.lto': 'a', jobs: '2' }, { 'profile.lto': 'b', jobs: '4' });
  expect(differing(['profile.'], changes).map(({ field }) => field)).toEqual(['profile.lto']);
  expect(differing([], changes)).toEqual([]);
});
