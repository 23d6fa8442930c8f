import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomBits, uniform } from '../../../src/compare/random.ts';
import { stateOf } from '../../../src/compare/triage/item.ts';
import type { Acceptance, HistoryRecord } from '../../../src/measure/history-record.ts';
import { type Commit, documentOf, historyOf, RULES, shaAt, triaged } from '../../support/triage-history.ts';

const MIB = 2 ** 20;

/** The triage of all commits but the first. */
function ofAll(commits: readonly Commit[], more = {}) {
  const history = historyOf(commits);
  const result = triaged(history, 0, more);
  // What is judged is always a document.
  documentOf(result, history, 0);
  const [part] = result.configurations;
  if (part === undefined) throw new Error('no configuration');
  return { ...part, result };
}

const verdicts = (part: ReturnType<typeof ofAll>) =>
  part.entries.map(({ commit, verdict, rows }) => [
    commit.sha,
    verdict,
    rows.map((row) => `${row.case} ${row.verdict}`),
  ]);

describe('entries', () => {
  test('name each commit that moved something, with its rows, and no other', () => {
    const part = ofAll([
      { sizes: { a: MIB, b: MIB }, times: { sort: [1] } },
      { times: { sort: [1.06, 'regression'] } },
      { sizes: { a: MIB + 512 } },
      { sizes: { a: MIB + 8192, b: MIB - 8192 } },
      { times: { sort: [1.002] } },
      { sizes: { b: MIB - 20_000 } },
    ]);
    expect(verdicts(part)).toEqual([
      [shaAt(1), 'regression', ['bench sort regression']],
      [shaAt(3), 'mixed', ['size a regression', 'size b improvement']],
      [shaAt(5), 'improvement', ['size b improvement']],
    ]);
    expect(part).toMatchObject({ measured: 5, first: shaAt(0), last: shaAt(5) });
    expect(part.result).toMatchObject({ commits: 5, compared: 5, warnings: [] });
  });

  test('compare exact numbers with the parent, and run times by the stored ratio alone', () => {
    const value = { case: 'bench sort', metric: 'wall-time', value: 0.0212 };
    const [, first] = historyOf([{}, { sizes: { a: MIB } }]).records;
    const part = ofAll([
      { sizes: { a: MIB }, times: {} },
      // Twice the time on a slower machine, and no change against its parent.
      { times: { sort: [1.001] }, more: { values: [...(first?.values ?? []), { ...value, value: 0.01 }] } },
      { times: { sort: [1.06, 'regression'] }, more: { values: [...(first?.values ?? []), value] } },
    ]);
    expect(part.entries).toHaveLength(1);
    expect(part.entries[0]?.rows).toEqual([
      expect.objectContaining({
        case: 'bench sort',
        before: expect.closeTo(0.02, 6),
        after: 0.0212,
        change: expect.closeTo(0.06, 6),
      }),
    ]);
  });

  test('leave a toolchain that the runner brought undecided, and call it out', () => {
    const part = ofAll([
      { sizes: { a: MIB } },
      {
        sizes: { a: MIB + 50_000 },
        identity: { 'toolchain.rustc': 'rustc 1.96.0', 'machine.image': 'ubuntu24 2' },
      },
      { identity: { 'machine.image': 'ubuntu24 1' } },
      { identity: { 'machine.image': 'ubuntu24 2', 'machine.cpu': 'Another' } },
      { identity: { 'profile.lto': 'fat', lockfile: 'b'.repeat(64) } },
    ]);
    expect(verdicts(part)).toEqual([[shaAt(1), 'inconclusive', ['size a inconclusive']]]);
    expect(part.bumps.map(({ kind, subject, byCommit }) => [kind, subject, byCommit])).toEqual([
      ['image', 'machine.image', false],
      ['toolchain', 'toolchain.rustc', false],
      ['image', 'machine.image', false],
      ['dependency', 'lockfile', true],
      ['setting', 'profile.lto', true],
    ]);
    expect(part.result.items).toEqual([]);
  });

  test('name the packages of a dependency update', () => {
    const cause = { kind: 'lockfile', case: null, before: '1.0.1', after: '1.0.2', amount: null, note: '' };
    const part = ofAll([
      { sizes: { a: MIB } },
      { identity: { lockfile: 'c'.repeat(64) }, more: { causes: [{ ...cause, subject: 'serde' }] } },
    ]);
    expect(part.bumps).toEqual([
      expect.objectContaining({ kind: 'dependency', subject: 'serde', before: '1.0.1', after: '1.0.2' }),
    ]);
  });

  test('of a parent that has no record are made of the ratios alone', () => {
    const history = historyOf([
      { sizes: { a: MIB } },
      { sizes: { a: 2 * MIB }, times: { sort: [1.06, 'regression'] } },
    ]);
    const result = triaged({ ...history, records: history.records.slice(1) }, 0);
    expect(result).toMatchObject({ commits: 1, compared: 1 });
    const [entry] = result.configurations[0]?.entries ?? [];
    expect(entry?.rows.map((row) => row.case)).toEqual(['bench sort']);
  });

  test('follow the rules of tare.toml', () => {
    const rule = { match: 'size a', metric: null, category: 'secondary', floor: null, budget: null } as const;
    const rules = { ...RULES, config: { ...RULES.config, cases: [{ ...rule, change: 0.05 }] } };
    const commits = [{ sizes: { a: MIB } }, { sizes: { a: MIB * 1.02 } }, { sizes: { a: MIB * 1.2 } }];
    const part = ofAll(commits, { rules });
    expect(verdicts(part)).toEqual([[shaAt(2), 'regression', ['size a regression']]]);
    expect(part.entries[0]?.rows[0]?.category).toBe('secondary');
  });

  test('of commits that were skipped stand at the next measured one, with the distance', () => {
    const part = ofAll([
      { sizes: { a: MIB } },
      { skipped: true },
      { skipped: true },
      { sizes: { a: 2 * MIB } },
    ]);
    expect(part.entries).toEqual([expect.objectContaining({ parent: shaAt(0), distance: 3 })]);
    expect(part.result).toMatchObject({ commits: 3, compared: 1 });
  });
});

