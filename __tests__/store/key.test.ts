import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baselineKey, seriesHash, seriesPrefix } from '../../src/store/key.ts';
import { SERIES, sha } from './draft.ts';

describe('baseline key', () => {
  test('has the parts of the design in their order', () => {
    expect(baselineKey({ ...SERIES, configuration: 'release-lto' }, sha('c0ffee'))).toBe(
      `tare-1-release-lto-linux-x86_64-0123456789abcdef-${sha('c0ffee')}`,
    );
  });

  test.each([
    ['Release', /^tare-1-release~[0-9a-f]{16}-linux-/],
    ['lto, fat', /^tare-1-lto-fat~[0-9a-f]{16}-linux-/],
    ['../../etc', /^tare-1--etc~[0-9a-f]{16}-linux-/],
    ['größe', /^tare-1-gr-e~[0-9a-f]{16}-linux-/],
  ])('configuration %s is made safe and stays readable', (configuration, key) => {
    expect(baselineKey({ ...SERIES, configuration }, sha('a'))).toMatch(key);
  });

  test('any configuration gives a key that the cache and every file system take', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }), (configuration) => {
        const key = baselineKey({ ...SERIES, configuration }, sha('a'));
        expect(key).toMatch(/^[a-z0-9._~-]+$/);
        expect(key.length).toBeLessThanOrEqual(200);
      }),
    );
  });

  test('no two configurations share a prefix, and none is the start of another', () => {
    const name = fc.oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^[a-z~-]{1,6}$/));
    fc.assert(
      fc.property(name, name, (left, right) => {
        fc.pre(left !== right);
        const [first, second] = [left, right].map((configuration) =>
          seriesPrefix({ ...SERIES, configuration }),
        );
        expect(first).not.toBe(second);
        expect(baselineKey({ ...SERIES, configuration: left }, sha('a'))).not.toContain(
          `${second}${sha('a')}`,
        );
      }),
    );
  });

  test('an odd machine word is made safe', () => {
    expect(seriesPrefix({ ...SERIES, os: 'Windows NT', arch: 'x64,evil' })).toBe(
      'tare-1-default-windows_nt-x64_evil-0123456789abcdef-',
    );
  });

  test.each(['main', 'abc123', sha('A'), `${sha('a')},x`])('commit %s is refused', (commit) => {
    expect(() => baselineKey(SERIES, commit)).toThrow('is not a full commit SHA');
  });
});

describe('series hash', () => {
  const fields = { project: 'crates/app', toolchain: 'cargo', target: null };

  test('is stable, because a change loses every stored baseline', () => {
    expect(seriesHash(fields)).toBe(seriesHash({ ...fields, project: './crates\\app/' }));
    expect(seriesHash(fields)).toMatchInlineSnapshot(`"f91773b87a0f5966"`);
  });

  test.each([
    { ...fields, project: '.' },
    { ...fields, toolchain: 'go' },
    { ...fields, target: 'null' },
    { ...fields, target: 'wasm32-wasip1' },
  ])('differs for %o', (other) => {
    expect(seriesHash(other)).not.toBe(seriesHash(fields));
  });
});
