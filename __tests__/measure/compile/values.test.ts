import { describe, expect, test } from 'vitest';
import { compileValues } from '../../../src/measure/compile/values.ts';
import { metricOf } from '../../../src/measure/metric.ts';
import type { Usage } from '../../../src/process/command.ts';
import type { Build } from '../../../src/toolchain/toolchain.ts';

function buildWith(usage: Usage | null): Build {
  return {
    identity: {},
    packages: [],
    programs: [],
    usage,
    counts: { units: 39, dependencies: 32, buildScripts: 6, procMacros: 0, duplicateCrates: 1 },
    warnings: [],
  };
}

const usage: Usage = {
  wallSeconds: 79.3,
  userSeconds: 2.43,
  systemSeconds: 0.33,
  peakRssBytes: 468_635_648,
  source: 'test',
};
const counts = { units: 39, dependencies: 32, 'build-scripts': 6, 'proc-macros': 0, 'duplicate-crates': 1 };

function asRecord(build: Build): Record<string, number> {
  return Object.fromEntries(compileValues(build).map(({ metric, value }) => [metric, value]));
}

describe('compileValues', () => {
  test('gives every metric of the catalogue, CPU time as user plus system', () => {
    const values = compileValues(buildWith(usage));
    expect(new Set(values.map((value) => value.case))).toEqual(new Set(['compile workspace']));
    for (const value of values) expect(metricOf(value.case, value.metric)).toBeDefined();
    expect(asRecord(buildWith(usage))).toEqual({
      'cpu-seconds': 2.76,
      'wall-time': 79.3,
      'peak-rss': 468_635_648,
      ...counts,
    });
  });

  test.for([
    ['user time', { ...usage, userSeconds: null }, { 'wall-time': 79.3, 'peak-rss': 468_635_648 }],
    ['system time', { ...usage, systemSeconds: null }, { 'wall-time': 79.3, 'peak-rss': 468_635_648 }],
    ['memory', { ...usage, peakRssBytes: null }, { 'cpu-seconds': 2.76, 'wall-time': 79.3 }],
    ['a cold build', null, {}],
  ] as const)('without %s, what needs it is left out', ([, given, expected]) => {
    expect(asRecord(buildWith(given))).toEqual({ ...expected, ...counts });
  });
});
