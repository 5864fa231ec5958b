/**
 * Power is lost while the bridge writes (reliability R4). The database's files are recorded around each durable write of a
 * real sync; of what was written since the last write that was forced onto the disk, any part may be missing afterwards:
 * every prefix of it is tried, in sectors, and parts of it at random. What is opened then has to be one of the states
 * between the last one on the disk and the one that was being written, and no third.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../bridge/store/database.ts';
import { sealPath } from '../../bridge/store/seal.ts';
import type { StepHook } from '../../bridge/store/step-hook.ts';
import { SeededRandom } from '../../demo/sample-data/random.ts';
import { startRig, USER } from '../support/sync-rig.ts';
import type { Fault, FaultOutcome, FaultRun } from './series.ts';

const SECTOR_BYTES = 512;
const PAGE_BYTES = 4_096;
const RANDOM_PARTS = 10;

/** The files after a durable write, and whether that was forced onto the disk. */
interface Recorded {
  readonly database: Buffer;
  readonly log: Buffer;
  readonly isForced: boolean;
}

/** What a power loss leaves: files, and what they may say. */
interface Loss {
  readonly database: Buffer;
  readonly log: Buffer;
  readonly allowed: readonly Recorded[];
}

/** Records a first sync and a later one, and the moving of the log into the file at the end. */
async function record(): Promise<{ readonly writes: readonly Recorded[]; readonly moved: Buffer }> {
  const writes: Recorded[] = [];
  let path = '';
  const onStep: StepHook = (_write, when, durable) => {
    if (when === 'after' && path !== '') writes.push({ ...filesOf(path), isForced: durable === 'now' });
  };
  const rig = await startRig({ onStep });
  try {
    path = join(rig.folder, 'bridge.db');
    writes.push({ ...filesOf(path), isForced: true });
    const people = (...names: string[]) => names.map((givenName) => ({ contact: { givenName } }));
    const [grace] = rig.mailbox.admin.seed(USER, people('Grace', 'Ilse', 'Mary'));
    const ids = ['Ada', 'Joan', 'Both'].map((FirstName) => rig.device.add({ FirstName }));
    await rig.synced();
    rig.device.edit(ids[0] ?? '', { Notes: 'Noted' });
    rig.device.remove(ids[1] ?? '');
    rig.mailbox.admin.edit(USER, grace?.id ?? '', { jobTitle: 'Admiral' });
    rig.mailbox.admin.seed(USER, people('Frances'));
    await rig.synced();
    await rig.restart();
    path = '';
    return { writes, moved: readFileSync(join(rig.folder, 'bridge.db')) };
  } finally {
    await rig.close();
  }
}

function filesOf(path: string): Pick<Recorded, 'database' | 'log'> {
  return { database: readFileSync(path), log: readFileSync(`${path}-wal`) };
}

/** The log with the new content of these sectors, and the old one of the others; beyond the old end they are missing. */
function mixed(before: Buffer, after: Buffer, size: number, isNew: (piece: number) => boolean): Buffer {
  const pieces = Math.ceil(after.length / size);
  let length = before.length;
  const result = Buffer.alloc(after.length);
  before.copy(result);
  for (let piece = 0; piece < pieces; piece += 1) {
    if (!isNew(piece)) continue;
    const end = Math.min((piece + 1) * size, after.length);
    after.copy(result, piece * size, piece * size, end);
    length = Math.max(length, end);
  }
  return result.subarray(0, length);
}

function* losses(writes: readonly Recorded[], moved: Buffer): Generator<Fault<Loss>> {
  const random = new SeededRandom(4);
  let onDisk = 0;
  for (let number = 1; number < writes.length; number += 1) {
    const [before, after] = [writes[onDisk], writes[number]];
    if (before === undefined || after === undefined) return;
    const allowed = writes.slice(onDisk, number + 1);
    const loss = (what: string, isNew: (sector: number) => boolean): Fault<Loss> => ({
      name: `power/${number}/${what}`,
      what: {
        database: before.database,
        log: mixed(before.log, after.log, SECTOR_BYTES, isNew),
        allowed,
      },
    });
    const sectors = Math.ceil(after.log.length / SECTOR_BYTES);
    for (let end = Math.floor(before.log.length / SECTOR_BYTES); end <= sectors; end += 1) {
      yield loss(`prefix/${end}`, (sector) => sector < end);
    }
    for (let part = 0; part < RANDOM_PARTS; part += 1) {
      const chosen = new Set(Array.from({ length: sectors }, (_, n) => n).filter(() => random.chance(0.7)));
      yield loss(`part/${part}`, (sector) => chosen.has(sector));
    }
    if (after.isForced) onDisk = number;
  }
  const last = writes.at(-1);
  if (last === undefined) return;
  for (let part = 0; part < RANDOM_PARTS * 5; part += 1) {
    const database = mixed(last.database, moved, PAGE_BYTES, () => random.chance(0.5));
    yield { name: `power/moving/${part}`, what: { database, log: last.log, allowed: [last] } };
  }
}

/** A digest of everything that the files say. */
function contentOf(folder: string, { database, log }: Pick<Recorded, 'database' | 'log'>): string {
  const path = join(folder, 'bridge.db');
  for (const name of ['', '-wal', '-shm', '.seal']) rmSync(path + name, { force: true });
  writeFileSync(path, database);
  writeFileSync(`${path}-wal`, log);
  // The seal is broken before the file is written.
  writeFileSync(sealPath(path), '', { mode: 0o600 });
  const opened = new Database(path, undefined);
  const hash = createHash('sha256');
  for (const { name } of opened.all(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`)) {
    for (const row of opened.all(`SELECT * FROM "${String(name)}"`)) {
      hash.update(JSON.stringify({ ...row, _metadata: undefined }));
    }
  }
  opened.close();
  return hash.digest('hex');
}

export async function powerLosses(run: FaultRun): Promise<void> {
  const { writes, moved } = await record();
  const known = new Map<Recorded, string>();
  await run.try({
    kind: 'power lost while the database is written',
    faults: losses(writes, moved),
    open: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'power-'));
      return {
        folder,
        close: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
    run: async ({ folder }, loss): Promise<FaultOutcome> => {
      const allowed = loss.allowed.map((state) => {
        const content = known.get(state) ?? contentOf(folder, state);
        known.set(state, content);
        return content;
      });
      if (!allowed.includes(contentOf(folder, loss)))
        throw new Error('neither the old state nor the new one');
      return 'struck';
    },
  });
}
