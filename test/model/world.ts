/**
 * Two handhelds and one mailbox around the real Sync Manager and store, and a simple model of what people have written
 * (spec: sync engine, G1 to G5).
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../bridge/store/store.ts';
import { SyncManager, type SyncDevice } from '../../bridge/sync/manager.ts';
import type { ConflictChoice } from '../../contract/conflicts.ts';
import type { Job, StartRequest } from '../../contract/job.ts';
import type { Policy } from '../../contract/settings.ts';
import {
  contacts,
  datasetDefinitions,
  stableJson,
  type Fields,
  type FieldValue,
} from '../../datasets/index.ts';
import { MemoryDevice, type Cut } from './memory-device.ts';
import { MemoryMailbox, type MailboxFault } from './memory-mailbox.ts';
import { VirtualClock } from './virtual-clock.ts';

export type Party = 'phone' | 'tablet' | 'outlook';
export type DeviceName = Exclude<Party, 'outlook'>;
export const DEVICES: readonly DeviceName[] = ['phone', 'tablet'];
export const FIELDS = ['JobTitle', 'Company', 'Notes'] as const;

/** The durable write before or after which the bridge is killed. */
export interface CrashPoint {
  readonly write: number;
  readonly when: 'before' | 'after';
}

/** What goes wrong during a sync. */
export type Trouble =
  | { readonly kind: 'none' }
  | { readonly kind: 'cut'; readonly cut: Cut }
  | { readonly kind: 'mailbox'; readonly fault: MailboxFault }
  | { readonly kind: 'crash'; readonly at: CrashPoint };

/**
 * What a device's clock has hidden: changes made while it was wrong, and then right again by the next sync. No fast sync can
 * notice that; the weekly comparison finds them.
 */
class DeviceTime {
  hidesChanges = false;
  #wasSet = false;
  #changedSince = false;

  changed(): void {
    this.#changedSince = true;
  }

  set(): void {
    this.hidesChanges ||= this.#wasSet && this.#changedSince;
    this.#wasSet = true;
    this.#changedSince = false;
  }

  synced(all: boolean): void {
    this.#wasSet = false;
    this.#changedSince = false;
    if (all) this.hidesChanges = false;
  }
}

/** Memory where there is some for files: a history writes a thousand times. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** Syncs without trouble in which everything has to come to rest. */
const ROUNDS = 4;

export class World {
  readonly clock = new VirtualClock();
  readonly mailbox = new MemoryMailbox(this.clock);
  readonly devices = { phone: new MemoryDevice(this.clock), tablet: new MemoryDevice(this.clock) };
  readonly #folder = mkdtempSync(join(FOLDER, 'model-'));
  /** What people have written and nobody has overwritten or removed on that side since: where they last saw it. */
  readonly #written = new Map<string, Party>();
  /** Who was removed somewhere: a device that was reset brings them back, and so may a policy on another device. */
  readonly #removed = new Set<string>();
  #wasReset = false;
  readonly #times = { phone: new DeviceTime(), tablet: new DeviceTime() };
  #store: Store;
  #manager: SyncManager;
  #bugs: unknown[] = [];
  #count = 0;

