import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Asked, askedIn, carryAsked, nothingAsked, withAsked } from '../../src/report/asked.ts';
import { expectInert } from '../support/markdown.ts';

const HEAD = 'a'.repeat(40);
const BODY = '<!-- tare:default head=x run=1.1 -->\n### A report\n\nWords.';
const accepted = { comment: 5, case: 'bench sort', reason: 'Known', by: 'octo' };
const rerun = { comment: 6, by: 'octo', run: '100', attempt: 2, filter: 'sort' };
const asked: Asked = {
  head: HEAD,
  accepted: [accepted],
  rerun,
  answer: { kind: 'help', by: 'octo', reason: '' },
};
const report = (runId: string, runAttempt: string, headSha = HEAD) => ({ headSha, runId, runAttempt });

describe('what was asked', () => {
  const body = withAsked(BODY, asked) ?? '';

  test('is read again, also with the line ends of a form', () => {
    expect(askedIn(body)).toEqual(asked);
    expect(askedIn(body.replaceAll('\n', '\r\n'))).toEqual(asked);
  });

  test('stands behind the report, once', () => {
    expect(body.startsWith(`${BODY}\n\n<!-- tare-asked `)).toBe(true);
    expect(withAsked(body, nothingAsked(HEAD))).toBe(BODY);
    expect(withAsked(body, asked)).toBe(body);
  });

  test('is carried into the report that it asked for, without the answer', () => {
    expect(askedIn(carryAsked(body, 'new', report('100', '2')))).toEqual({ ...asked, answer: null });
    expect(askedIn(carryAsked(body, 'new', report('100', '1')))?.rerun).toEqual(rerun);
  });

  test('loses the run once a later one has reported, and everything on another head', () => {
    expect(askedIn(carryAsked(body, 'new', report('100', '3')))).toMatchObject({
      rerun: null,
      accepted: [accepted],
    });
    expect(askedIn(carryAsked(body, 'new', report('101', '1')))?.rerun).toBeNull();
    expect(carryAsked(body, 'new', report('100', '2', 'b'.repeat(40)))).toBe('new');
  });

  test('that does not fit is not written', () => {
    const many = { ...asked, accepted: Array.from({ length: 90 }, () => accepted) };
    expect(withAsked(BODY, many)).toBeNull();
  });
});

test.each(['', '!', '=', 'e30=', 'bm8gSlNPTg==', '/////w==', Buffer.from('{"head":1}').toString('base64')])(
  'nothing can be read of %j',
  (note) => expect(askedIn(`${BODY}\n\n<!-- tare-asked ${note} -->\n- x`)).toBeNull(),
);

test('whatever people say stays words', () => {
  const piece = fc.constantFrom(
    ...[
      '@octo',
      '#1',
      '<b>',
      '-->',
      '<!--',
      '|',
      '`',
      '[x](y)',
      'https://e.example',
      '\u202e',
      '**',
      ':tada:',
      '\n',
      ' ',
    ],
  );
  const text = fc
    .array(fc.oneof(piece, fc.string({ maxLength: 5 })), { minLength: 1, maxLength: 12 })
    .map((parts) => `x${parts.join('')}`);
  const saying = fc.record({ name: text, reason: text, by: text, filter: text });
  fc.assert(
    fc.property(saying, ({ name, reason, by, filter }) => {
      const body = withAsked('x', {
        head: HEAD,
        accepted: [{ comment: 5, case: name, reason, by }],
        rerun: { ...rerun, by, filter },
        answer: { kind: 'refused', by, reason },
      });
      if (body === null) throw new Error('It fits.');
      expect(askedIn(body)?.accepted[0]?.reason).toBe(reason);
      expectInert(body.slice(body.indexOf('-->') + 4), '');
    }),
  );
});
