import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packageCauses, packageDiff } from '../../src/compare/packages.ts';
import { packagesNamed } from './fixtures.ts';

const diffOf = (base: readonly string[], head: readonly string[]) =>
  packageDiff(packagesNamed(base), packagesNamed(head));

describe('packageDiff', () => {
  test('tells added, removed, updated and newly duplicated packages apart', () => {
    const base = ['anyhow 1.0.1', 'gone 0.1.0', 'serde 1.0.1', 'syn 1.0.9'];
    const head = ['anyhow 1.0.1', 'new 2.0.0 (git+x)', 'serde 1.0.2', 'syn 1.0.9', 'syn 2.0.10'];
    expect(diffOf(base, head)).toEqual({
      added: [
        { name: 'new', version: '2.0.0 (git+x)' },
        { name: 'syn', version: '2.0.10' },
      ],
      removed: [{ name: 'gone', version: '0.1.0' }],
      updated: [{ name: 'serde', before: '1.0.1', after: '1.0.2' }],
      duplicated: [{ name: 'syn', versions: ['1.0.9', '2.0.10'] }],
    });
  });

  test('pairs versions in the order of their numbers', () => {
    const diff = diffOf(['a 1.9.0', 'a 10.0.0'], ['a 1.10.0', 'a 10.0.1', 'a 11.0.0']);
    expect(diff.updated).toEqual([
      { name: 'a', before: '1.9.0', after: '1.10.0' },
      { name: 'a', before: '10.0.0', after: '10.0.1' },
    ]);
    expect(diff.added).toEqual([{ name: 'a', version: '11.0.0' }]);
    expect(diff.duplicated).toEqual([]);
  });

  test('a package whose source alone changed is updated', () => {
    expect(diffOf(['a 1.0.0'], ['a 1.0.0 (git+y)']).updated).toEqual([
      { name: 'a', before: '1.0.0', after: '1.0.0 (git+y)' },
    ]);
  });

  const entry = fc
    .tuple(fc.constantFrom('a', 'b', '__proto__', 'constructor'), fc.nat({ max: 3 }))
    .map(([name, version]) => `${name} ${version}`);
  const lock = fc.uniqueArray(entry);

  test('accounts for every package, and swapping the sides swaps the diff', () => {
    fc.assert(
      fc.property(lock, lock, (base, head) => {
        const there = diffOf(base, head);
        const back = diffOf(head, base);
        expect(back.added).toHaveLength(there.removed.length);
        expect(back.updated).toHaveLength(there.updated.length);
        expect(head.length - base.length).toBe(there.added.length - there.removed.length);
        const come = head.filter((one) => !base.includes(one)).length;
        expect(there.added.length + there.updated.length).toBe(come);
        expect(diffOf(base, base).added).toEqual([]);
      }),
    );
  });
});

describe('packageCauses', () => {
  test('new versions beside others come first, then new packages, updated and removed ones; none twice', () => {
    const base = ['gone 1', 'moved 1', 'twin 1'];
    const causes = packageCauses(diffOf(base, ['fresh 1', 'moved 2', 'twin 1', 'twin 2']));
    expect(causes.map(({ subject, after, note }) => `${subject} ${after}: ${note}`)).toEqual([
      'twin 2: added beside 1',
      'fresh 1: added',
      'moved 2: updated',
      'gone null: removed',
    ]);
  });

  test('keep within the schema', () => {
    const versions = Array.from({ length: 300 }, (_, i) => `a ${i}.${'9'.repeat(30)}`);
    const causes = packageCauses(diffOf(['a 1', 'gone 1'], ['a 1', ...versions]));
    expect(causes[0]).toMatchObject({ kind: 'lockfile', subject: 'a', note: 'now built in 301 versions' });
    expect(causes[0]?.after).toHaveLength(4000);
    expect(causes.at(-1)).toMatchObject({ subject: 'gone', before: '1', after: null, note: 'removed' });
  });
});
