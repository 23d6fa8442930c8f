import { describe, expect, it } from 'vitest';
import type { Cause } from '../../src/compare/comparison.ts';
import { causeDetail, causeLine, causeMovement } from '../../src/report/cause.ts';
import { MARKDOWN, PLAIN } from '../../src/report/voice.ts';

const cause = (more: Partial<Cause>): Cause => ({
  kind: 'setting',
  subject: 'profile.lto',
  before: null,
  after: null,
  amount: null,
  note: '',
  ...more,
});
const updated = {
  kind: 'lockfile',
  subject: 'serde',
  before: '1.0.1',
  after: '1.0.2',
  note: 'updated',
} as const;

describe('a cause on one line', () => {
  it.each<[string, Partial<Cause>, string]>([
    ['a setting', { before: 'fat', after: 'false' }, '`profile.lto`: `fat` → `false`'],
    [
      'the first clause of a note',
      { before: 'fat', after: 'false', note: 'LTO: usually 10–25 % of the size; in one project +28 %' },
      '`profile.lto`: `fat` → `false` (LTO: usually 10–25 % of the size)',
    ],
    ['a new setting', { after: 'fat' }, '`profile.lto` is new (`fat`)'],
    ['a setting that went', { before: 'fat' }, '`profile.lto` is gone (was `fat`)'],
    ['an updated package', updated, '`serde` 1.0.1 → 1.0.2'],
    [
      'a package that only the build uses',
      { ...updated, note: 'updated; only the build uses it' },
      '`serde` 1.0.1 → 1.0.2',
    ],
    [
      'a second version',
      { kind: 'lockfile', subject: 'console', after: '0.16.0', note: 'added beside 0.15.4' },
      '`console` 0.16.0 added beside 0.15.4',
    ],
    [
      'a package that went',
      { kind: 'lockfile', subject: 'foo', before: '1.2', note: 'removed' },
      '`foo` 1.2 removed',
    ],
    [
      'packages that were cut',
      { kind: 'lockfile', subject: 'packages', note: '7 more' },
      '`packages` 7 more',
    ],
    ['an amount', { kind: 'crate', subject: 'regex', amount: 31_540 }, '`regex` +30.80\u00a0KiB'],
    [
      'a judgement, whole',
      { kind: 'judgement', subject: '', note: 'code placement, not your change; +2 % and +0.1 %' },
      'code placement, not your change; +2 % and +0.1 %',
    ],
  ])('%s', (_, more, line) => {
    expect(causeLine(cause(more), 'B', MARKDOWN)).toBe(line);
  });

  it('keeps the rest of a note for the fold', () => {
    const lto = cause({ before: 'fat', after: 'off', note: 'usual; in one project' });
    expect(causeDetail(lto, PLAIN)).toBe('profile.lto: fat → off (usual; in one project)');
    expect(causeDetail(cause({ ...updated, note: 'updated; only the build uses it' }), PLAIN)).toBe(
      'serde 1.0.1 → 1.0.2 (only the build uses it)',
    );
  });

  it('tells what a package brought to all programs, in bytes', () => {
    const one = cause({ kind: 'lockfile', subject: 'foo', after: '1.2', note: 'added', amount: 2048 });
    expect(causeDetail(one, PLAIN)).toBe('foo 1.2 added +2.00 KiB');
    expect(causeDetail({ ...one, amount: 0 }, PLAIN)).toBe('foo 1.2 added');
  });

  it('moves nothing in a judgement', () => {
    expect(causeMovement(cause({ kind: 'judgement', subject: '', note: 'x' }), PLAIN)).toBe('');
  });
});
