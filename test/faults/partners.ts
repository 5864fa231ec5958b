/**
 * Partners that are not who they seem (reliability R7), removals in bulk (R8), clocks that are wrong (R13), and a device
 * that says everything twice (R15).
 */
import { cpSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GUARD_COUNT, GUARD_PART } from '../../bridge/sync/guard.ts';
import type { Job } from '../../contract/job.ts';
import { Lab } from './lab/lab.ts';
import type { Fault, FaultOutcome, FaultRun } from './series.ts';

const YEAR_MS = 365.25 * 86_400_000;

/** A sync that has to fail by this name, with both sides left as they are. */
async function refused(lab: Lab, code: string): Promise<Job> {
  const state = async (): Promise<string> =>
    JSON.stringify([await lab.outlook.held(), await lab.handheld.records('contacts')]);
  const before = await state();
  const job = await lab.sync();
  if (job === 'died') throw new Error(`the bridge died:\n${lab.bridge.told}`);
  if (job.error?.code !== code) throw new Error(`not ${code} but ${job.state} ${JSON.stringify(job.error)}`);
  if ((await state()) !== before) throw new Error('a sync that was refused changed something');
  return job;
}

type Trouble = (lab: Lab) => Promise<void>;

/** The device has come back from a backup: older than what the bridge knows of it. */
async function restoredDevice(lab: Lab): Promise<void> {
  const handheld = lab.ours;
  const backup = join(lab.folder, 'backup');
  // A backup has the files; the socket of an agent that was killed is none.
  const filter = (source: string): boolean => !lstatSync(source).isSocket();
  await handheld.whileOff((folder) => cpSync(folder, backup, { recursive: true, filter }));
  await lab.story.change();
  await lab.converges();
  await handheld.whileOff((folder) => {
    rmSync(folder, { recursive: true });
    cpSync(backup, folder, { recursive: true });
  });
  const job = await refused(lab, 'sync.out-of-step');
  if (job.error?.remedy.includes('--slow') !== true) throw new Error('nobody is told what to do');
  // On a person's word: nothing missing counts as removed, so that what was removed meanwhile comes back.
  lab.story.deviceWentBack();
  await lab.converges({ slow: true });
}

/** Another device stands at the same place, under the same name. */
async function swappedDevice(lab: Lab): Promise<void> {
  await lab.replaceHandheld();
  await lab.story.newHandheld();
  await lab.converges();
}

/** The bridge's folder is an older copy, as on a second PC. */
async function copiedProfile(lab: Lab): Promise<void> {
  const copy = join(lab.folder, 'copy');
  await lab.stopBridge();
  cpSync(lab.stateFolder, copy, { recursive: true });
  await lab.boot();
  await lab.story.change();
  await lab.converges();
  await lab.stopBridge();
  rmSync(lab.stateFolder, { recursive: true });
  cpSync(copy, lab.stateFolder, { recursive: true });
  await lab.boot();
  await refused(lab, 'sync.out-of-step');
  // The device knows what was removed, and so does Outlook: there is nothing that could come back.
  await lab.converges({ slow: true });
}

/** One side loses this part of its records, or one of them. */
function massRemoval(side: 'device' | 'outlook', part: number | 'one'): Trouble {
  return async (lab) => {
    const records = lab.story.count('contacts');
    const count = part === 'one' ? 1 : Math.ceil(records * part);
    await lab.story.removeSome(side, 'contacts', count);
    if (count > GUARD_COUNT && count > records * GUARD_PART) {
      await refused(lab, 'sync.mass-removal');
      // Nothing is deleted on the other side, however often it is tried.
      await refused(lab, 'sync.mass-removal');
    } else {
      lab.story.forget('contacts', count);
      await lab.converges();
    }
  };
}

/**
 * The device's clock is set, and edits go on: the same records move as with a right one. Everything is compared then, and what
 * the device has removed is only missing there, which needs a person's word (sync engine, G6).
 */
function wrongClock(by: number): Trouble {
  return async (lab) => {
    const handheld = lab.original;
    await handheld.setClock(by);
    await lab.story.change();
    await lab.converges({ removals: 'remove' });
    await lab.story.change();
    await lab.converges();
    await handheld.setClock(0);
    await lab.story.change();
    await lab.converges({ removals: 'remove' });
  };
}

/** The clock goes back by a second, again and again, while a session runs. */
async function steppingClock(lab: Lab): Promise<void> {
  const handheld = lab.original;
  await lab.story.change();
  const session = { isOver: false };
  const running = lab.sync().finally(() => (session.isOver = true));
  for (let steps = 1; !session.isOver; steps += 1) await handheld.setClock(-1_000 * (steps % 20));
  const job = await running;
  if (job === 'died') throw new Error('the bridge died');
  await handheld.setClock(0);
  await lab.converges();
}

async function everythingTwice(lab: Lab): Promise<void> {
  const handheld = lab.original;
  await lab.replaceHandheld();
  await handheld.repeatRecords(2);
  await lab.story.newHandheld();
  await lab.synced();
  await lab.story.change();
  await lab.synced();
  await handheld.repeatRecords(1);
  await lab.converges();
}

const in2038 = (): number => Date.UTC(2038, 0, 19, 3, 14, 0) - Date.now();

const TROUBLES: Readonly<Record<string, { readonly handheld: '2009' | 'ours'; readonly run: Trouble }>> = {
  'R7 device restored from a backup': { handheld: 'ours', run: restoredDevice },
  'R7 another device under the same name': { handheld: '2009', run: swappedDevice },
  'R7 another device of ours under the same name': { handheld: 'ours', run: swappedDevice },
  'R7 copied profile': { handheld: '2009', run: copiedProfile },
  ...Object.fromEntries(
    (['device', 'outlook'] as const).flatMap((side) =>
      ([1, 0.99, 0.5, 0.1, 'one'] as const).map((part) => [
        `R8 ${side} loses ${part === 'one' ? 'one record' : `${part * 100} %`}`,
        { handheld: '2009' as const, run: massRemoval(side, part) },
      ]),
    ),
  ),
  'R13 clock ten years behind': { handheld: '2009', run: wrongClock(-10 * YEAR_MS) },
  'R13 clock ten years ahead': { handheld: '2009', run: wrongClock(10 * YEAR_MS) },
  'R13 clock in January 2038': { handheld: '2009', run: (lab) => wrongClock(in2038())(lab) },
  'R13 clock goes back while a session runs': { handheld: '2009', run: steppingClock },
  'R15 every record comes twice': { handheld: '2009', run: everythingTwice },
};

export async function partnerTroubles(run: FaultRun): Promise<void> {
  const faults = Object.entries(TROUBLES).map(([name, what]): Fault<(typeof TROUBLES)[string]> => {
    return { name: `partner/${name}`, what };
  });
  for (const requirement of ['R7', 'R8', 'R13', 'R15']) {
    await run.try({
      kind: `partners (${requirement})`,
      faults: faults.filter(({ name }) => name.startsWith(`partner/${requirement} `)),
      // Each needs a lab of its own: its partners are in disorder afterwards.
      open: async () => ({ close: () => Promise.resolve() }),
      run: async (_bench, { handheld, run: trouble }): Promise<FaultOutcome> => {
        const lab = await Lab.inStep({ handheld, datasets: ['contacts'] });
        try {
          await trouble(lab);
        } finally {
          await lab.close();
        }
        return 'struck';
      },
    });
  }
}
