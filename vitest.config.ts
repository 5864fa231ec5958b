import { defineConfig } from 'vitest/config';

/** `--mode deep` runs what `npm test` only samples. */
export default defineConfig(({ mode }) => ({
  test: {
    include: [mode === 'deep' ? '**/*.deep.ts' : '**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
  },
}));
