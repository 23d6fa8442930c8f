import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffAttributions } from '../../src/compare/attribution.ts';
import type { Cause } from '../../src/compare/comparison.ts';
import { joinCauses } from '../../src/compare/join-causes.ts';
import type { Attribution } from '../../src/measure/attribution.ts';

type Crates = Readonly<Record<string, number>>;

function attribution(crates: Crates): Attribution {
  const rows = Object.entries(crates).map(([crate, bytes]) => ({
    crate,
    function: `${crate}::run`,
    section: 'text' as const,
    bytes,
    copies: 1,
  }));
  return { case: 'size app', method: 'link-map', fallback: null, rows };
}

const cause = (more: Partial<Cause>): Cause => ({
  kind: 'lockfile',
  subject: '',
  before: null,
  after: null,
  amount: null,
  note: '',
  ...more,
});
const added = (subject: string): Cause => cause({ subject, after: '1.0.0', note: 'added' });
const updated = (subject: string): Cause =>
  cause({ subject, before: '1.0.0', after: '1.1.0', note: 'updated' });
const setting = (subject: string, before: string, after: string): Cause =>
  cause({ kind: 'setting', subject, before, after, note: 'known' });

function joined(before: Crates, after: Crates, causes: readonly Cause[], direct: readonly string[] = []) {
  const sum = (crates: Crates) => Object.values(crates).reduce((total, bytes) => total + bytes, 0);
  const diff = diffAttributions(attribution(before), attribution(after), []);
  const packages = causes.filter(({ kind }) => kind === 'lockfile');
  const change = sum(after) - sum(before);
  return joinCauses(causes, { diff, change, what: 'code', packages, direct: new Set(direct) });
}

const short = (causes: readonly Cause[]) => causes.map(({ subject, amount }) => [subject, amount]);

describe('packages and bytes', () => {
  test('a package has the bytes of its crate, whose own line it takes', () => {
    expect(joined({ app: 1000 }, { app: 1100, my_dep: 5000 }, [added('my-dep')])).toEqual([
      { ...added('my-dep'), amount: 5000 },
    ]);
  });

  test('the largest comes first, whatever sort it is, and what moved the other way is no cause', () => {
    const before = { app: 1000, old: 4000, small: 500 };
    const after = { app: 4000, old: 9000, small: 400, fresh: 1000 };
    expect(short(joined(before, after, [updated('small'), updated('old'), added('fresh')]))).toEqual([
      ['old', 5000],
      ['app::run', 3000],
      ['fresh', 1000],
    ]);
  });

  test('new packages stand together under the one that the project asked for', () => {
    const causes = [added('regex'), added('regex-automata'), added('memchr'), updated('serde')];
    const after = { app: 100, regex: 200, regex_automata: 7000, memchr: 800, serde: 10 };
    const found = joined({ app: 100, serde: 10 }, after, causes, ['regex', 'serde']);
    expect(found).toEqual([{ ...added('regex'), amount: 8000, note: 'added with 2 more packages' }]);
    expect(short(joined({ app: 100, serde: 10 }, after, causes, ['regex', 'memchr']))).toEqual([
      ['regex-automata', 7000],
      ['memchr', 800],
    ]);
    expect(short(joined({ app: 100, serde: 10 }, after, causes))).toEqual([
      ['regex-automata', 7000],
      ['memchr', 800],
    ]);
  });

  test('a package whose crate the program does not show is kept only while nothing else explains the change', () => {
    const causes = [added('md-5-impl'), updated('app')];
    expect(short(joined({ app: 100 }, { app: 9000 }, causes))).toEqual([['app', 8900]]);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`c${index}`, 100]));
    const more = Object.fromEntries(Object.keys(many).map((name) => [name, 110]));
    expect(short(joined(many, more, causes))).toEqual([
      ['md-5-impl', null],
      ['app', null],
    ]);
  });
});

describe('settings and bytes', () => {
  const dropped = setting('profile.lto', 'fat', 'off');

  test('a setting that moves everything comes first, and hides what moved with it', () => {
    const found = joined({ app: 1000, std: 1000 }, { app: 9000, std: 3000, dep: 2000 }, [
      dropped,
      added('dep'),
    ]);
    expect(short(found)).toEqual([
      ['profile.lto', null],
      ['dep', 2000],
    ]);
  });

  test('a setting that usually moves it the other way comes after the bytes that have a name', () => {
    const stronger = setting('profile.lto', 'off', 'fat');
    const found = joined({ app: 1000 }, { app: 1000, dep: 9000 }, [stronger, added('dep')]);
    expect(found).toMatchObject([
      { subject: 'dep', amount: 9000 },
      { subject: 'profile.lto', note: 'usually moves it the other way' },
    ]);
  });

  test('a setting that moved it against its habit stays first while only what both sides have could explain it', () => {
    const found = joined({ app: 9000, std: 5000 }, { app: 4000, std: 4000 }, [dropped]);
    expect(short(found)).toEqual([['profile.lto', null]]);
  });

  test('a setting of one package leaves crates and functions to be named', () => {
    const found = joined({ app: 1000 }, { app: 9000 }, [setting('profile.package.app.opt-level', 's', '3')]);
    expect(short(found)).toEqual([
      ['profile.package.app.opt-level', null],
      ['app::run', 8000],
    ]);
  });
});

test('amounts go the way of the row, and no subject is told twice', () => {
  const names = ['a', 'b', 'c-d', 'e'];
  const sizes = fc.dictionary(fc.constantFrom('a', 'b', 'c_d', 'e', 'own'), fc.nat(100_000));
  const notes = fc.constantFrom('added', 'updated', 'removed', 'added beside 1.0.0');
  const packages = fc.uniqueArray(fc.record({ subject: fc.constantFrom(...names), note: notes }), {
    selector: ({ subject }) => subject,
  });
  const direct = fc.subarray(names);
  fc.assert(
    fc.property(sizes, sizes, packages, direct, (before, after, moved, ofProject) => {
      const found = joined(
        before,
        after,
        moved.map((one) => cause(one)),
        ofProject,
      );
      const sum = (crates: Crates) => Object.values(crates).reduce((total, bytes) => total + bytes, 0);
      const change = sum(after) - sum(before);
      for (const { amount } of found) if (amount !== null) expect(amount * change).toBeGreaterThan(0);
      const subjects = found.map(({ subject }) => subject);
      expect(new Set(subjects).size).toBe(subjects.length);
    }),
  );
});
