import { defineConfig } from 'vitest/config';

/** Two cores: more workers than that only make timing-sensitive end-to-end tests slower. */
const WORKERS_MAX = 2;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    maxWorkers: WORKERS_MAX,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
