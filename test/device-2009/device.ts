/**
 * A strict stand-in for an unmodified Qt Extended device of 2009: what it does is what the original does,
 * oddities included; it forgives nothing that the original does not forgive.
 *
 * Tests start it in their own process, act as its owner, and look at what reached it:
 *
 *     const device = await Device2009.listen();
 *     const id = device.add({ FirstName: 'Ada', phones: { HomePhone: '555 01' } });
 *     device.calendar.add({ Description: 'Choir', from: '2026-03-03T19:00', to: '2026-03-03T21:00' });
 *     … a desktop syncs with 127.0.0.1:device.port …
 *     expect(device.crashed).toBeUndefined();
 *     expect(device.offences).toEqual([]);
 *     await device.close();
 */
import { randomUUID } from 'node:crypto';
import { enterAppointment, type AppointmentInput } from './appointment/input.ts';
import { appointmentKind } from './appointment/kind.ts';
import type { Appointment } from './appointment/model.ts';
import { CategoryBook, type CategoryLanguage } from './categories.ts';
import { DeviceClock } from './clock.ts';
import { Connection, type Wire } from './connection.ts';
import { enterContact, type ContactInput } from './contact/input.ts';
import { contactKind } from './contact/kind.ts';
import type { Contact } from './contact/model.ts';
import { Bridge } from './bridge.ts';
import { DatasetStore, type HeldRecord } from './dataset-store.ts';
import { Dispatcher } from './dispatcher.ts';
import { Faults, type CutDirection, type CutPlace } from './faults.ts';
import { OwnerHands } from './hands.ts';
import { Journal, type Counter, type WireEntry } from './journal.ts';
import { Login, type OwnerAnswer } from './login.ts';
import { PortraitFiles } from './portrait.ts';
import type { RecordEnvironment } from './record-kind.ts';
import { Screen } from './screen.ts';
import { SerialListener } from './serial.ts';
import { enterTask, type TaskInput } from './task/input.ts';
import { taskKind } from './task/kind.ts';
import type { Task } from './task/model.ts';
import { TcpListener } from './tcp.ts';

export interface Device2009Options {
  /** Device id in the banner, a braced UUID. */
  readonly challenge?: string;
  /** Braced UUID in front of the colon of each contact's id. */
  readonly context?: string;
  readonly loginName?: string;
  readonly displayName?: string;
  /** Datasets in the banner. */
  readonly announced?: readonly string[];
  /** Where the clock gets its time from, ms since 1970 UTC. */
  readonly now?: () => number;
  readonly language?: CategoryLanguage;
  /** Minutes by which the owner's clock is ahead of UTC: what "today" and "now" are for records. 0 unless given. */
  readonly minutesEast?: number;
  /** 5,000 ms at a real device: from the 220 to the first command. */
  readonly commandMs?: number;
  /** 5,000 ms at a real device: how long the serial port stays closed after a session. */
  readonly reopenMs?: number;
  /** About a millisecond at a real device: from the TCP connection to the 220. */
  readonly greetMs?: number;
  /** Only to protect the test's memory: the original has no limit. */
  readonly maxLineBytes?: number;
}

/** One contact as a test looks at it. */
export type HeldContact = HeldRecord<Contact>;

const braced = (): string => `{${randomUUID()}}`;

export class Device2009 {
  readonly clock: DeviceClock;
  readonly screen = new Screen();
  /** The owner's hands; those on the contacts are also the device's own: `add`, `edit`, `remove`, `records`. */
  readonly contacts: OwnerHands<Contact, ContactInput>;
  readonly calendar: OwnerHands<Appointment, AppointmentInput>;
  readonly tasks: OwnerHands<Task, TaskInput>;
  readonly challenge: string;
  readonly #options: Device2009Options;
  readonly #journal: Journal;
  readonly #login: Login;
  readonly #faults = new Faults();
  readonly #bridge: Bridge;
  readonly #dispatcher: Dispatcher;
  readonly #environment: RecordEnvironment;
  #tcp: TcpListener | undefined;
  #serial: SerialListener | undefined;
  #crashed: string | undefined;

