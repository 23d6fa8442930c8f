import { defineConfig } from 'vitest/config';

const EVERYTHING = '__tests__/**/*.test.ts';
const END_TO_END = '__tests__/e2e/**/*.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['__tests__/support/system-packages.ts'],
    reporters: ['default', '__tests__/support/counts.ts'],
    // On two cores vitest would take one, and most tests of toolchains and stores wait for other programs.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    projects: [
      { extends: true, test: { name: 'rooms', include: [EVERYTHING], exclude: [END_TO_END] } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: [END_TO_END],
          globalSetup: ['__tests__/support/built-action.ts'],
          // Every file starts servers and cargo builds, and waits much: they come last, two at a time.
          maxWorkers: 2,
          // A step has 300 s (support/world.ts), and a test takes two steps at most before it looks at them: a limit against hanging, not a measure.
          testTimeout: 620_000,
          hookTimeout: 620_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
