import { defineConfig } from 'vitest/config';

const MODES: Readonly<Record<string, { readonly include: string; readonly setup?: string }>> = {
  /** What `npm test` only samples. */
  deep: { include: '**/*.deep.ts' },
  /** Real processes that are killed, cut off and starved (docs/testing.md). */
  faults: { include: 'test/faults/*.faults.ts', setup: 'test/faults/tally.ts' },
};

const ELSEWHERE = ['node_modules/**', 'dist/**'];

export default defineConfig(({ mode }) => {
  const { include, setup } = MODES[mode] ?? { include: '**/*.test.ts' };
  return {
    test: {
      globalSetup: setup === undefined ? [] : [setup],
      reporters: mode in MODES ? ['default', './test/support/failures-at-once.ts'] : ['default'],
      // What a page or a process comes to in its own time.
      expect: { poll: { timeout: 10_000 } },
      testTimeout: 60_000,
      hookTimeout: 60_000,
      // Many tests wait for processes; and to load every module anew for every file would take a third of the time.
      maxWorkers: 3,
      isolate: false,
      projects: [
        { extends: true, test: { name: 'all', include: [include], exclude: [...ELSEWHERE, 'test/fuzz/**'] } },
        // To look at what an input has reached costs by all that is loaded.
        {
          extends: true,
          test: { name: 'fuzz', include: [`test/fuzz/${include}`], exclude: ELSEWHERE, isolate: true },
        },
      ],
    },
  };
});