describe('what comes back', () => {
  test('a run time that jumps and is back in the next commit is one line of noise', () => {
    const part = ofAll([
      { times: { sort: [1] } },
      { times: { sort: [1.04, 'regression'], walk: [1.05, 'regression'] } },
      { times: { sort: [0.962, 'improvement'], walk: [1] } },
    ]);
    expect(part.returned).toEqual([
      expect.objectContaining({ case: 'bench sort', commit: shaAt(1), back: shaAt(2), kind: 'noise' }),
    ]);
    expect(verdicts(part)).toEqual([[shaAt(1), 'regression', ['bench walk regression']]]);
  });

  test('a change of bytes that the next commit takes back is undone, not noise', () => {
    const part = ofAll([{ sizes: { a: MIB } }, { sizes: { a: 2 * MIB } }, { sizes: { a: MIB + 100 } }]);
    expect(part.returned).toEqual([expect.objectContaining({ case: 'size a', kind: 'undone' })]);
    expect(part.entries).toEqual([]);
    expect(part.result.items).toEqual([]);
  });

  test('what only half comes back stays two entries', () => {
    const part = ofAll([
      { sizes: { a: MIB }, times: { sort: [1] } },
      { sizes: { a: 2 * MIB }, times: { sort: [1.1, 'regression'] } },
      { sizes: { a: 1.5 * MIB }, times: { sort: [0.95, 'improvement'] } },
    ]);
    expect(part.returned).toEqual([]);
    expect(part.entries.map(({ verdict }) => verdict)).toEqual(['regression', 'improvement']);
  });
});

