/**
 * The disk is full at each write that the bridge makes durable, its start included, and cannot be written at all
 * (reliability R5): the sync stops with a named error, or succeeds where the write needed no room; nothing is removed
 * anywhere; once there is room again it converges. The state folder lies on a small disk of its own, which only root can
 * make; elsewhere these are left out, and said so.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Lab } from './lab/lab.ts';
import { prepare } from './link.ts';
import { countedUp, type Bench, type FaultOutcome, type FaultRun } from './series.ts';

const DISK_BYTES = 24 * 1024 * 1024;
const LOOK_EVERY_MS = 5;
/** In which the bridge may still write down what it came to, in ms. */
const AFTERWARDS_MS = 500;

/** Whether this computer lets us make a disk. */
export function canMountDisks(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/** A lab whose bridge keeps its state on a disk of its own. */
class DiskLab implements Bench {
  readonly lab: Lab;

  private constructor(lab: Lab) {
    this.lab = lab;
  }

  static async start(): Promise<DiskLab> {
    const lab = await Lab.start({ handheld: '2009', datasets: ['contacts'] });
    const bench = new DiskLab(lab);
    try {
      mkdirSync(lab.stateFolder, { mode: 0o700 });
      const options = `size=${DISK_BYTES},mode=0700`;
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', lab.stateFolder]);
      await lab.story.begin();
      await lab.boot();
      await lab.synced();
      return bench;
    } catch (error) {
      await bench.close();
      throw error;
    }
  }

  fill(): void {
    const piece = Buffer.alloc(4096);
    try {
      for (;;) writeFileSync(this.#filler, piece, { flag: 'a' });
    } catch (error) {
      if (!String(error).includes('ENOSPC')) throw error;
    }
  }

  makeRoom(): void {
    rmSync(this.#filler, { force: true });
  }

  async setReadOnly(readOnly: boolean): Promise<void> {
    const option = readOnly ? 'remount,ro' : 'remount,rw';
    execFileSync('mount', ['-o', option, this.lab.stateFolder]);
  }

  async close(): Promise<void> {
    await this.lab.stopBridge();
    try {
      execFileSync('umount', [this.lab.stateFolder], { stdio: 'ignore' });
    } catch {
      // It was never mounted: the lab's folder is an ordinary one.
    }
    await this.lab.close();
  }

  get #filler(): string {
    return join(this.lab.stateFolder, 'filler');
  }
}

/** Waits until the process has stopped itself; false when the work has ended without that. */
async function hasStopped(pid: number, isOver: () => boolean): Promise<boolean> {
  while (!isOver()) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')) return true;
    await delay(LOOK_EVERY_MS);
  }
  return false;
}

/** Names of records on both sides. */
async function counts(lab: Lab): Promise<readonly number[]> {
  return [(await lab.handheld.records('contacts')).length, (await lab.outlook.records('contacts')).length];
}

async function fullOnce(bench: DiskLab, step: number): Promise<FaultOutcome> {
  const { lab } = bench;
  await prepare(lab, 'later');
  const before = await counts(lab);
  await lab.startBridge({ ODS_CRASH_AT: `${step}:before:stop` });
  await lab.boot();
  const { pid } = lab.bridge;
  let isOver = false;
  const running = lab.sync();
  void running
    .then(() => delay(AFTERWARDS_MS))
    .catch(() => undefined)
    .finally(() => (isOver = true));
  const stopped = await hasStopped(pid, () => isOver);
  if (stopped) {
    bench.fill();
    process.kill(pid, 'SIGCONT');
  }
  const job = await running;
  try {
    if (job === 'died') throw new Error(`the bridge died:\n${lab.bridge.told}`);
    if (job.state === 'failed') {
      if (job.error?.code !== 'store.full') throw new Error(`failed with ${JSON.stringify(job.error)}`);
      // A removal may have been carried out before; two of each side are planned, and no more can be gone.
      const after = await counts(lab);
      if (after.some((count, side) => count < (before[side] ?? 0) - 1)) throw new Error('records are gone');
    }
  } finally {
    bench.makeRoom();
  }
  // What was not reached by now must not be reached later, when nobody looks.
  if (!stopped) await lab.stopBridge();
  await lab.converges();
  return stopped ? 'struck' : 'not reached';
}

async function readOnlyOnce(bench: DiskLab): Promise<FaultOutcome> {
  const { lab } = bench;
  await prepare(lab, 'later');
  await lab.stopBridge();
  await bench.setReadOnly(true);
  try {
    const started = await lab.startBridge().catch((error: unknown) => String(error));
    if (typeof started !== 'string') throw new Error('the bridge started on a disk that cannot be written');
    if (!started.includes('cannot be written')) throw new Error(`it gave no reason: ${started}`);
  } finally {
    await bench.setReadOnly(false);
  }
  await lab.converges();
  return 'struck';
}

export async function diskFaults(run: FaultRun): Promise<void> {
  const open = (): Promise<DiskLab> => DiskLab.start();
  await run.try({
    kind: 'disk full at a durable write',
    faults: countedUp('disk/full', (step) => [['before', step] as const]),
    endless: true,
    open,
    run: fullOnce,
  });
  await run.try({
    kind: 'read-only disk',
    faults: [{ name: 'disk/read-only', what: null }],
    open,
    run: readOnlyOnce,
  });
}
