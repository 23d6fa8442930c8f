import { expect, test } from 'vitest';
import { countInstructions } from '../../../../src/measure/bench/instructions/count.ts';
import type { InstructionCounter } from '../../../../src/measure/bench/instructions/counter.ts';
import { createProcessRunner } from '../../../../src/process/runner.ts';
import { makeFolder } from '../../../store/draft.ts';
import { recordingLogger } from '../../../support/recording-logger.ts';
import { benchCase } from '../support.ts';

test('the median of an even number of counts is a whole count', async () => {
  const temporary = await makeFolder();
  const runner = createProcessRunner({ environment: process.env, platform: process.platform, temporary });
  const counts = [1_000_000, 1_000_000, 1_000_001, 1_000_003];
  const counter: InstructionCounter = {
    ...{ title: 'a counter', repeats: 2, slowdown: 1 },
    wrap: (command) => command,
    read: async () => counts.shift() ?? 0,
  };
  const command = { file: process.execPath, args: ['--version'], cwd: temporary, timeoutSeconds: 60 };
  const cases = [benchCase('random', command)];
  const logger = recordingLogger();
  const { runs } = await countInstructions({ cases, counter, minutes: 1, temporary, runner, logger });
  await runner.close();
  expect(runs).toMatchObject([{ kind: 'counted', before: 1_000_001, after: 1_000_002 }]);
  expect(counts).toEqual([]);
});
