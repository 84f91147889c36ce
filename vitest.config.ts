import { defineConfig } from 'vitest/config';

/** Two cores: more workers than that only make timing-sensitive end-to-end tests slower. */
const WORKERS_MAX = 2;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    maxWorkers: WORKERS_MAX,
    // Only hangs are to end by these: a slow machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // What was said in place of what was expected is the whole clue on a machine one cannot look at.
    chaiConfig: { truncateThreshold: 0 },
  },
});
