import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMAT_NAMES, FORMATS, readTime } from '../../../../src/measure/bench/formats/format.ts';
import { LONGEST_ROW, MAX_ROWS } from '../../../../src/measure/bench/formats/rows.ts';
import { MAX_NAME } from '../../../../src/measure/measurement.ts';

const rejection = expect.objectContaining({ kind: 'rejected' });

describe.each(FORMAT_NAMES)('%s', (name) => {
  it('rejects what is another format in one line', () => {
    const others = [
      '',
      '\n',
      'garbage',
      '{',
      'null',
      '[]',
      '{}',
      '0',
      '"text"',
      '[{"name":1}]',
      '\0\u001b[2J',
    ];
    for (const text of others) {
      const parsed = FORMATS[name](text);
      expect(parsed, JSON.stringify(text)).toEqual(rejection);
      if (parsed.kind === 'rejected') expect(parsed.message).toMatch(/^[^\n]{5,400}$/);
    }
  });

  it('never throws, and never gives a number that is not positive and finite', () => {
    const json = fc.json();
    const lines = fc.array(fc.string()).map((parts) => parts.join('\n'));
    fc.assert(
      fc.property(fc.oneof(json, lines, fc.string({ unit: 'binary' })), (text) => {
        const parsed = FORMATS[name](text);
        if (parsed.kind === 'rejected') return;
        for (const { value } of parsed.rows) expect(value > 0 && Number.isFinite(value)).toBe(true);
      }),
    );
  });

  it('takes time in proportion to its input', () => {
    const n = 1_000_000;
    const long = [
      `${'test '.repeat(n)}... bench:`,
      `test ${' '.repeat(n)}`,
      `${' '.repeat(n)}time:${' '.repeat(n)}[1`,
      `METRIC:${':'.repeat(n)} `,
      `METRIC:a:${' '.repeat(n)}1`,
      `${'a::'.repeat(n)}  x`,
      `name${' '.repeat(n)}fastest │ slowest │`,
      `├─ a${' '.repeat(n)}│${' '.repeat(n)}`,
      `  Instructions:${' '.repeat(n)}1`,
    ].join('\n');
    expect(FORMATS[name](long)).toEqual(rejection);
    expect(FORMATS[name](`["${'\\"'.repeat(n)}`)).toEqual(rejection);
    expect(FORMATS[name](`${'-'.repeat(n)}NaN`)).toEqual(rejection);
  });
});

it('says which values are none', () => {
  const text = ['0', '-5', 'NaN', 'inf', '7'].map(
    (value, i) => `test t${i} ... bench: ${value} ns/iter (+/- 1)`,
  );
  const parsed = FORMATS.libtest(text.join('\n'));
  expect(parsed).toMatchObject({ rows: [{ name: 't4' }] });
  expect(parsed.kind === 'parsed' && parsed.bad.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
    't0: its wall-time is 0, not a positive, finite number',
    't1: its wall-time is -5e-9, not a positive, finite number',
    't2: its wall-time is NaN, not a positive, finite number',
    't3: its wall-time is NaN, not a positive, finite number',
  ]);
});

