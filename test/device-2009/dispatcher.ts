/**
 * The device's end of a dataset session (spec: qdsync protocol 4, 7). There is one for the whole device,
 * whatever the number of connections. What kills the original throws DeviceCrash.
 */
import { DeviceCrash } from './crash.ts';
import type { Dataset } from './dataset-store.ts';
import type { Journal } from './journal.ts';
import type { Argument } from './values.ts';

interface Session {
  readonly dataset: Dataset;
  /** How often each message is sent: more than once after a second serverSyncRequest. */
  readonly copies: number;
  /** The device's time at serverSyncAnchors: its next anchor, in ms. */
  readonly next: number | undefined;
}

export interface DispatcherOptions {
  /** Identity of the device, a braced UUID. */
  readonly identity: string;
  readonly datasets: readonly Dataset[];
  /** The device's clock, in ms. */
  readonly now: () => number;
  readonly journal: Journal;
  readonly send: (message: string, args: readonly Argument[]) => void;
}

/** Anchor of one desktop and dataset: whole seconds, or spoilt for good. */
type Anchor = number | 'spoilt';

const seconds = (ms: number): number => Math.floor(ms / 1000);

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #anchors = new Map<string, Anchor>();
  #session: Session | undefined;
  #desktop = '';
  /** How often each record is sent, for tests of what the desktop makes of repeats. */
  recordCopies = 1;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** The dataset whose session is open. */
  get active(): string | undefined {
    return this.#session?.dataset.name;
  }

  /** The stored anchors, by desktop and dataset. */
  get anchors(): ReadonlyMap<string, Anchor> {
    return this.#anchors;
  }

  /** Handles a message on QPE/Qtopia4Sync. Throws DeviceCrash. */
  receive(message: string, args: readonly Argument[]): void {
    const [first, second] = args;
    switch (message) {
      case 'serverSyncRequest(QString)':
        this.#request(first as string | null);
        return;
      case 'serverIdentity(QString)':
        this.#desktop = (first as string | null) ?? '';
        return;
      case 'serverVersion(int,int,int)':
        this.#version(args.join('.'));
        return;
      case 'serverSyncAnchors(QDateTime,QDateTime)':
        this.#header(second as Date | null);
        return;
      case 'requestSlowSync()':
        this.#sendAll(this.#demand(message));
        return;
      case 'requestTwoWaySync()':
        this.#sendChanges(this.#demand(message));
        return;
      case 'createServerRecord(QByteArray)':
        this.#create(this.#demand(message), first as Buffer | null);
        return;
      case 'replaceServerRecord(QByteArray)':
        this.#replace(this.#demand(message), first as Buffer | null);
        return;
      case 'removeServerRecord(QString)':
        this.#remove(this.#demand(message), first as string | null);
        return;
      case 'serverError()':
        this.#fail();
        return;
      case 'serverEnd()':
        this.#end(this.#demand(message));
        return;
      default:
        this.#options.journal.offence(`unknown message ${message}`);
    }
  }

  /** A connection closed: whichever it was, the session that is open ends. */
  abort(): void {
    this.#fail();
  }

  /** The application is gone: the transaction with it, and all it had in memory. */
  died(): void {
    this.#rollback();
    this.#session = undefined;
    this.#desktop = '';
  }

  #request(name: string | null): void {
    const { journal, datasets } = this.#options;
    const dataset = datasets.find((one) => one.name === name);
    if (this.#session) journal.offence('serverSyncRequest inside a session');
    if (!dataset) {
      journal.offence(`serverSyncRequest for ${name ?? 'null'}`);
      this.#fail();
      return;
    }
    this.#session = { dataset, copies: (this.#session?.copies ?? 0) + 1, next: undefined };
    journal.count('sessions');
  }

  #version(version: string): void {
    if (version !== '4.3.0') this.#options.journal.offence(`serverVersion ${version}`);
    this.#send('clientIdentity(QString)', [this.#options.identity]);
    this.#send('clientVersion(int,int,int)', [4, 3, 0]);
  }

  /** The desktop's own last anchor means nothing to the device. */
  #header(next: Date | null): void {
    const session = this.#demand('serverSyncAnchors');
    if (next === null) this.#options.journal.offence('serverSyncAnchors without a next anchor');
    const stored = this.#anchors.get(this.#anchorKey(session));
    if (stored === 'spoilt') {
      this.#fail();
      return;
    }
    const now = this.#options.now();
    this.#session = { ...session, next: now };
    this.#send('clientSyncAnchors(QDateTime,QDateTime)', [
      stored === undefined ? null : new Date(stored * 1000),
      new Date(now),
    ]);
  }

  #sendAll({ dataset, next }: Session): void {
    if (next === undefined) this.#options.journal.offence('records asked for without serverSyncAnchors');
    for (const document of dataset.all()) this.#sendRecord('createClientRecord(QByteArray)', document);
    this.#send('clientEnd()');
  }

  #sendChanges(session: Session): void {
    if (session.next === undefined) {
      this.#options.journal.offence('changes asked for without serverSyncAnchors');
    }
    const last = this.#anchors.get(this.#anchorKey(session));
    const since = typeof last === 'number' ? last + 1 : -Infinity;
    const { creates, removes, replaces } = session.dataset.changesSince(since);
    for (const document of creates) this.#sendRecord('createClientRecord(QByteArray)', document);
    for (const id of removes) this.#sendRecord('removeClientRecord(QString)', id);
    for (const document of replaces) this.#sendRecord('replaceClientRecord(QByteArray)', document);
    this.#send('clientEnd()');
  }

  #create(session: Session, document: Buffer | null): void {
    const { journal } = this.#options;
    session.dataset.begin();
    const outcome = session.dataset.create(document ?? Buffer.alloc(0), this.#stamp(session));
    if (outcome.kind === 'dropped') {
      journal.offence(`create dropped: ${outcome.reason}`);
      return;
    }
    if (outcome.kind === 'insert-failed') journal.offence(`insert failed: ${outcome.reason}`);
    if (outcome.serverId === null) journal.offence('create without localIdentifier="false"');
    journal.count('creates');
    this.#send('mappedId(QString,QString)', [outcome.serverId, outcome.clientId]);
  }

  #replace(session: Session, document: Buffer | null): void {
    const { journal } = this.#options;
    session.dataset.begin();
    const outcome = session.dataset.replace(document ?? Buffer.alloc(0), this.#stamp(session));
    if (outcome.kind === 'dropped' || outcome.kind === 'half-replaced') {
      journal.offence(`replace ${outcome.kind}: ${outcome.reason}`);
    }
    journal.count(outcome.kind === 'unknown' ? 'unknownIds' : 'replaces');
  }

  #remove(session: Session, id: string | null): void {
    session.dataset.begin();
    const known = session.dataset.remove(id ?? '', this.#stamp(session));
    this.#options.journal.count(known ? 'removes' : 'unknownIds');
  }

  #end(session: Session): void {
    const { journal } = this.#options;
    if (session.next === undefined) {
      journal.offence('serverEnd without serverSyncAnchors');
      this.#anchors.set(this.#anchorKey(session), 'spoilt');
    } else this.#anchors.set(this.#anchorKey(session), seconds(session.next));
    session.dataset.commit();
    journal.count('commits');
    this.#send('clientEnd()');
    this.#session = undefined;
  }

  #fail(): void {
    this.#rollback();
    this.#send('clientError()');
    this.#session = undefined;
  }

  #rollback(): void {
    if (!this.#session?.dataset.inTransaction) return;
    this.#session.dataset.rollback();
    this.#options.journal.count('rollbacks');
  }

  /** The open session. Without one the original follows a null pointer. */
  #demand(message: string): Session {
    if (!this.#session) throw new DeviceCrash(`${message} with no dataset active`);
    return this.#session;
  }

  /** What sync changes carries the sync's own time, so that the next fetch does not report it. */
  #stamp({ next }: Session): number {
    return seconds(next ?? this.#options.now());
  }

  #anchorKey({ dataset }: Session): string {
    return `${this.#desktop} ${dataset.name}`;
  }

  #sendRecord(message: string, content: string): void {
    for (let copy = 0; copy < this.recordCopies; copy += 1) {
      this.#send(message, [message.includes('QByteArray') ? Buffer.from(content) : content]);
    }
    this.#options.journal.count('recordsSent');
  }

  #send(message: string, args: readonly Argument[] = []): void {
    const copies = this.#session?.copies ?? 1;
    for (let copy = 0; copy < copies; copy += 1) this.#options.send(message, args);
  }
}
