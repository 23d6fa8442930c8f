import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commentMarker, isNewer, stampIn } from '../../src/github/comment-marker.ts';

const stamp = { headSha: 'a'.repeat(40), runId: '12345678901', runAttempt: '2' };

test('reads back what it wrote, for any name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 0, maxLength: 60 }), (name) => {
      const { prefix, line } = commentMarker(`x${name}`, stamp);
      expect(line.startsWith(prefix)).toBe(true);
      expect(stampIn(`${line}\nbody`)).toEqual(stamp);
      expect(line.indexOf('-->')).toBe(line.length - 3);
      expect(line).toMatch(/^<!-- tare:[\x21-\x7e]+ head=[\x20-\x7e]+$/);
    }),
  );
});

test('no name is the beginning of another', () => {
  const text = fc.string({ minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      fc.pre(one !== other);
      expect(commentMarker(one, stamp).line.startsWith(commentMarker(other, stamp).prefix)).toBe(false);
    }),
  );
});

test.each([
  '',
  'text',
  ` ${commentMarker('a', stamp).line}`,
  `> ${commentMarker('a', stamp).line}`,
  '<!-- tare:a head=abc run=1.1 -->',
  `<!-- tare:a head=${'a'.repeat(40)} run=${'9'.repeat(30)}.1 -->`,
])('no stamp in %j', (body) => {
  expect(stampIn(body)).toBeNull();
});

test('a later run, or a later attempt of it, is newer', () => {
  const of = (runId: string, runAttempt: string) => ({ ...stamp, runId, runAttempt });
  expect(isNewer(of('10', '1'), of('9', '3'))).toBe(true);
  expect(isNewer(of('9', '3'), of('10', '1'))).toBe(false);
  expect(isNewer(of('9', '10'), of('9', '9'))).toBe(true);
  expect(isNewer(of('9', '1'), of('9', '1'))).toBe(false);
  expect(isNewer(of('9007199254740993', '1'), of('9007199254740992', '1'))).toBe(true);
});
