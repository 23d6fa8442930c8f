import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AttributionDiff, diffAttributions, movedBytes } from '../../src/compare/attribution.ts';
import { attributionCauses } from '../../src/compare/attribution-causes.ts';
import { compareMeasurements } from '../../src/compare/compare.ts';
import type { Attribution, AttributionRow, SectionGroup } from '../../src/measure/attribution.ts';
import { SECTION_GROUPS } from '../../src/measure/attribution.ts';
import { withoutFunctions } from '../../src/measure/size/attribution/attribute.ts';
import { Ledger } from '../../src/measure/size/attribution/ledger.ts';
import { assembleReport } from '../../src/report/assemble.ts';
import { reportSchema } from '../../src/report/report.ts';
import { part } from '../support/reports.ts';
import { measurement } from './fixtures.ts';

type Short = readonly [
  crate: string | null,
  name: string | null,
  bytes: number,
  copies?: number,
  section?: SectionGroup,
];

function rows(short: readonly Short[]): AttributionRow[] {
  return short.map(([crate, name, bytes, copies = 1, section = 'text']) => ({
    crate,
    function: name,
    section,
    bytes,
    copies: name === null ? 0 : copies,
  }));
}

function attribution(short: readonly Short[], more: Partial<Attribution> = {}): Attribution {
  return { case: 'size app', method: 'link-map', fallback: null, rows: rows(short), ...more };
}

const BASE: readonly Short[] = [
  ['app', 'app::main', 1000],
  ['app', 'app::main', 100, 1, 'unwind'],
  ['app', 'alloc::vec::Vec::push', 300, 3],
  ['std', 'core::fmt::write', 2000],
  ['old', 'old::run', 500],
  ['old', null, 70, 0, 'rodata'],
  [null, null, 50],
];
const HEAD: readonly Short[] = [
  ['app', 'app::main', 1010],
  ['app', 'app::main', 100, 1, 'unwind'],
  ['app', 'alloc::vec::Vec::push', 1700, 17],
  ['app', '<new::Table<_> as core::fmt::Debug>::fmt', 90, 2],
  ['std', 'core::fmt::write', 2000],
  ['new', 'new::run', 4000],
  ['new', null, 200, 0, 'rodata'],
  [null, null, 60],
];

/** Nothing of a program's sections. */
const NO_SIZE = {
  ...{ text: 0, rodata: 0, data: 0, unwind: 0, relocation: 0, other: 0 },
  ...{ bss: 0, debug: 0, loadable: 0, symbol: 0 },
};

const diff = (before: Attribution, after: Attribution, sections?: readonly SectionGroup[]) =>
  diffAttributions(before, after, [], sections);