  readonly #policy: Policy;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#store = openStore(join(this.#folder, 'bridge.db'));
    this.#manager = this.#startManager();
  }

  close(): void {
    this.#store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  // What people do.

  add(party: Party): void {
    this.#count += 1;
    const n = this.#count;
    const token = this.#token(party);
    const fields = {
      FirstName: `Person ${n}`,
      LastName: 'Model',
      'PhoneNumbers/HomePhone': `555 ${n}`,
      JobTitle: token,
    };
    if (party === 'outlook') this.mailbox.put(`item-${n}`, fields);
    else this.devices[party].add(fields);
    this.#changed(party);
  }

  edit(party: Party, nth: number, field: (typeof FIELDS)[number]): void {
    const chosen = this.#nth(party, nth);
    if (chosen === undefined) return;
    const [id, fields] = chosen;
    this.#release(fields[field]);
    const changed = { ...fields, [field]: this.#token(party) };
    if (party === 'outlook') this.mailbox.put(id, changed);
    else this.devices[party].edit(id, changed);
    this.#changed(party);
  }

  remove(party: Party, nth: number): void {
    const chosen = this.#nth(party, nth);
    if (chosen === undefined) return;
    const [id, fields] = chosen;
    this.#removed.add(textOf(fields.FirstName));
    for (const field of FIELDS) this.#release(fields[field]);
    if (party === 'outlook') this.mailbox.remove(id);
    else this.devices[party].remove(id);
    this.#changed(party);
  }

  /** The same record under another id, as an address book has it that was read in again. */
  remake(party: Party, nth: number): void {
    const chosen = this.#nth(party, nth);
    if (chosen === undefined) return;
    const [id, fields] = chosen;
    this.#count += 1;
    if (party === 'outlook') {
      this.mailbox.remove(id);
      this.mailbox.put(`item-${this.#count}`, fields);
    } else {
      this.devices[party].remove(id);
      this.devices[party].add(fields);
    }
    this.#changed(party);
  }

  setClock(device: DeviceName, skew: number): void {
    this.devices[device].skew = skew;
    this.#times[device].set();
  }

  /** The device loses its identity, and perhaps its records: those are its owner's doing. */
  reset(device: DeviceName, keepRecords: boolean): void {
    if (!keepRecords) {
      for (const fields of this.devices[device].records().values()) {
        for (const field of FIELDS) this.#release(fields[field]);
      }
    }
    this.#wasReset ||= keepRecords;
    this.devices[device].reset(keepRecords);
    this.#pass();
  }

  resolveAll(choice: ConflictChoice): void {
    for (const { id } of this.#store.conflicts.list('open', null, 100))
      this.#store.conflicts.decide(id, choice);
  }

  async sync(
    device: DeviceName,
    trouble: Trouble = { kind: 'none' },
    request: StartRequest = {},
  ): Promise<Job> {
    this.devices[device].cut = trouble.kind === 'cut' ? trouble.cut : null;
    this.mailbox.fault = trouble.kind === 'mailbox' ? trouble.fault : null;
    if (trouble.kind === 'crash') this.#reopen(trouble.at);
    const job = await this.#run({ device, ...request });
    if (trouble.kind === 'crash') this.#reopen();
    this.devices[device].cut = null;
    this.mailbox.fault = null;
    if (job.state === 'ok') this.#times[device].synced(job.sessions[0]?.kind !== 'fast');
    this.#pass();
    if (trouble.kind !== 'crash' && this.#bugs.length > 0) throw this.#bugs[0] as Error;
    this.#bugs = [];
    return job;
  }

  // What has to be true.

  /** G2: nobody is there twice. Copies that a person or a policy asked for say what they are. */
  checkDoubles(): void {
    for (const [party, records] of this.#all()) {
      const names = [...records.values()]
        .filter(({ LastName }) => LastName === 'Model')
        .map(({ FirstName }) => textOf(FirstName))
        .filter((name) => !this.#wasReset || !this.#removed.has(name));
      const twice = names.filter((name, index) => names.indexOf(name) !== index);
      if (twice.length > 0) throw new Error(`twice in ${party}: ${twice.join(', ')}`);
    }
  }

  /** G1: what a person has written is somewhere, or can be put back. */
  checkNothingLost(): void {
    const held = this.#all()
      .flatMap(([, records]) => [...records.values()])
      .map((fields) => JSON.stringify(fields))
      .join('\n');
    const missing = [...this.#written.keys()].filter((token) => !held.includes(token));
    if (missing.length === 0) return;
    const kept = [
      'SELECT device_before || mailbox_before AS t FROM step WHERE device_before IS NOT NULL AND mailbox_before IS NOT NULL',
      'SELECT device_before AS t FROM step WHERE device_before IS NOT NULL',
      'SELECT mailbox_before AS t FROM step WHERE mailbox_before IS NOT NULL',
      'SELECT snapshot AS t FROM step WHERE snapshot IS NOT NULL',
      'SELECT fields AS t FROM conflict',
      'SELECT record AS t FROM conflict WHERE record IS NOT NULL',
    ].flatMap((sql) => this.#store.database.all(sql).map(({ t }) => String(t)));
    const text = kept.join('\n');
    const lost = missing.filter((token) => !text.includes(token));
    if (lost.length > 0) throw new Error(`lost: ${lost.join(', ')}`);
  }

  /** G3, G5: without further trouble everything comes to rest, with the same records on all sides but for open conflicts. */
  async checkConvergence(): Promise<void> {
    for (const device of DEVICES) {
      if (this.#times[device].hidesChanges) await this.sync(device, { kind: 'none' }, { slow: true });
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const device of DEVICES) {
        const job = await this.sync(device);
        if (job.state === 'ok') continue;
        // A device whose past we do not share is compared on a person's word.
        const slow = await this.sync(device, { kind: 'none' }, { slow: true, removals: 'restore' });
        if (slow.state !== 'ok') throw new Error(`does not recover: ${JSON.stringify(slow.error)}`);
      }
    }
    for (const device of DEVICES) {
      const [session] = (await this.sync(device)).sessions;
      const { created, updated, removed } = session?.device ?? { created: -1, updated: -1, removed: -1 };
      const inOutlook = Object.values(session?.mailbox ?? {});
      const work = [created, updated, removed, ...inOutlook, session?.conflicts ?? -1];
      if (work.some((count) => count !== 0)) {
        throw new Error(`${device} does not come to rest: ${JSON.stringify(session)}`);
      }
    }
    this.#checkEquality();
  }

  #checkEquality(): void {
    const waits = new Set(
      this.#store.database
        .all(
          `SELECT device_base, mailbox_base FROM pair WHERE held = 1 OR owed_device IS NOT NULL OR owed_mailbox IS NOT NULL`,
        )
        .flatMap((row) => [row.device_base, row.mailbox_base])
        .map((base) => /"FirstName":"(.*?)"/.exec(String(base))?.[1] ?? ''),
    );
    const settled = (records: ReadonlyMap<string, Fields>): string[] =>
      [...records.values()]
        .filter(({ FirstName }) => !waits.has(textOf(FirstName)))
        .map((fields) => stableJson(contacts.canonical(fields)))
        .sort();
    const outlook = settled(this.mailbox.items());
    for (const device of DEVICES) {
      const records = settled(this.devices[device].records());
      if (JSON.stringify(records) !== JSON.stringify(outlook)) {
        throw new Error(`${device} differs:\n${records.join('\n')}\nOutlook:\n${outlook.join('\n')}`);
      }
    }
  }

  #all(): readonly (readonly [Party, ReadonlyMap<string, Fields>])[] {
    return [
      ['phone', this.devices.phone.records()],
      ['tablet', this.devices.tablet.records()],
      ['outlook', this.mailbox.items()],
    ];
  }

  #nth(party: Party, nth: number): [string, Fields] | undefined {
    const records = party === 'outlook' ? this.mailbox.items() : this.devices[party].records();
    return [...records][nth % Math.max(1, records.size)];
  }

  #token(party: Party): string {
    this.#count += 1;
    const token = `<${this.#count}:${party}>`;
    this.#written.set(token, party);
    return token;
  }

  #release(value: FieldValue | undefined): void {
    this.#written.delete(textOf(value));
  }

  #changed(party: Party): void {
    if (party !== 'outlook') this.#times[party].changed();
    this.#pass();
  }

  #pass(): void {
    this.clock.pass(2_500);
  }

  #run(request: StartRequest): Promise<Job> {
    return new Promise((resolve) => {
      const manager = this.#manager;
      const id = manager.start(request);
      const stop = manager.onEvent((event) => {
        if (event.event !== 'job' || event.job.id !== id || event.job.state === 'running') return;
        stop();
        resolve(event.job);
      });
    });
  }

  #reopen(crashAt?: CrashPoint): void {
    this.#store.close();
    const store: Store = openStore(join(this.#folder, 'bridge.db'), (write, when) => {
      if (write !== crashAt?.write || when !== crashAt.when) return;
      // What a killed process has not written is gone, and it does nothing any more.
      store.database.abandon();
      throw new Error('killed');
    });
    this.#store = store;
    this.#manager = this.#startManager();
  }

  #startManager(): SyncManager {
    const devices = DEVICES.map((name): SyncDevice => ({
      name,
      categoryAliases: {},
      zonedTimes: 'wall-clock',
      datasets: [contacts.name],
      settings: { contacts: { policy: this.#policy } },
      bytesPerSecond: 1_000_000,
      connection: () => Promise.resolve(this.devices[name].connection()),
    }));
    return new SyncManager({
      store: this.#store,
      clock: this.clock,
      devices,
      definitions: datasetDefinitions,
      waitForMailbox: () => Promise.resolve(this.mailbox.factory()),
      onBug: (error) => this.#bugs.push(error),
    });
  }
}

function textOf(value: FieldValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
