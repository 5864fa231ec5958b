/**
 * R1: the link cut before every line of a session, in either direction. After one undisturbed sync both sides are equal,
 * nothing is lost or doubled, and a further one does nothing.
 */
import { describe, expect, it } from 'vitest';
import { inParallel } from '../support/in-parallel.ts';
import { startRig, USER, type SyncRig } from '../support/sync-rig.ts';
import { afterEachLine, cutEverywhere, measureSession } from './cut-bench.ts';

const RIGS = 8;
const NAMES = ['Grace', 'Ilse', 'Ada', 'Charles', 'Both'];

/** Two people on each side, and one on both. */
async function strangers(): Promise<SyncRig> {
  const rig = await startRig();
  const outlook = ['Grace', 'Ilse', 'Both'].map((givenName) => ({ contact: { givenName } }));
  rig.mailbox.admin.seed(USER, outlook);
  for (const FirstName of ['Ada', 'Charles', 'Both']) rig.device.add({ FirstName });
  return rig;
}

describe.each(['to-device', 'from-device'] as const)('R1 the link cut after each line %s', (direction) => {
  it('of a first sync: converges', { timeout: 120_000 }, async () => {
    const measured = await strangers();
    await measured.synced();
    const count = measured.device.wire.filter((line) => line.direction === direction).length;
    await measured.close();
    expect(count).toBeGreaterThan(10);

    const lines = Array.from({ length: count + 1 }, (_, line) => line);
    await inParallel(lines, RIGS, async (line) => {
      const rig = await strangers();
      try {
        rig.device.cutAfterLines(line, direction);
        const job = await rig.sync();
        if (job.state === 'failed') expect(job.error?.code, `line ${line}`).toMatch(/^link\./);
        rig.device.cancelCut();
        await rig.synced();
        const names = rig.device.records().map(({ record }) => record.texts.get('FirstName'));
        expect(names.sort(), `line ${line}`).toEqual([...NAMES].sort());
        expect(await rig.outlookRecords(), `line ${line}`).toEqual(rig.deviceRecords());
        await rig.idle();
        expect(rig.device.crashed).toBeUndefined();
      } finally {
        await rig.close();
      }
    });
  });

  it('of a later sync with additions, edits and removals on both sides: converges', async () => {
    const cuts = afterEachLine(await measureSession(), direction);
    expect(cuts.length).toBeGreaterThan(10);
    // Behind the last line there is nothing left to cut.
    await cutEverywhere(cuts.slice(0, -1));
  }, 120_000);
});
