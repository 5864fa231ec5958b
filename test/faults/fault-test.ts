/** A series of faults as a test, with its counts added to those of the whole run. */
import { appendFileSync } from 'node:fs';
import { it } from 'vitest';
import { FaultRun } from './series.ts';

const LIMIT_MS = 60 * 60_000;

/** `FAULT=link/2009/later npm run test:faults` tries only the faults whose names begin so. */
export function survives(what: string, work: (run: FaultRun) => Promise<void>): void {
  it(what, { timeout: LIMIT_MS }, async () => {
    const run = new FaultRun({ only: process.env.FAULT });
    try {
      await work(run);
    } finally {
      const { FAULTS_TALLY: tally } = process.env;
      if (tally !== undefined) appendFileSync(tally, `${JSON.stringify([...run.counts])}\n`);
    }
  });
}