describe('the difference of two attributions', () => {
  test('is by crate and function, the largest change first, sections added up', () => {
    const { level, fallback, movements } = diff(attribution(BASE), attribution(HEAD));
    expect([level, fallback]).toEqual(['crates', null]);
    expect(movements.slice(0, 3)).toMatchObject([
      { crate: 'new', function: 'new::run', before: 0, after: 4000 },
      {
        crate: 'app',
        function: 'alloc::vec::Vec::push',
        before: 300,
        after: 1700,
        copiesBefore: 3,
        copiesAfter: 17,
      },
      { crate: 'old', function: 'old::run', before: 500, after: 0 },
    ]);
    expect(movements.find((movement) => movement.function === 'app::main')).toMatchObject({
      before: 1100,
      after: 1110,
    });
  });

  describe('of programs with more functions than an entry has room for', () => {
    /** Functions of three crates from large to small; the 300th is larger by `more`. */
    const program = (limit: number, more = 0): Attribution => {
      const ledger = new Ledger();
      const total = { ...NO_SIZE };
      for (let index = 0; index < 1500; index += 1) {
        const crate = ['app', 'serde', 'regex'][index % 3] ?? '';
        const size = Math.round(41 + 20_000 / (index + 50)) + (index === 300 ? more : 0);
        const label = ledger.label({ crate, isOwn: false }, { path: `${crate}::f${index}`, crate });
        ledger.add(label, SECTION_GROUPS.indexOf('text'), size, 1);
        ledger.add(label, SECTION_GROUPS.indexOf('unwind'), 40, 1);
        total.text += size;
        total.unwind += 40;
      }
      return { ...attribution([]), ...ledger.rows(total, ({ owner }) => owner.crate, limit) };
    };
    const oneSided = ({ movements }: AttributionDiff) =>
      movements.filter((each) => each.function !== null && (each.before === 0) !== (each.after === 0));

    test.each([
      ['the base', 1000, 50_000],
      ['the head', 50_000, 1000],
      ['both, not alike', 1000, 900],
      ['neither', 50_000, 50_000],
    ])('%s cut: what did not change is neither new nor gone', (_, base, head) => {
      const told = diff(program(base), program(head, 1200));
      expect(oneSided(told)).toEqual([]);
      expect(attributionCauses(told, 1200)).toMatchObject([
        { kind: 'function', subject: 'app::f300', amount: 1200, note: '' },
      ]);
      expect(told.movements.reduce((sum, movement) => sum + movedBytes(movement), 0)).toBe(1200);
    });

    test('a new function that is larger than all that was left out is new', () => {
      const head = program(50_000);
      head.rows.push(...rows([['app', 'app::added', 5000]]));
      expect(attributionCauses(diff(program(1000), head), 5000)).toMatchObject([
        { subject: 'app::added', before: null, note: 'new' },
      ]);
    });

    test('names that were left out altogether are not gone', () => {
      const told = diff(program(50_000), withoutFunctions(program(50_000, 1200), 'too long'));
      expect(oneSided(told)).toEqual([]);
      expect(attributionCauses(told, 1200)).toMatchObject([{ kind: 'crate', subject: 'app', amount: 1200 }]);
    });
  });

  test('of one section leaves the others out', () => {
    const { movements } = diff(attribution(BASE), attribution(HEAD), ['rodata']);
    expect(movements).toMatchObject([
      { crate: 'new', function: null, before: 0, after: 200 },
      { crate: 'old', function: null, before: 70, after: 0 },
    ]);
  });

  test('named in different ways is by what both have, and says so', () => {
    const symbols = attribution(HEAD, { method: 'symbols', fallback: 'the linker writes no map: x' });
    expect(diff(attribution(BASE), symbols)).toMatchObject({
      level: 'functions',
      method: 'symbols',
      fallback:
        "compared by function only: the base's bytes were named by the link map, the head's by the symbol table; the linker writes no map: x",
    });
    const sections = attribution(
      [
        [null, null, 5, 0, 'text'],
        [null, null, 7, 0, 'data'],
      ],
      { method: 'sections', fallback: 'y' },
    );
    const bySection = diff(attribution(BASE), sections);
    expect(bySection.level).toBe('sections');
    expect(bySection.movements.every(({ crate, function: name }) => crate === null && name === null)).toBe(
      true,
    );
    expect(bySection.movements[0]).toMatchObject({ section: 'text', after: 5 });
    expect(attributionCauses(bySection, -1000)).toEqual([]);
  });

  test('is by function where LTO was switched, since code then moves between crates', () => {
    const changes = [{ field: 'profile.lto', before: 'false', after: 'fat' }];
    expect(diffAttributions(attribution(BASE), attribution(HEAD), changes)).toMatchObject({
      level: 'functions',
      fallback: expect.stringContaining('since LTO moves code between crates'),
    });
  });

  test('adds up to both sides, whatever the rows are', () => {
    const name = fc.constantFrom('a', 'b', 'a::x', '', '__proto__');
    const anyRow = fc.record({
      crate: fc.option(name),
      function: fc.option(name),
      section: fc.constantFrom(...SECTION_GROUPS),
      bytes: fc.nat(1_000_000),
      copies: fc.nat(100),
    });
    const side = fc.record({
      method: fc.constantFrom('link-map' as const, 'symbols' as const, 'sections' as const),
      rows: fc.array(anyRow, { maxLength: 60 }),
    });
    fc.assert(
      fc.property(side, side, (before, after) => {
        const found = diff({ ...attribution([]), ...before }, { ...attribution([]), ...after });
        const sum = (of: { readonly bytes: number }[]) => of.reduce((total, { bytes }) => total + bytes, 0);
        expect(found.movements.reduce((total, one) => total + one.before, 0)).toBe(sum(before.rows));
        expect(found.movements.reduce((total, one) => total + one.after, 0)).toBe(sum(after.rows));
        const [moved] = reported(found);
        expect(moved?.rows.reduce((total, one) => total + one.before, 0)).toBe(sum(before.rows));
        expect(moved?.rows.reduce((total, one) => total + one.after, 0)).toBe(sum(after.rows));
        expect(moved?.rows.length).toBeLessThanOrEqual(51);
        const change = sum(after.rows) - sum(before.rows);
        for (const cause of attributionCauses(found, change))
          expect((cause.amount ?? 0) * change).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the causes of a change', () => {
  const causes = (before: readonly Short[], after: readonly Short[]) => {
    const found = diff(attribution(before), attribution(after));
    const change = found.movements.reduce((sum, movement) => sum + movedBytes(movement), 0);
    return attributionCauses(found, change);
  };

  test('are a new crate with what others hold of it, then the function that leads its crate', () => {
    expect(causes(BASE, HEAD)).toEqual([
      { kind: 'crate', subject: 'new', before: null, after: '4290', amount: 4290, note: 'new' },
      {
        kind: 'function',
        subject: 'alloc::vec::Vec::push',
        before: '300',
        after: '1700',
        amount: 1400,
        note: '14 new copies in app',
      },
    ]);
  });

  test('are a crate that is gone where the program shrank', () => {
    expect(
      causes(
        BASE,
        BASE.filter(([crate]) => crate !== 'old'),
      ),
    ).toEqual([{ kind: 'crate', subject: 'old', before: '570', after: null, amount: -570, note: 'gone' }]);
  });

  test('name the crate before its functions where none of them leads', () => {
    const before: Short[] = Array.from({ length: 6 }, (_, index) => ['lib', `lib::f${index}`, 100]);
    const after: Short[] = Array.from({ length: 6 }, (_, index) => ['lib', `lib::f${index}`, 200 + index]);
    expect(causes(before, after)).toMatchObject([
      { kind: 'crate', subject: 'lib', before: '600', after: '1215', amount: 615, note: '' },
      { kind: 'function', subject: 'lib::f5', amount: 105 },
      { kind: 'function', subject: 'lib::f4', amount: 104 },
    ]);
  });

  test('leave out what moved the other way, and what is small', () => {
    const before: Short[] = [
      ['a', 'a::x', 100],
      ['b', 'b::y', 10_000],
      ['c', 'c::z', 5000],
    ];
    const after: Short[] = [
      ['a', 'a::x', 110],
      ['b', 'b::y', 20_000],
      ['c', 'c::z', 4000],
    ];
    expect(causes(before, after).map(({ subject }) => subject)).toEqual(['b::y']);
  });

  test.each([
    [0, 1, 'new in app'],
    [0, 3, 'new, 3 copies in app'],
    [2, 1, '1 copy fewer in app'],
    [1, 2, '1 new copy in app'],
    [4, 4, 'in app'],
  ])('tell the copies: %i before, %i after', (before, after, note) => {
    const short = (copies: number, bytes: number): Short[] => [
      ['app', 'app::main', 10],
      ...(copies === 0 ? [] : [['app', 'core::ptr::drop_in_place', bytes, copies] as const]),
    ];
    expect(
      causes([...short(before, 100), ['std', 'core::x', 1]], [...short(after, 5000), ['std', 'core::x', 1]]),
    ).toMatchObject([{ note }]);
  });

  test('are none of what nobody owns', () => {
    expect(causes([[null, null, 10]], [[null, null, 5000]])).toEqual([]);
  });
});

test('a row of a size has the settings, then the packages with their bytes, then the crates and functions', () => {
  const numbers = (bytes: number) => ({ 'size app': { 'loadable-bytes': bytes } });
  const base = measurement(numbers(4020), { attributions: [attribution(BASE)] });
  const head = measurement(numbers(9160), {
    attributions: [attribution(HEAD)],
    identity: { ...base.identity, 'profile.overflow-checks': 'true' },
    packages: [{ name: 'new', version: '1.0.0', role: 'linked' }],
  });
  const config = { size: { gate: 'loadable' as const, floor: 1024, change: 0.001 }, cases: [] };
  const request = { configuration: 'default', history: [], config, changedByHead: () => true };
  const compared = compareMeasurements({ ...request, base, head });
  expect(compared.comparisons[0]?.why.map(({ kind, subject, amount }) => [kind, subject, amount])).toEqual([
    ['setting', 'profile.overflow-checks', null],
    ['lockfile', 'new', 4290],
    ['function', 'alloc::vec::Vec::push', 1400],
  ]);
  expect(compared.attributions).toHaveLength(1);
  expect(compared.causes.map(({ subject, amount }) => [subject, amount])).toEqual([
    ['profile.overflow-checks', null],
    ['new', 4290],
  ]);
  const unnamed = compareMeasurements({ ...request, base: { ...base, attributions: [] }, head });
  expect(unnamed.comparisons[0]?.why.map(({ kind }) => kind)).toEqual(['setting', 'lockfile']);
  expect(unnamed.attributions).toEqual([]);
});

/** As a report holds it. */
function reported(found: AttributionDiff) {
  const report = assembleReport({
    job: 'check',
    head: 'a'.repeat(40),
    parts: [part({ attributions: [found] })],
    tare: '0.1.0',
  });
  expect(reportSchema.safeParse(report).error).toBeUndefined();
  return report.attributions;
}
