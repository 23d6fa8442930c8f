import { expect, test } from 'vitest';
import type { JobResult } from '../../src/jobs/job.ts';
import { assembleReport, type ConfigurationPart } from '../../src/report/assemble.ts';
import { endingInTerminal } from '../../src/terminal/ending.ts';
import { part as reportPart } from '../support/reports.ts';

const sha = (digit: string) => digit.repeat(40);
const part = (changes: Partial<ConfigurationPart>) =>
  reportPart({ base: null, baseIdentity: null, headIdentity: {}, ...changes });
const result = (...parts: readonly ConfigurationPart[]): JobResult => ({
  report: assembleReport({ job: 'check', head: sha('a'), parts, tare: '0' }),
  gate: [],
});
const CHECK = { command: 'check', base: null, json: null, markdown: null } as const;
const RECORD = { ...CHECK, command: 'record' } as const;
const stored = { sha: sha('b'), distance: 0, source: 'directory' } as const;

test('a record that stored nothing is status 2, also in one configuration of several', () => {
  const [now, no] = [part({ recorded: 'now' }), part({ recorded: 'no', configuration: 'two' })];
  const message = 'no baseline was stored; the warnings say why';
  expect(endingInTerminal(result(now, no), RECORD)).toEqual({ status: 2, message });
  for (const recorded of ['now', 'earlier'] as const)
    expect(endingInTerminal(result(part({ recorded })), RECORD)).toEqual({ status: 0, message: null });
});

test('a base that was asked for by name and is not there is status 2; one that Tare chose is not', () => {
  const message = 'nothing was compared: --base v1 has no stored baseline and was not built';
  expect(endingInTerminal(result(part({})), { ...CHECK, base: 'v1' })).toEqual({ status: 2, message });
  expect(endingInTerminal(result(part({})), CHECK)).toEqual({ status: 0, message: null });
  const compared = result(part({ base: stored }));
  expect(endingInTerminal(compared, { ...CHECK, base: 'v1' })).toEqual({ status: 0, message: null });
});

test('the compiler’s lines are told once: by the table, or where there is none, by the message', () => {
  const failed = [{ case: 'compile workspace', message: 'cargo build failed', output: 'error[E0308]' }];
  const broken = result(part({ failed }));
  expect(endingInTerminal(broken, CHECK)).toEqual({ status: 2, message: 'cargo build failed' });
  for (const documents of [{ json: '-' }, { markdown: '-' }]) {
    const message = 'cargo build failed\nerror[E0308]';
    expect(endingInTerminal(broken, { ...CHECK, ...documents })).toEqual({ status: 2, message });
  }
});
