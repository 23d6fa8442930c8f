import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['__tests__/support/built-action.ts'],
    include: ['benchmarks/action/*.check.ts'],
    testTimeout: 3_600_000,
  },
});