describe('drifts', () => {
  test('bytes that grow below the threshold, commit by commit', () => {
    const commits = Array.from(
      { length: 13 },
      (_, index): Commit => ({ sizes: { a: MIB + 900 * index + (index === 7 ? 90 : 0) } }),
    );
    const part = ofAll(commits);
    expect(part.entries).toEqual([]);
    expect(part.drifts).toEqual([expect.objectContaining({ from: shaAt(0), to: shaAt(12), steps: 12 })]);
    expect(part.drifts[0]?.row).toMatchObject({ case: 'size a', before: MIB, after: MIB + 10_800 });
    expect(part.drifts[0]?.largest[0]?.commit.sha).toBe(shaAt(7));
    expect(part.result.items.map(({ id, kind }) => [id, kind])).toEqual([
      ['default/drift/loadable-bytes/size a', 'drift'],
    ]);
  });

  test('without the steps that were called out', () => {
    const commits = Array.from(
      { length: 13 },
      (_, index): Commit => ({
        sizes: { a: MIB + 900 * index + (index >= 6 ? 100_000 : 0) },
      }),
    );
    const part = ofAll(commits);
    expect(part.entries.map(({ commit }) => commit.sha)).toEqual([shaAt(6)]);
    const row = part.drifts[0]?.row;
    expect((row?.after ?? 0) - (row?.before ?? 0)).toBe(11 * 900);
  });

  test('ordinary growth, and growth that ended before the range, is none', () => {
    const growth = (count: number) =>
      Array.from({ length: count }, (_, i): Commit => ({ sizes: { a: MIB + 900 * i } }));
    expect(ofAll(growth(5)).drifts).toEqual([]);
    const history = historyOf([...growth(13), {}, {}]);
    expect(triaged(history, 12).configurations[0]?.drifts).toEqual([]);
    expect(triaged(history, 5).configurations[0]?.drifts).toHaveLength(1);
  });

  test('what moved while a number was missing for long is no step of the commit that it came back with', () => {
    const sized = (value: number | null): Commit => ({
      more: {
        values: value === null ? [] : [{ case: 'size a', metric: 'loadable-bytes', value }],
      },
    });
    const values = [0, 900, 1800, 2700, null, null, null, null, 500_000, 500_900, 501_800, 502_700];
    const part = ofAll(values.map((value) => sized(value === null ? null : MIB + value)));
    expect(part.drifts).toEqual([]);
    expect(part.entries).toEqual([]);
  });

  test('run times whose ratios add up, though each is within noise', () => {
    const commits = [
      {},
      ...Array.from({ length: 8 }, (): Commit => ({ times: { sort: [1.006], walk: [1.0004] } })),
    ];
    const part = ofAll(commits);
    expect(part.entries).toEqual([]);
    expect(part.drifts).toHaveLength(1);
    expect(part.drifts[0]?.row).toMatchObject({
      case: 'bench sort',
      change: expect.closeTo(1.006 ** 8 - 1, 6),
    });
  });

  test('seeded noise of 100 series over 60 commits is hardly ever called a drift, a shift or an entry', () => {
    let alarms = 0;
    for (let week = 0; week < 4; week++) {
      const bits = randomBits(`week ${week}`);
      const normal = () =>
        Math.sqrt(-2 * Math.log(1 - uniform(bits))) * Math.cos(2 * Math.PI * uniform(bits));
      const commits = Array.from(
        { length: 60 },
        (): Commit => ({
          sizes: { a: MIB },
          // An interval of ± 0.8 % at 99 % with 19 degrees of freedom is a standard error of 0.28 %.
          times: Object.fromEntries(
            Array.from(
              { length: 25 },
              (_, name) => [`b${name}`, [Math.exp(0.0028 * normal()), 'none', 0.008]] as const,
            ),
          ),
          cpuSeconds: 60 * (1 + 0.02 * normal()),
        }),
      );
      const part = triaged(historyOf(commits), 30).configurations[0];
      alarms += (part?.drifts.length ?? 0) + (part?.hints.length ?? 0) + (part?.entries.length ?? 0);
    }
    expect(alarms).toBeLessThanOrEqual(1);
  });
});

describe('hints', () => {
  const noisy = (count: number, level: number, machine: string, seed: string) => {
    const bits = randomBits(seed);
    return Array.from(
      { length: count },
      (): Commit => ({
        cpuSeconds: level * (1 + 0.01 * (uniform(bits) - 0.5)),
        identity: { 'machine.cpu': machine },
      }),
    );
  };

  test('a level shift of compile time on one hardware, from its commit on', () => {
    const part = ofAll([...noisy(20, 60, 'A', 'one'), ...noisy(15, 66, 'A', 'two')]);
    expect(part.hints).toEqual([
      expect.objectContaining({
        case: 'compile workspace',
        metric: 'cpu-seconds',
        commit: expect.objectContaining({ sha: shaAt(20) }),
        change: expect.closeTo(0.1, 2),
        samples: [20, 15],
      }),
    ]);
    expect(part.entries).toEqual([]);
  });

  test('another machine is no shift', () => {
    expect(ofAll([...noisy(20, 60, 'A', 'one'), ...noisy(15, 90, 'B', 'two')]).hints).toEqual([]);
  });

  test('a shift before the range was told before', () => {
    const history = historyOf([...noisy(20, 60, 'A', 'one'), ...noisy(15, 66, 'A', 'two')]);
    expect(triaged(history, 25).configurations[0]?.hints).toEqual([]);
  });
});

