import { defineConfig } from 'vitest/config';

const MODES: Readonly<Record<string, { readonly include: string; readonly setup?: string }>> = {
  /** What `npm test` only samples. */
  deep: { include: '**/*.deep.ts' },
  /** Real processes that are killed, cut off and starved (docs/testing.md). */
  faults: { include: 'test/faults/*.faults.ts', setup: 'test/faults/tally.ts' },
};

export default defineConfig(({ mode }) => {
  const { include, setup } = MODES[mode] ?? { include: '**/*.test.ts' };
  return {
    test: {
      include: [include],
      exclude: ['node_modules/**', 'dist/**'],
      globalSetup: setup === undefined ? [] : [setup],
      testTimeout: 20_000,
      hookTimeout: 30_000,
      maxWorkers: 2,
    },
  };
});
