import fc from 'fast-check';
import { HISTORY_SCHEMA, type HistoryRecord } from '../../../src/measure/history-record.ts';

/** A full SHA made of a number. */
export function shaOf(number: number): string {
  return number.toString(16).padStart(8, '0').repeat(5);
}

/** A record of the `number`-th commit of main, with one size and one run time. */
export function recordOf(number: number, changes: Partial<HistoryRecord> = {}): HistoryRecord {
  const committed = new Date(Date.UTC(2026, 9, 1) + number * 3_600_000).toISOString();
  return {
    schema: HISTORY_SCHEMA,
    tare: '0.1.0',
    commit: shaOf(number),
    configuration: 'default',
    run: `${number}.1`,
    recorded: committed,
    committed,
    subject: `Change ${number}`,
    author: 'A Person',
    pullRequest: null,
    parent: number === 0 ? null : shaOf(number - 1),
    distance: number === 0 ? null : 1,
    identity: { 'machine.os': 'linux', 'machine.cpu': 'A processor' },
    values: [
      { case: 'size widget', metric: 'loadable-bytes', value: 100_000 + number },
      { case: 'bench sort', metric: 'wall-time', value: 0.012 },
    ],
    ratios: [
      {
        case: 'bench sort',
        metric: 'wall-time',
        ratio: 1.01,
        ci: [1.001, 1.02],
        pairs: 20,
        verdict: 'none',
      },
    ],
    causes: [],
    accepted: [],
    failed: [],
    ...changes,
  };
}

const name = fc
  .string({ minLength: 1, maxLength: 30, unit: 'binary' })
  .filter((text) => !text.includes('\ud800'));
const positive = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
const sha = fc.nat().map(shaOf);
const time = fc
  .integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) })
  .map((milliseconds) => new Date(milliseconds).toISOString());

/** Any record that the schema takes. */
export const anyRecord: fc.Arbitrary<HistoryRecord> = fc.record({
  schema: fc.constant(HISTORY_SCHEMA),
  tare: fc.string({ maxLength: 40 }),
  commit: sha,
  configuration: fc.oneof(fc.constantFrom('default', 'full'), name),
  run: fc.stringMatching(/^[0-9A-Za-z._-]{1,80}$/),
  recorded: time,
  committed: time,
  subject: fc.string({ maxLength: 100 }),
  author: fc.string({ maxLength: 100 }),
  pullRequest: fc.option(fc.integer({ min: 1, max: 1e6 })),
  parent: fc.option(sha),
  distance: fc.option(fc.integer({ min: 1, max: 50 })),
  identity: fc.dictionary(
    name.filter((key) => key !== '__proto__'),
    fc.string({ maxLength: 50 }),
    { maxKeys: 5 },
  ),
  values: fc.array(
    fc.record({ case: name, metric: name, value: fc.double({ min: 0, max: 1e15, noNaN: true }) }),
    {
      maxLength: 8,
    },
  ),
  ratios: fc.array(
    fc.record({
      case: name,
      metric: name,
      ratio: positive,
      ci: fc.option(fc.tuple(positive, positive)),
      pairs: fc.nat(1000),
      verdict: fc.constantFrom('regression', 'improvement', 'none', 'inconclusive'),
    }),
    { maxLength: 8 },
  ),
  causes: fc.array(
    fc.record({
      kind: fc.string({ maxLength: 40 }),
      case: fc.option(name),
      subject: fc.string({ maxLength: 50 }),
      before: fc.option(fc.string({ maxLength: 50 })),
      after: fc.option(fc.string({ maxLength: 50 })),
      amount: fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true })),
      note: fc.string({ maxLength: 50 }),
    }),
    { maxLength: 3 },
  ),
  accepted: fc.array(
    fc.record({
      case: name,
      reason: fc.string({ maxLength: 50 }),
      by: fc.string({ maxLength: 50 }),
      via: fc.constantFrom('trailer', 'label', 'command'),
    }),
    { maxLength: 3 },
  ),
  failed: fc.array(fc.record({ case: name, message: fc.string({ maxLength: 50 }) }), { maxLength: 3 }),
});
