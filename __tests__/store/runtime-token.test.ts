import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cacheScopes } from '../../src/store/runtime-token.ts';

function token(claims: unknown): string {
  return `head.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
}

test('the scopes of a token, in their order', () => {
  const ac = JSON.stringify([
    { Scope: 'refs/pull/7/merge', Permission: 3 },
    { Scope: 'refs/heads/main', Permission: 1 },
    { Scope: 'refs/heads/other', Permission: 2 },
  ]);
  expect(cacheScopes(token({ ac, exp: 1 }))).toEqual([
    { ref: 'refs/pull/7/merge', read: true, write: true },
    { ref: 'refs/heads/main', read: true, write: false },
    { ref: 'refs/heads/other', read: false, write: true },
  ]);
});

test.each([
  undefined,
  '',
  'opaque',
  'a.b.c',
  token(null),
  token({}),
  token({ ac: 'x' }),
  token({ ac: '[{}]' }),
])('%s cannot be read', (unreadable) => {
  expect(cacheScopes(unreadable)).toBeNull();
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void cacheScopes(`a.${text}.b`)));
  fc.assert(fc.property(fc.jsonValue(), (value) => void cacheScopes(token({ ac: JSON.stringify(value) }))));
});