  constructor(options: Device2009Options = {}) {
    this.#options = options;
    this.challenge = options.challenge ?? braced();
    this.clock = new DeviceClock(options.now ?? Date.now);
    const now = (): number => this.clock.now();
    this.#journal = new Journal(now);
    this.#login = new Login(now);
    this.#environment = {
      categories: new CategoryBook(options.language),
      portraits: new PortraitFiles(),
      notice: (what) => this.#journal.offence(what),
      localTime: () => this.#localTime(),
    };
    const environment = this.#environment;
    const stores = {
      contacts: new DatasetStore(contactKind, options.context ?? braced(), environment),
      calendar: new DatasetStore(appointmentKind, braced(), environment),
      tasks: new DatasetStore(taskKind, braced(), environment),
    };
    const second = (): number => Math.floor(now() / 1000);
    this.contacts = new OwnerHands(
      stores.contacts,
      (held, input) => enterContact(held, input, environment),
      second,
    );
    this.calendar = new OwnerHands(
      stores.calendar,
      (held, input) => enterAppointment(held, input, environment),
      second,
    );
    this.tasks = new OwnerHands(stores.tasks, (held, input) => enterTask(held, input, environment), second);
    this.#bridge = new Bridge(this.#journal, this.screen);
    this.#dispatcher = new Dispatcher({
      identity: this.challenge,
      datasets: Object.values(stores),
      now,
      journal: this.#journal,
      send: (message, args) => this.#bridge.broadcast('QD/Qtopia4Sync', message, args),
    });
    this.#bridge.attach(this.#dispatcher);
  }

  /** A device that listens on TCP, on a free port of 127.0.0.1 unless another is given. */
  static async listen(options: Device2009Options = {}, port = 0): Promise<Device2009> {
    const device = new Device2009(options);
    await device.listen(port);
    return device;
  }

  /** Listens on TCP and tells the port. */
  async listen(port = 0): Promise<number> {
    this.#tcp = await TcpListener.listen({
      port,
      greetMs: this.#options.greetMs ?? 1,
      connect: (wire) => this.#connect(wire),
    });
    return this.#tcp.port;
  }

  /** Opens a serial port, or one end of a pseudo-terminal pair. */
  async openSerial(path: string, baudRate = 9600): Promise<void> {
    const reopenMs = this.#options.reopenMs ?? 5_000;
    this.#serial = await SerialListener.open({
      path,
      baudRate,
      reopenMs,
      connect: (wire) => this.#connect(wire),
    });
  }

  /** Switches the device off. Its store stays as it is. */
  async close(): Promise<void> {
    await Promise.all([this.#tcp?.close(), this.#serial?.close()]);
    this.#tcp = undefined;
    this.#serial = undefined;
  }

  /** The TCP port. Throws when the device does not listen. */
  get port(): number {
    if (!this.#tcp) throw new Error('the device does not listen on TCP');
    return this.#tcp.port;
  }

  // What happened

  /** Why the application died; undefined while it lives. */
  get crashed(): string | undefined {
    return this.#crashed;
  }

  /** What the desktop did that it must not do, and the device survived or swallowed. */
  get offences(): readonly string[] {
    return this.#journal.offences;
  }

  get wire(): readonly WireEntry[] {
    return this.#journal.wire;
  }

  counter(name: Counter): number {
    return this.#journal.counted(name);
  }

  /** Forgets wire log, counters and offences. */
  clearLog(): void {
    this.#journal.clear();
  }

  /** Names of the QCop messages that passed, oldest first. */
  messages(direction: CutDirection): readonly string[] {
    return this.wire.flatMap((entry) => (entry.direction === direction ? (entry.message ?? []) : []));
  }

  /** How many connections are open. */
  get openConnections(): number {
    return this.#bridge.connections.length;
  }

  /** Whether a desktop is logged in. */
  get loggedIn(): boolean {
    return this.#bridge.connections.some((connection) => connection.loggedIn);
  }

  /** The dataset of the session that is open. */
  get syncing(): string | undefined {
    return this.#dispatcher.active;
  }

  // The owner's hands

  /** Adds a contact, from fields or from a document (read as the device reads one), and tells its id. */
  add(contact: ContactInput | string): string {
    return this.contacts.add(contact);
  }

  /** Edits a contact: the fields named, each as a whole. */
  edit(id: string, contact: ContactInput): void {
    this.contacts.edit(id, contact);
  }

  /** Removes a contact. */
  remove(id: string): void {
    this.contacts.remove(id);
  }

  /** All contacts. */
  records(): readonly HeldContact[] {
    return this.contacts.records();
  }

  /** Rows left behind by inserts of contacts that failed. */
  orphans(): readonly Contact[] {
    return this.contacts.orphans();
  }

  /** All that is kept, for comparing: documents by id, anchors, categories. */
  snapshot(): {
    readonly records: Readonly<Record<'contacts' | 'calendar' | 'tasks', Readonly<Record<string, string>>>>;
    readonly anchors: Readonly<Record<string, number | 'spoilt'>>;
    readonly categories: readonly string[];
  } {
    return {
      records: {
        contacts: this.contacts.documents(),
        calendar: this.calendar.documents(),
        tasks: this.tasks.documents(),
      },
      anchors: Object.fromEntries(this.#dispatcher.anchors),
      categories: this.#environment.categories.list().map(({ id }) => id),
    };
  }

  get categories(): CategoryBook {
    return this.#environment.categories;
  }

  /** Sets the clock; it runs on from there. */
  setClock(at: Date): void {
    this.clock.set(at);
  }

  /** The owner presses Sync. */
  pressSync(): void {
    this.#bridge.broadcast('QD/Server', 'startSync()', []);
  }

  /** The owner presses Cancel. */
  pressCancel(): void {
    this.#bridge.broadcast('QD/Server', 'cancelSync()', []);
  }

  /** What the owner does when asked about an unknown desktop; answers a question that is on the screen. */
  owner(answer: OwnerAnswer): void {
    this.#login.owner(answer);
  }

  /** Questions about unknown desktops: on the screen now, and asked in all. */
  get questions(): { readonly open: number; readonly asked: number } {
    return { open: this.#login.open, asked: this.#login.questions };
  }

  /** Forgets all desktops. */
  forgetDesktops(): void {
    this.#login.forget();
  }

  /** Starts the application again after a crash. */
  restart(): void {
    this.#crashed = undefined;
  }

  // Trouble on the link

  /** Drops every TCP connection; on a serial line the cable is pulled, which nobody notices. */
  cutLink(): void {
    this.#faults.clear();
    if (this.#serial) this.#serial.pull();
    else for (const connection of this.#bridge.connections) connection.close();
  }

  /** Plugs the serial cable in again. */
  plugIn(): void {
    this.#serial?.plug();
  }

  /** Cuts the link once, after so many more bytes in one direction. */
  cutAfterBytes(count: number, direction: CutDirection): void {
    this.#faults.cutAt({ direction, lines: 0, bytes: count });
  }

  /** Cuts the link once, after so many more lines in one direction. */
  cutAfterLines(count: number, direction: CutDirection): void {
    this.#faults.cutAt({ direction, lines: count, bytes: 0 });
  }

  /** Cuts the link once, inside a line: so many lines from now, and so many bytes behind them. */
  cutAt(place: CutPlace): void {
    this.#faults.cutAt(place);
  }

  /** Whether a cut that was asked for has not happened yet; `cancelCut` takes it back. */
  get cutPending(): boolean {
    return this.#faults.pending;
  }

  cancelCut(): void {
    this.#faults.clear();
  }

  /** Sends each record so many times. */
  repeatRecords(times: number): void {
    this.#dispatcher.recordCopies = times;
  }

  /** Sends any line to every open connection. */
  sendLine(line: string): void {
    for (const connection of this.#bridge.connections) connection.send(line);
  }

  #connect(wire: Wire): Connection | undefined {
    if (this.#crashed !== undefined) return undefined;
    return new Connection(wire, {
      bridge: this.#bridge,
      login: this.#login,
      journal: this.#journal,
      faults: this.#faults,
      loginName: this.#options.loginName ?? 'root',
      banner: () => this.#banner(),
      commandMs: this.#options.commandMs ?? 5_000,
      maxLineBytes: this.#options.maxLineBytes ?? 64 * 1024 * 1024,
      crash: (reason) => this.#crash(reason),
    });
  }

  #crash(reason: string): void {
    this.#crashed = reason;
    this.#dispatcher.died();
    for (const connection of this.#bridge.died()) connection.die();
  }

  /** The owner's name goes out as UTF-8 of UTF-8, by a mistake of the original. */
  #banner(): Buffer {
    const name = Buffer.from(this.#options.displayName ?? 'Joe Owner').toString('latin1');
    const datasets = (this.#options.announced ?? ['calendar', 'contacts', 'tasks']).join(' ');
    const login = this.#options.loginName ?? 'root';
    return Buffer.from(
      `220 Qtopia 4.4.3;challenge=${this.challenge};loginname=${login};displayname=${name};protocol=2;` +
        `system=Qtopia;model=Uncustomized Device;hexversion=263171;datasets=${datasets}\n`,
    );
  }

  #localTime(): string {
    const east = (this.#options.minutesEast ?? 0) * 60_000;
    return new Date(this.clock.now() + east).toISOString().slice(0, 19);
  }
}