describe('a value that is none costs its own row alone', () => {
  const custom = (value: string) =>
    `[{"name":"good","unit":"s","value":12},{"name":"bad","unit":"s","value":${value}}]`;
  const bencher = (value: string) =>
    `{"good":{"build-time":{"value":12}},"bad":{"build-time":{"value":${value}}}}`;
  const hyperfine = (value: string) =>
    `{"results":[{"command":"good","mean":12},{"command":"bad","mean":${value},"median":${value}}]}`;
  const values = ['null', 'NaN', '-NaN', 'Infinity', '-Infinity', '1e999', '"x"', '""', '[]', '0', '-1'];

  it.each(values)('%s', (value) => {
    for (const [name, text] of [
      ['custom-smaller', custom(value)],
      ['bencher-metric', bencher(value)],
      ['hyperfine', hyperfine(value)],
    ] as const) {
      const parsed = FORMATS[name](text);
      expect(parsed, name).toMatchObject({
        rows: [{ name: 'good', value: 12 }],
        bad: [{ name: 'bad', reason: expect.stringMatching(/, not a positive, finite number$/) }],
      });
    }
    const rates = custom(value).replaceAll('"s"', '"ops/s"');
    expect(FORMATS['custom-bigger'](rates)).toMatchObject({
      rows: [{ name: 'good', value: 1 / 12 }],
      bad: [{ name: 'bad' }],
    });
  });

  it('and bare words within text stay', () => {
    const text = '[{"name":"a \\" NaN \\\\","unit":"s","value":1},{"name":"NaN","unit":"s","value":NaN}]';
    expect(FORMATS['custom-smaller'](text)).toMatchObject({
      rows: [{ name: 'a " NaN \\' }],
      bad: [{ name: 'NaN' }],
    });
    expect(FORMATS['custom-smaller']('[{"name":"a","unit":"s","value":aNaN}]')).toEqual(rejection);
  });

  it('a median that is none leaves the mean', () => {
    const text = '{"results":[{"command":"a","mean":2,"median":NaN,"parameters":{"n":5}}]}';
    expect(FORMATS.hyperfine(text)).toMatchObject({ rows: [{ name: 'a', value: 2 }], bad: [] });
  });
});

it('keeps the first of names given more than once, and warns once', () => {
  const lines = ['a:1', 'b:2', 'a:3', 'a:4', 'b:5', 'c:6'].map((each) => `METRIC:${each}:ms`);
  expect(FORMATS['metric-lines'](lines.join('\n'))).toMatchObject({
    rows: [
      { name: 'a', value: 0.001 },
      { name: 'b', value: 0.002 },
      { name: 'c', value: 0.006 },
    ],
    warnings: ['names given more than once, of which the first counts: "a", "b"'],
  });
});

it('takes names that fit a case', () => {
  expect('bench '.length + LONGEST_ROW).toBe(MAX_NAME);
});

it('counts numbers without a usable name in one warning', () => {
  const list = ['', ' ', 'x'.repeat(500), 'good'].map((name) => ({ name, unit: 's', value: 1 }));
  expect(FORMATS['custom-smaller'](JSON.stringify([...list, { unit: 's', value: 1 }]))).toMatchObject({
    rows: [{ name: 'good' }],
    warnings: ['4 numbers have no name of 1 to 394 characters'],
  });
  expect(FORMATS['custom-smaller'](JSON.stringify([{ unit: 's', value: 1 }]))).toEqual({
    kind: 'rejected',
    message: '1 number has no name of 1 to 394 characters',
  });
});

it('reads a hundred thousand numbers and no more', () => {
  const lines = Array.from({ length: MAX_ROWS + 7 }, (_, i) => `test case_${i} ... bench: 5 ns/iter (+/- 1)`);
  const parsed = FORMATS.libtest(lines.join('\n'));
  expect(parsed.kind === 'parsed' && parsed.rows.length).toBe(100_000);
  expect(parsed).toMatchObject({
    warnings: ['only the first 100000 numbers are read; 7 more were left out'],
  });
});

describe('the time of one row', () => {
  const two = 'METRIC:a:1:s\nMETRIC:b:2:s\nMETRIC:size:5:MB\nMETRIC:zero:0:s';
  it.each([
    ['b', { seconds: 2 }],
    ['c', { message: 'the output has no time of "c"' }],
    ['size', { message: 'the output has no time of "size"' }],
    ['zero', { message: 'zero: its wall-time is 0, not a positive, finite number' }],
    [undefined, { message: 'the output has 2 times, and the case does not say which one' }],
  ])('%s', (row, expected) => {
    expect(readTime('metric-lines', two, row)).toEqual(expected);
  });

  it('is the only one where none is named', () => {
    expect(readTime('metric-lines', 'METRIC:a:1:s\nMETRIC:size:5:MB', undefined)).toEqual({ seconds: 1 });
  });
});
