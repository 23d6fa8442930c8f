import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HISTORY_SCHEMA, type HistoryRecord } from '../../../src/measure/history-record.ts';
import { decodeJoined, encodeJoined } from '../../../src/store/history/joined-codec.ts';
import { kindOf, pathOf } from '../../../src/store/history/layout.ts';
import { type Migration, migrated } from '../../../src/store/history/migrate.ts';
import { decodeRecord, encodeRecord } from '../../../src/store/history/record-codec.ts';
import { anyRecord, recordOf } from './records.ts';

test('any record comes back as it was written, and its name is one that readers take', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const path = pathOf(record);
      expect(kindOf(path)).toBe('record');
      expect(decodeRecord(path, encodeRecord(record))).toEqual({ ok: true, record: plain(record) });
    }),
  );
});

test('records that differ in commit, configuration or run have names of their own', () => {
  fc.assert(
    fc.property(anyRecord, anyRecord, (one, other) => {
      const same =
        one.commit === other.commit && one.configuration === other.configuration && one.run === other.run;
      if (!same) expect(pathOf(one)).not.toBe(pathOf(other));
    }),
  );
});

test('any records of a month and a configuration come back from the file that joins them', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 6 }), (records) => {
      const [first] = records;
      const ofOne = records.map((record) => ({
        ...record,
        configuration: first?.configuration ?? '',
        recorded: first?.recorded ?? '',
      }));
      const { records: read, problems } = decodeJoined(encodeJoined(ofOne));
      expect(problems).toEqual([]);
      expect(read).toEqual(ofOne.map(plain));
    }),
  );
});

test('any text is read without an error, as a record and as joined records', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(decodeRecord(pathOf(recordOf(1)), text).ok).toBe(false);
      expect(decodeJoined(text).records).toEqual([]);
    }),
  );
});

test('a file of joined records that was cut anywhere gives the records before the cut, and says that some are missing', () => {
  const records = [1, 2, 3].map((number) => recordOf(number));
  const text = encodeJoined(records);
  const lines = text.split('\n');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length - 2 }), (length) => {
      const { records: read, problems } = decodeJoined(text.slice(0, length));
      const whole = text.slice(0, length + 1).split('\n').length - 1;
      expect(read).toEqual(records.slice(0, Math.max(0, whole - 1)));
      expect(problems.length).toBeGreaterThan(0);
    }),
  );
  expect(lines).toHaveLength(5);
});

test.each<[string, (record: HistoryRecord) => unknown, string]>([
  [
    'a newer schema',
    (record) => ({ ...record, schema: 99 }),
    'schema 99, and this version of Tare reads up to 1; update',
  ],
  ['no schema', ({ schema: _, ...rest }) => rest, 'names no schema'],
  ['a schema of no version', (record) => ({ ...record, schema: 0 }), 'names no schema'],
  ['a field too many', (record) => ({ ...record, more: 1 }), 'Unrecognized key'],
  [
    'a wrong type',
    (record) => ({ ...record, values: [{ case: 'a', metric: 'b', value: '1' }] }),
    'values.0.value',
  ],
  [
    'a negative ratio',
    (record) => ({ ...record, ratios: [{ ...record.ratios[0], ratio: -1 }] }),
    'ratios.0.ratio',
  ],
  ['a commit that is a path', (record) => ({ ...record, commit: '../../etc/passwd' }), 'full commit SHA'],
  [
    'another commit than its name',
    (record) => ({ ...record, commit: recordOf(2).commit }),
    'the record of another file',
  ],
  [
    'another month than its folder',
    (record) => ({ ...record, recorded: '2025-01-01T00:00:00Z' }),
    'the record of another file',
  ],
  ['a list', (record) => [record], 'names no schema'],
  ['null', () => null, 'names no schema'],
])('a record with %s is refused with the reason', (_, change, reason) => {
  const record = recordOf(1);
  const decoded = decodeRecord(pathOf(record), JSON.stringify(change(record)));
  expect(decoded).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

test('JSON as deep as memory allows is refused, not a crash', () => {
  const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
  expect(decodeRecord(pathOf(recordOf(1)), deep).ok).toBe(false);
  const inside = JSON.stringify(recordOf(1)).replace('"causes":[]', `"causes":${deep}`);
  expect(decodeRecord(pathOf(recordOf(1)), inside).ok).toBe(false);
});

test.each<[string, (header: Record<string, unknown>) => unknown]>([
  ['a newer schema', (header) => ({ ...header, schema: 2 })],
  ['another form', (header) => ({ ...header, series: [['one']] })],
])('joined records with a header of %s are left out, and nothing is guessed', (_, change) => {
  const [header = '', ...lines] = encodeJoined([recordOf(1), recordOf(2)]).split('\n');
  const changed = [JSON.stringify(change(JSON.parse(header))), ...lines].join('\n');
  expect(decodeJoined(changed)).toEqual({ records: [], problems: [expect.any(String)] });
});

test.each<[string, (line: Record<string, unknown>) => unknown]>([
  ['a series that the header lacks', (line) => ({ ...line, v: [99, 1] })],
  ['half a value', (line) => ({ ...line, v: [0] })],
  ['a text for a number', (line) => ({ ...line, v: [0, '1'] })],
  ['a negative value', (line) => ({ ...line, v: [0, -1] })],
  ['an index that is no number', (line) => ({ ...line, v: ['length', 1] })],
  ['a ratio of zero', (line) => ({ ...line, r: [[0, 0, 0, 0, 1, 0]] })],
  ['a verdict that is none', (line) => ({ ...line, r: [[0, 1, 0, 0, 1, 7]] })],
  ['half an interval', (line) => ({ ...line, r: [[0, 1, 0, 2, 1, 0]] })],
  ['an identity that the header lacks', (line) => ({ ...line, identity: 5 })],
  ['another month', (line) => ({ ...line, recorded: '2020-01-01T00:00:00Z' })],
])('a joined record with %s is left out by its line, and the others are read', (_, change) => {
  const [header = '', first = '', second = ''] = encodeJoined([recordOf(1), recordOf(2)]).split('\n');
  const text = [header, JSON.stringify(change(JSON.parse(first))), second].join('\n');
  expect(decodeJoined(text)).toEqual({
    records: [recordOf(2)],
    problems: [expect.stringMatching(/^line 2: /)],
  });
});

test('a document of an older schema goes through every step up to the one that is read', () => {
  const steps = new Map<number, Migration>([
    [1, ({ name, ...rest }) => ({ ...rest, title: name })],
    [2, (document) => ({ ...document, count: 0 })],
  ]);
  const document = { schema: 3, title: 'a', count: 0 };
  expect(migrated({ schema: 1, name: 'a' }, steps, 3)).toEqual({ ok: true, document });
  expect(migrated({ schema: 2, title: 'a' }, steps, 3)).toEqual({ ok: true, document });
  expect(migrated(document, steps, 3)).toEqual({ ok: true, document });
  expect(migrated({ schema: 1 }, new Map(), 3)).toEqual({
    ok: false,
    reason: 'it has schema 1, which no version of Tare wrote',
  });
  expect(HISTORY_SCHEMA).toBe(1);
});

/** JSON knows no −0, and an object made by fast-check has no prototype. */
function plain(record: HistoryRecord): HistoryRecord {
  return JSON.parse(JSON.stringify(record));
}