describe('series that stopped', () => {
  const without = (record: Partial<HistoryRecord>): Commit => ({ more: { values: [], ...record } });

  test('are told once, with the reason that a later record gives', () => {
    const failed = [{ case: 'size a', message: 'the program is gone' }];
    const commits = [{ sizes: { a: MIB } }, {}, without({ failed }), without({}), without({})];
    const part = ofAll(commits);
    expect(part.stopped).toEqual([
      expect.objectContaining({
        case: 'size a',
        last: expect.objectContaining({ sha: shaAt(1) }),
        missing: 3,
        reason: 'the program is gone',
      }),
    ]);
    const later = historyOf([...commits, without({}), without({})]);
    expect(triaged(later, 4).configurations[0]?.stopped).toEqual([]);
    expect(ofAll(commits.slice(0, 4)).stopped).toEqual([]);
  });

  test('a configuration that is recorded no more', () => {
    const main = historyOf(Array.from({ length: 8 }, () => ({ sizes: { a: MIB } })));
    const musl = historyOf(
      Array.from({ length: 3 }, () => ({ sizes: { a: MIB } })),
      'musl',
    );
    const both = { records: [...main.records, ...musl.records], line: main.line };
    const parts = triaged(both, 2).configurations;
    expect(
      parts.map(({ configuration, stopped }) => [configuration, stopped.map((each) => each.missing)]),
    ).toEqual([
      ['default', []],
      ['musl', [5]],
    ]);
    expect(triaged(both, 5).configurations.flatMap(({ stopped }) => stopped)).toEqual([]);
  });
});

describe('what stays open', () => {
  const start: Commit = { sizes: { a: MIB }, times: { sort: [1] } };
  const grown: Commit = { sizes: { a: 2 * MIB } };
  const slow: Commit = { times: { sort: [1.1, 'regression'] } };
  const accepted = (entry: Partial<Acceptance>): Acceptance => ({
    case: 'size a',
    reason: 'it ships the tables',
    by: 'Robin',
    via: 'trailer',
    ...entry,
  });

  test.each<[string, readonly Commit[], object]>([
    ['nothing happened', [grown, {}, {}], { state: 'open', commit: null }],
    [
      'a later commit took it back',
      [grown, {}, { sizes: { a: MIB } }, {}],
      { state: 'fixed', commit: shaAt(3) },
    ],
    [
      'it came back in small steps',
      [{ sizes: { a: MIB + 2000 } }, {}, { sizes: { a: MIB + 1200 } }, { sizes: { a: MIB + 300 } }],
      { state: 'recovered' },
    ],
    [
      'it came back and went again',
      [grown, {}, { sizes: { a: MIB } }, {}, { sizes: { a: 3 * MIB } }],
      { state: 'fixed', commit: shaAt(3) },
    ],
    [
      'a faster commit took it back',
      [slow, {}, { times: { sort: [0.9, 'improvement'] } }],
      { state: 'fixed', commit: shaAt(3) },
    ],
    [
      'it was accepted in its own commit',
      [{ ...grown, more: { accepted: [accepted({})] } }, {}],
      { state: 'justified', by: 'Robin', reason: 'it ships the tables' },
    ],
    [
      'it was accepted later, by a pattern',
      [grown, { more: { accepted: [accepted({ case: 'size *' })] } }],
      { state: 'justified', commit: shaAt(2) },
    ],
    [
      'something else was accepted',
      [grown, { more: { accepted: [accepted({ case: 'size b' })] } }],
      { state: 'open' },
    ],
    [
      'a later commit was accepted by its label',
      [grown, { more: { accepted: [accepted({ case: '*', via: 'label' })] } }],
      { state: 'open' },
    ],
    [
      'a later commit accepted a regression of its own',
      [grown, { sizes: { a: 3 * MIB }, more: { accepted: [accepted({})] } }],
      { state: 'open' },
    ],
  ])('%s', (_, commits, expected) => {
    const { items } = ofAll([start, ...commits]).result;
    expect(stateOf(items[0] ?? never())).toMatchObject(expected);
  });

  test('a jump at the end of one week that is back at the start of the next becomes noise', () => {
    const commits: Commit[] = [start, {}, slow, { times: { sort: [0.91, 'improvement'] } }, {}];
    const first = triaged(historyOf(commits.slice(0, 3)), 0, { date: '2026-11-09' });
    expect(first.items.map((item) => stateOf(item).state)).toEqual(['open']);
    const second = triaged(historyOf(commits), 2, { items: first.items });
    expect(second.items[0]).toMatchObject({ opened: '2026-11-09' });
    expect(stateOf(second.items[0] ?? never())).toMatchObject({ state: 'noise', commit: shaAt(3) });
  });

  test('ratios within noise are no recovery, however many', () => {
    const quiet = Array.from({ length: 40 }, (): Commit => ({ times: { sort: [0.9995] } }));
    const { items } = ofAll([start, { times: { sort: [1.02, 'regression'] } }, ...quiet]).result;
    expect(items.map((item) => stateOf(item).state)).toEqual(['open']);
  });

  test('an item is carried over once, in the state of its least settled row', () => {
    const commits = [start, { ...grown, ...slow }, {}, { sizes: { a: MIB } }];
    const first = triaged(historyOf(commits.slice(0, 3)), 0, { date: '2026-11-09' });
    const again = triaged(historyOf(commits), 0, { items: first.items });
    expect(again.items).toHaveLength(1);
    expect(again.items[0]?.rows.map(({ case: name, state }) => [name, state])).toEqual([
      ['size a', 'fixed'],
      ['bench sort', 'open'],
    ]);
    expect(stateOf(again.items[0] ?? never()).state).toBe('open');
  });
});

