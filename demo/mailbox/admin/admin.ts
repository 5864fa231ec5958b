import type { Backend } from '../backend.ts';
import { readContactBody, type ContactChange } from '../contacts/body.ts';
import { erase, findContact, writeChange, writeNew } from '../contacts/items.ts';
import { erasePhoto, storePhoto } from '../contacts/photo.ts';
import type { FailureSettings } from '../failures.ts';
import { folderOf } from '../folders/lookup.ts';
import { malformedId, notFound } from '../protocol/fault.ts';
import type { LogEntry } from '../request-log.ts';
import type { GraphService } from '../service.ts';
import type { ItemRow } from '../store/items.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import { defaultSwitches, switchesSchema, type Switches, type SwitchSettings } from '../switches.ts';
import { knownZone } from '../time/zoned-time.ts';
import { CalendarAdmin, type SeedEvent } from './calendar-admin.ts';
import { dumpMailbox, type MailboxDump } from './dump.ts';
import { bothIds, seedEach, type ItemIds } from './seeding.ts';
import { TaskAdmin, type SeedTask } from './task-admin.ts';

/** A contact to put into a mailbox: the body of a POST, and a photo's bytes. */
export interface SeedContact {
  readonly contact: Readonly<Record<string, unknown>>;
  readonly photo?: Buffer | undefined;
}

/** What to put into a mailbox; ids name another folder, calendar or list than the default one. */
export interface MailboxSeeds {
  readonly contacts?: readonly SeedContact[];
  readonly folderId?: string | undefined;
  readonly events?: readonly SeedEvent[];
  readonly calendarId?: string | undefined;
  readonly tasks?: readonly SeedTask[];
  readonly listId?: string | undefined;
}

export interface SeededMailbox {
  /** The contacts. */
  readonly created: readonly ItemIds[];
  readonly events: readonly ItemIds[];
  readonly tasks: readonly ItemIds[];
}

export interface MailboxStats {
  readonly requests: Readonly<Record<string, number>>;
  readonly pendingFailures: number;
  readonly highestConcurrency: number;
  readonly mailboxes: readonly {
    readonly user: string;
    readonly contacts: number;
    readonly events: number;
    readonly tasks: number;
  }[];
}

/** Steers the mailbox: switches, failures, clock, content as a person in Outlook would change it. */
export class MailboxAdmin {
  readonly calendar: CalendarAdmin;
  readonly tasks: TaskAdmin;
  readonly #backend: Backend;
  readonly #service: GraphService;

  constructor(backend: Backend, service: GraphService) {
    this.#backend = backend;
    this.#service = service;
    this.calendar = new CalendarAdmin(backend);
    this.tasks = new TaskAdmin(backend);
  }

  get switches(): Switches {
    return this.#backend.switches;
  }

  /** Sets some switches, leaves the others. Throws a ZodError for an unknown switch or value. */
  set(settings: SwitchSettings | Readonly<Record<string, unknown>>): Switches {
    this.#backend.switches = switchesSchema.parse({ ...this.#backend.switches, ...settings });
    return this.#backend.switches;
  }

  /** All switches to their defaults, no failures to come, empty log and counts. Content stays. */
  reset(): void {
    this.#backend.switches = defaultSwitches;
    this.#service.failures.clear();
    this.#service.log.clear();
    this.#service.meter.reset();
  }

  /** Schedules failures, see failures.ts. */
  fail(...failures: readonly FailureSettings[]): void {
    for (const failure of failures) this.#service.failures.schedule(failure);
  }

  clearFailures(): void {
    this.#service.failures.clear();
  }

  /** Kills every delta token handed out so far; answers the number of streams. */
  killDeltaTokens(): number {
    return this.#backend.streams.killAll();
  }

  /** Expires every access token used so far. */
  expireTokens(): void {
    this.#service.tokens.expireAll();
  }

  /** Moves the mailbox's clock forward: token lifetimes, ten-minute windows, times of change. */
  advanceClock(milliseconds: number): number {
    this.#backend.clock.advance(milliseconds);
    return this.#backend.clock.now();
  }

