import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['__tests__/**/*.test.ts'],
    globalSetup: ['__tests__/support/system-packages.ts'],
    reporters: ['default', '__tests__/support/counts.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
