import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseCommit } from '../../src/process/commit.ts';

const tree = `tree ${'0'.repeat(40)}`;

it('reads a merge with a signature', () => {
  const text = [
    tree,
    `parent ${'a'.repeat(40)}`,
    `parent ${'b'.repeat(40)}`,
    'author Ada <L> <ada@example.org> 1700000000 +0100',
    'committer GitHub <noreply@example.org> 1700000060 -0500',
    'gpgsig -----BEGIN PGP SIGNATURE-----',
    ` parent ${'c'.repeat(40)}`,
    ' -----END PGP SIGNATURE-----',
    '',
    'Merge a pull',
    'request\r',
    '',
    `parent ${'d'.repeat(40)}`,
  ].join('\n');
  expect(parseCommit(text)).toEqual({
    subject: 'Merge a pull request',
    message: `Merge a pull\nrequest\r\n\nparent ${'d'.repeat(40)}`,
    date: '2023-11-14T22:14:20.000Z',
    author: 'Ada <L>',
    parents: ['a'.repeat(40), 'b'.repeat(40)],
  });
});

it('takes odd commits', () => {
  expect(parseCommit(`${tree}\nauthor <> 1 +0000\ncommitter <> 99999999999999 +0000\n\n`)).toEqual({
    subject: '',
    message: '',
    date: '1970-01-01T00:00:00.000Z',
    author: '',
    parents: [],
  });
  expect(parseCommit('')).toBeNull();
  expect(parseCommit('tree x\n')).toBeNull();
});

it('never throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const commit = parseCommit(`${tree}\n${text}`);
      expect(commit?.date).toMatch(/^\d{4,6}-/);
    }),
  );
});
