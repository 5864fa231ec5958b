/**
 * The bridge's database is damaged (reliability R6): truncated, zeroed, bits flipped at random, of an older and of a newer
 * program. Damage is noticed when the file is opened, or it is harmless; the file is kept aside and the person told; a sync
 * that begins without a memory doubles nothing and writes nothing where both sides are equal.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { SyncError } from '../../contract/errors.ts';
import { Database } from '../../bridge/store/database.ts';
import { migrations } from '../../bridge/store/migrations.ts';
import { SeededRandom } from '../../demo/sample-data/random.ts';
import { Lab } from './lab/lab.ts';
import type { Bench, Fault, FaultOutcome, FaultRun } from './series.ts';

const FLIPS = 1_000;
/** Of the flips that were found, so many go through the whole program. */
const WHOLE_PROGRAM_EVERY = 200;

/** What may happen to the bytes of a file; undefined: they are no database any more. */
type Damage = (bytes: Buffer, random: SeededRandom) => Buffer;

const DAMAGES: Readonly<Record<string, Damage>> = {
  'cut in half': (bytes) => bytes.subarray(0, bytes.length >> 1),
  'cut to nothing': (bytes) => bytes.subarray(0, 0),
  'cut inside the header': (bytes) => bytes.subarray(0, 60),
  'the last byte is missing': (bytes) => bytes.subarray(0, -1),
  'all zeros': (bytes) => Buffer.alloc(bytes.length),
  'a page of zeros': (bytes) => Buffer.from(bytes).fill(0, 8192, 12_288),
  'another file': () => Buffer.from('no database, whatever its name says. '.repeat(400)),
};

const flip: Damage = (bytes, random) => {
  const copy = Buffer.from(bytes);
  const at = random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
};

/** A lab in step whose bridge is off, and a clean copy of what it keeps. */
class DamageLab implements Bench {
  readonly lab: Lab;
  readonly #clean: string;

  private constructor(lab: Lab, clean: string) {
    this.lab = lab;
    this.#clean = clean;
  }

  static async start(): Promise<DamageLab> {
    const lab = await Lab.inStep({ handheld: '2009', datasets: ['contacts'] });
    await lab.stopBridge();
    // What a crash left in the log is taken into the file, and the file is sealed.
    new Database(join(lab.stateFolder, 'bridge.db')).close();
    const clean = join(lab.folder, 'clean');
    mkdirSync(clean);
    const bench = new DamageLab(lab, clean);
    for (const name of ['bridge.db', 'bridge.db.seal'])
      copyFileSync(join(lab.stateFolder, name), join(clean, name));
    return bench;
  }