describe('a history that is not as it should be', () => {
  test('records of commits that are not on the line are left out, with a warning', () => {
    const history = historyOf([{ sizes: { a: MIB } }, { sizes: { a: 2 * MIB } }, {}]);
    const [, second] = history.records;
    const strange = { ...(second ?? never()), commit: shaAt(77) };
    const result = triaged({ ...history, records: [...history.records, strange] }, 0);
    expect(result.configurations[0]?.entries).toHaveLength(1);
    expect(result.warnings).toEqual([expect.stringContaining(shaAt(77).slice(0, 10))]);
  });

  test('a commit that was measured twice counts once, by the run that was compared', () => {
    const history = historyOf([{ sizes: { a: MIB } }, { sizes: { a: 2 * MIB } }, {}]);
    const [, second] = history.records;
    const again = {
      ...(second ?? never()),
      run: '9.1',
      recorded: '2026-12-01T00:00:00Z',
      parent: null,
      distance: null,
    };
    const result = triaged({ ...history, records: [again, ...history.records] }, 0);
    expect(result.configurations[0]).toMatchObject({ measured: 2, compared: 2 });
    expect(result.configurations[0]?.entries).toHaveLength(1);
  });

  test('nothing in the range, and nothing at all', () => {
    const history = historyOf([{ sizes: { a: MIB } }, { sizes: { a: 2 * MIB } }]);
    const result = triaged({ ...history, line: [...history.line, shaAt(50)] }, 1);
    expect(result).toMatchObject({ commits: 1, compared: 0, items: [] });
    expect(result.configurations[0]).toMatchObject({ measured: 0, entries: [], total: [] });
    expect(triaged({ records: [], line: [shaAt(0)] }, -1).configurations).toEqual([]);
  });

  test('an open regression whose commit is no longer on the line stays open, and is named', () => {
    const history = historyOf([{ sizes: { a: MIB } }, { sizes: { a: 2 * MIB } }, {}]);
    const { items } = triaged(history, 0);
    const rewritten = { records: history.records.slice(0, 1), line: [shaAt(0), shaAt(90)] };
    const result = triaged(rewritten, 0, { items });
    expect(result.items.map((item) => stateOf(item).state)).toEqual(['open']);
    expect(result.warnings).toEqual([
      expect.stringMatching(/^An open regression of .* can no longer be followed/),
    ]);
  });

  test('unknown names of cases and metrics are left out', () => {
    const values = (value: number) => [
      { case: 'weight x', metric: 'grams', value },
      { case: 'size a', metric: 'of-tomorrow', value },
    ];
    const part = ofAll([{ more: { values: values(1) } }, { more: { values: values(1000) } }]);
    expect(part.entries).toEqual([]);
  });

  test('any history gives the same document twice, and loses no entry', () => {
    const commit = fc.record({
      sizes: fc.record(
        { a: fc.integer({ min: 0, max: 5 * MIB }), b: fc.integer({ min: 0, max: 5000 }) },
        { requiredKeys: [] },
      ),
      times: fc.record(
        {
          sort: fc.tuple(
            fc.double({ min: 0.5, max: 2, noNaN: true }),
            fc.constantFrom('regression', 'improvement', 'none', 'inconclusive'),
          ),
        },
        { requiredKeys: [] },
      ),
      skipped: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(commit, { minLength: 2, maxLength: 15 }),
        fc.nat({ max: 13 }),
        (commits, since) => {
          const history = historyOf(commits as readonly Commit[]);
          const start = Math.min(since, commits.length - 2);
          const result = triaged(history, start);
          expect(triaged(history, start)).toEqual(result);
          const document = documentOf(result, history, start);
          for (const { entries } of document.configurations) {
            for (const entry of entries)
              expect(history.line.indexOf(entry.commit.sha)).toBeGreaterThan(start);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

function never(): never {
  throw new Error('there is none');
}