  /** Puts many contacts into the default folder (or another) in one transaction, as a person's. Throws a GraphFault. */
  seed(user: string, seeds: readonly SeedContact[], folderId?: string): ItemIds[] {
    const mailbox = this.#backend.mailboxes.of(user);
    const folder = this.#folderNumber(mailbox, folderId);
    return this.#backend.db.transaction(() =>
      seedEach('contacts', seeds, (seed) => bothIds(mailbox, this.#seedOne(mailbox, folder, seed))),
    );
  }

  /** Seeds contacts, events and tasks in one transaction. Throws a GraphFault. */
  seedAll(user: string, seeds: MailboxSeeds): SeededMailbox {
    return this.#backend.db.transaction(() => ({
      created: this.seed(user, seeds.contacts ?? [], seeds.folderId),
      events: this.calendar.seed(user, seeds.events ?? [], seeds.calendarId),
      tasks: this.tasks.seed(user, seeds.tasks ?? [], seeds.listId),
    }));
  }

  /** Changes a contact as a person in Outlook: the body of a PATCH. */
  edit(user: string, id: string, change: Readonly<Record<string, unknown>>): ItemIds {
    const { mailbox, row } = this.#find(user, id);
    return bothIds(mailbox, writeChange(this.#backend, mailbox, row, this.#read(change), 'person'));
  }

  remove(user: string, id: string): void {
    erase(this.#backend, this.#find(user, id).row, 'person');
  }

  /** Moves a contact to another folder; its plain id changes. */
  move(user: string, id: string, folderId: string): ItemIds {
    const { mailbox, row } = this.#find(user, id);
    const folder = this.#folderNumber(mailbox, folderId);
    return bothIds(mailbox, this.#backend.contacts.move(row, folder, 'person'));
  }

  setPhoto(user: string, id: string, photo: Buffer): void {
    storePhoto(this.#backend, this.#find(user, id).row, photo, 'person');
  }

  removePhoto(user: string, id: string): void {
    erasePhoto(this.#backend, this.#find(user, id).row);
  }

  /** Moves the change key of items without changing them, as the service does at times. All without ids. */
  touch(user: string, ids?: readonly string[]): number {
    const mailbox = this.#backend.mailboxes.of(user);
    const { contacts, events, tasks } = this.#backend;
    return this.#backend.db.transaction(() => {
      if (ids === undefined) {
        const rows = [contacts, events, tasks].map((store) => ({ store, rows: store.all(mailbox) }));
        for (const { store, rows: own } of rows) for (const row of own) store.touch(row, 'person');
        return rows.reduce((sum, { rows: own }) => sum + own.length, 0);
      }
      for (const text of ids) {
        const id = mailbox.ids.readItem(text);
        if (typeof id === 'string') throw malformedId();
        const store = [contacts, events, tasks].find((each) => each.get(mailbox, id.item) !== undefined);
        const row = store?.get(mailbox, id.item);
        if (store === undefined || row === undefined) throw notFound();
        store.touch(row, 'person');
      }
      return ids.length;
    });
  }

  /** Sets the zone that mailboxSettings show. Throws a GraphFault 400 for one that nobody knows. */
  setTimeZone(user: string, zone: string): void {
    knownZone(zone);
    this.#backend.mailboxes.setZone(this.#backend.mailboxes.of(user), zone);
  }

  addFolder(user: string, name: string, parentId?: string): { readonly id: string } {
    const mailbox = this.#backend.mailboxes.of(user);
    const folder = this.#backend.mailboxes.addFolder(mailbox, this.#folderNumber(mailbox, parentId), name);
    return { id: mailbox.ids.folder(folder.id) };
  }

  /** All that a mailbox holds, photos and every extended property included. */
  dump(user: string): MailboxDump {
    return dumpMailbox(this.#backend, this.#backend.mailboxes.of(user));
  }

  /** The requests since the last reset, or after an entry's number. */
  log(after = 0): readonly LogEntry[] {
    return this.#service.log.entries(after);
  }

  clearLog(): void {
    this.#service.log.clear();
    this.#service.meter.reset();
  }

  stats(): MailboxStats {
    return {
      requests: this.#service.log.counts(),
      pendingFailures: this.#service.failures.pending(),
      highestConcurrency: this.#service.meter.highest,
      mailboxes: this.#backend.mailboxes.users().map((user) => {
        const mailbox = this.#backend.mailboxes.of(user);
        return {
          user,
          contacts: this.#backend.contacts.countAll(mailbox),
          events: this.#backend.events.countAll(mailbox),
          tasks: this.#backend.tasks.countAll(mailbox),
        };
      }),
    };
  }

  #seedOne(mailbox: MailboxInfo, folder: number, { contact, photo }: SeedContact): ItemRow {
    const row = writeNew(this.#backend, mailbox, folder, this.#read(contact), 'person');
    if (photo !== undefined) storePhoto(this.#backend, row, photo, 'person');
    return row;
  }

  #read(body: Readonly<Record<string, unknown>>): ContactChange {
    return readContactBody(body, this.#backend.switches);
  }

  #find(user: string, id: string): { readonly mailbox: MailboxInfo; readonly row: ItemRow } {
    const mailbox = this.#backend.mailboxes.of(user);
    return { mailbox, row: findContact(this.#backend, mailbox, id) };
  }

  #folderNumber(mailbox: MailboxInfo, folderId: string | undefined): number {
    return folderId === undefined ? mailbox.defaultFolder : folderOf(this.#backend, mailbox, folderId).id;
  }
}