  get bytes(): Buffer {
    return readFileSync(join(this.#clean, 'bridge.db'));
  }

  /** Puts a file of these bytes, with the seal of the clean one, into a folder. */
  put(folder: string, bytes: Buffer): string {
    for (const name of readdirSync(folder)) if (name.startsWith('bridge.db')) rmSync(join(folder, name));
    copyFileSync(join(this.#clean, 'bridge.db.seal'), join(folder, 'bridge.db.seal'));
    writeFileSync(join(folder, 'bridge.db'), bytes);
    return join(folder, 'bridge.db');
  }

  /** The whole program on a damaged file: it is kept aside, the person is told, and nothing is doubled or written. */
  async wholeProgram(bytes: Buffer): Promise<void> {
    const { lab } = this;
    this.put(lab.stateFolder, bytes);
    const before = JSON.stringify([await lab.outlook.held(), await lab.handheld.held()]);
    await lab.boot();
    const aside = readdirSync(lab.stateFolder).filter((name) => name.startsWith('bridge.db.damaged-'));
    if (!aside.some((name) => !/-(wal|shm)$|\.seal$/.test(name)))
      throw new Error('the file is not kept aside');
    if (!lab.bridge.told.includes('database is damaged'))
      throw new Error(`nobody was told: ${lab.bridge.told}`);
    for (const { device, mailbox } of await lab.synced({ slow: true })) {
      const work = [...Object.values(device), ...Object.values(mailbox)];
      if (work.some((count) => count > 0))
        throw new Error(`it wrote: ${JSON.stringify({ device, mailbox })}`);
    }
    const after = JSON.stringify([await lab.outlook.held(), await lab.handheld.held()]);
    if (recordsIn(after) !== recordsIn(before))
      throw new Error('a comparison of equal sides wrote something');
    await lab.converges();
    await lab.stopBridge();
    for (const name of aside) rmSync(join(lab.stateFolder, name));
  }

  async close(): Promise<void> {
    await this.lab.close();
  }
}

/** Without the counters of what was moved: in a full comparison the device sends everything. */
function recordsIn(text: string): string {
  const [outlook, [records]] = JSON.parse(text) as [unknown, [unknown]];
  return JSON.stringify([outlook, records]);
}

/** What opening a file tells: a code of the catalogue, or that it is taken for whole. */
function openingOf(path: string): string {
  try {
    new Database(path).close();
    return 'whole';
  } catch (error) {
    if (error instanceof SyncError) return error.code;
    throw error;
  }
}

async function flipOnce(bench: DamageLab, seed: number): Promise<FaultOutcome> {
  const folder = mkdtempSync(join(bench.lab.folder, 'flip-'));
  const bytes = flip(bench.bytes, new SeededRandom(seed));
  const code = openingOf(bench.put(folder, bytes));
  rmSync(folder, { recursive: true });
  if (code !== 'store.corrupt') throw new Error(`opened as ${code}`);
  if (seed % WHOLE_PROGRAM_EVERY === 0) await bench.wholeProgram(bytes);
  return 'struck';
}

async function damageOnce(bench: DamageLab, damage: Damage): Promise<FaultOutcome> {
  await bench.wholeProgram(damage(bench.bytes, new SeededRandom(1)));
  return 'struck';
}

/** A database as an older program left it is brought up to date; one of a newer program is left alone, and named. */
async function otherVersionOnce(bench: DamageLab, version: 'older' | 'newer'): Promise<FaultOutcome> {
  const { lab } = bench;
  const file = bench.put(lab.stateFolder, bench.bytes);
  const database = new Database(file);
  if (version === 'older') {
    database.close();
    rmSync(file);
    const old = new Database(file);
    // The first version of the schema, with nothing in it.
    for (const { name } of old.all(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
    ))
      old.exec(`PRAGMA foreign_keys = OFF; DROP TABLE "${String(name)}"`);
    old.exec(`${migrations[0] ?? ''}; PRAGMA user_version = 1`);
    old.close();
    await lab.boot();
    await lab.synced({ slow: true });
    await lab.converges();
    await lab.stopBridge();
    return 'struck';
  }
  database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  database.close();
  const left = readFileSync(file);
  const started = await lab.startBridge().catch((error: unknown) => String(error));
  if (typeof started !== 'string') throw new Error('the bridge started with a newer database');
  if (!started.includes('newer version')) throw new Error(`it gave no reason: ${started}`);
  if (!existsSync(file) || !readFileSync(file).equals(left))
    throw new Error('the newer database was touched');
  return 'struck';
}

export async function damagedStores(run: FaultRun): Promise<void> {
  const open = (): Promise<DamageLab> => DamageLab.start();
  await run.try({
    kind: 'database damaged',
    faults: Object.entries(DAMAGES).map(([name, what]): Fault<Damage> => ({ name: `damage/${name}`, what })),
    open,
    run: damageOnce,
  });
  await run.try({
    kind: 'bit of the database flipped',
    faults: Array.from({ length: FLIPS }, (_, seed): Fault<number> => ({
      name: `damage/flip/${seed}`,
      what: seed,
    })),
    open,
    run: flipOnce,
  });
  await run.try({
    kind: 'database of another version',
    faults: (['older', 'newer'] as const).map((what) => ({ name: `damage/${what}`, what })),
    open,
    run: otherVersionOnce,
  });
}
