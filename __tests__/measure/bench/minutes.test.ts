import { expect, test } from 'vitest';
import { inMinutes } from '../../../src/measure/bench/minutes.ts';
import { runPaired } from '../../../src/measure/bench/paired-runner.ts';
import { createProcessRunner } from '../../../src/process/runner.ts';
import { makeFolder } from '../../store/draft.ts';
import { recordingLogger } from '../../support/recording-logger.ts';
import { benchCase, wants } from './support.ts';

test.each([
  [10, '10 minutes'],
  [1, '1 minute'],
  [0, '0 minutes'],
  [2.5, '2.5 minutes'],
  [10 / 3, '3.3 minutes'],
  [0.012876600000000238, '0.013 minutes'],
  [300, '300 minutes'],
])('%f are %s', (minutes, text) => {
  expect(inMinutes(minutes)).toBe(text);
});

test('messages name the minutes that the user stated, and not what counting left of them', async () => {
  const temporary = await makeFolder();
  const runner = createProcessRunner({ environment: process.env, platform: process.platform, temporary });
  const command = { file: process.execPath, args: ['--version'], cwd: temporary, timeoutSeconds: 60 };
  const { runs, warnings } = await runPaired({
    ...{ cases: [benchCase('a', command)], decisions: wants(12), minutes: 0, statedMinutes: 10 / 3 },
    ...{ seed: 's', temporary, runner, logger: recordingLogger() },
  });
  await runner.close();
  expect(runs[0]?.note).toBe('not run: the 3.3 minutes had passed before its turn');
  expect(warnings).toContain(
    '1 of 1 benchmarks did not get their first pairs within 3.3 minutes: raise benches.minutes, or measure fewer.',
  );
});
