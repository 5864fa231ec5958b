/**
 * From the messages of a desktop to the device's sync plugins (spec: qdsync protocol 4).
 *
 * Serves one dataset's session at a time, in its order. Whatever breaks the order ends the session with
 * clientError; the rest of that session is then ignored, up to the next serverSyncRequest.
 */
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { ClientAbilities, ClientChange, EpochMs, SyncKind } from '../../contract/client-plugin.ts';
import type { DeviceNotice } from '../../contract/device.ts';
import {
  SYNC_VERSION,
  type Extension,
  type MessageToDesktop,
  type MessageToDevice,
} from '../../qdsync/index.ts';
import type { DevicePlugin } from '../plugins/dataset-plugin.ts';
import type { DevicePluginFactory } from '../plugins/plugin-factory.ts';

/** What the dispatcher tells to whoever watches: the log, one day the device's screen. */
export type SessionNews =
  | { readonly kind: 'begun'; readonly dataset: string }
  | { readonly kind: 'fetched'; readonly dataset: string; readonly sync: SyncKind; readonly changes: number }
  | { readonly kind: 'committed'; readonly dataset: string; readonly operations: number }
  | { readonly kind: 'failed'; readonly error: SyncError };

export interface DispatcherParts {
  readonly factory: DevicePluginFactory;
  /** Identity of the device. */
  readonly identity: string;
  readonly send: (message: MessageToDesktop) => void;
  /** Resolves when more may be sent. */
  readonly room: (signal: AbortSignal) => Promise<void>;
  readonly news: (news: SessionNews) => void;
  readonly notice: (notice: DeviceNotice) => void;
}

/** What a desktop of 2009 expects. */
const NO_ABILITIES: ClientAbilities = {
  preciseAnchors: false,
  recordTimes: false,
  refusals: false,
  briefCreates: false,
  fieldsCreates: false,
};

type Session =
  | { readonly phase: 'none' }
  /** Ended by an error: what still comes of it is ignored. */
  | { readonly phase: 'dead' }
  | {
      readonly phase: 'requested';
      readonly plugin: DevicePlugin;
      readonly identity?: string;
      readonly version?: typeof SYNC_VERSION;
    }
  | { readonly phase: 'header'; readonly plugin: DevicePlugin }
  | { readonly phase: 'applying'; readonly plugin: DevicePlugin };

/** Bytes that are not UTF-8 become U+FFFD, and a byte order mark goes. */
const utf8 = new TextDecoder();

type Order<N extends MessageToDevice['name']> = Extract<MessageToDevice, { readonly name: N }>;

export class Dispatcher {
  readonly #parts: DispatcherParts;
  #abilities: ClientAbilities = NO_ABILITIES;
  #session: Session = { phase: 'none' };
  /** Of the session that is being applied. */
  #operations = 0;
  /** Ends what is running when the link drops or the desktop gives up. */
  #interruption = new AbortController();

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  /** The desktop has switched these extensions on. */
  extend(agreed: readonly Extension[]): void {
    this.#abilities = {
      preciseAnchors: agreed.includes('anchors'),
      recordTimes: agreed.includes('times'),
      refusals: agreed.includes('guard'),
      briefCreates: agreed.includes('brief'),
      fieldsCreates: agreed.includes('fields'),
    };
  }

  /**
   * Handles one message: all that it causes has been sent once the promise resolves, which never rejects, or at once where
   * there is none, as of the records, which are many.
   */
  handle(message: MessageToDevice): Promise<void> | undefined {
    if (isNotice(message)) {
      this.#parts.notice(toNotice(message));
      return undefined;
    }
    if (this.#session.phase === 'dead' && !revives(message)) return undefined;
    try {
      const handled = this.#sessionMessage(message);
      return handled?.catch((error: unknown) => this.#fail(toSyncError(error)));
    } catch (error) {
      return this.#fail(toSyncError(error));
    }
  }

  /** Part of a message was lost: an open session must not go on without it. Never rejects. */
  async broken(detail: string): Promise<void> {
    if (this.#session.phase === 'none' || this.#session.phase === 'dead') return;
    await this.#fail(new SyncError('wire.bad-message', detail));
  }

  /**
   * To be called at once when a serverError is heard or the link is gone, while an earlier message may still
   * be running.
   */
  interrupt(reason: SyncError): void {
    this.#interruption.abort(reason);
  }

  /** The link is gone: takes back what was staged, without a word. Never rejects. */
  async disconnected(): Promise<void> {
    await this.#drop();
    this.#session = { phase: 'none' };
  }

  #sessionMessage(message: Exclude<MessageToDevice, NoticeMessage>): Promise<void> | undefined {
    switch (message.name) {
      case 'serverSyncRequest':
        this.#request(message.dataset);
        return undefined;
      case 'serverIdentity':
        this.#header({ identity: message.identity });
        return undefined;
      case 'serverVersion':
        this.#header({ version: checkVersion(message) });
        return undefined;
      case 'serverSyncAnchors':
        return this.#anchors(message.last, message.next);
      case 'requestSlowSync':
        return this.#fetch('slow');
      case 'requestTwoWaySync':
        return this.#fetch('two-way');
      case 'createServerRecord':
        this.#record('create', message.record);
        return undefined;
      case 'replaceServerRecord':
        this.#record('replace', message.record);
        return undefined;
      case 'removeServerRecord':
        return this.#remove(message.clientId);
      case 'serverEnd':
        return this.#commit();
      case 'serverError':
        throw new SyncError('sync.cancelled', 'the desktop gave the session up');
    }
  }

  #request(dataset: string): void {
    const { phase } = this.#session;
    if (phase !== 'none' && phase !== 'dead') throw outOfOrder('serverSyncRequest', phase);
    this.#interruption = new AbortController();
    this.#session = { phase: 'requested', plugin: this.#parts.factory.create(dataset, this.#abilities) };
    this.#parts.news({ kind: 'begun', dataset });
  }

  /** Identity and version may come in either order; when both are there the device tells its own. */
  #header(heard: { readonly identity: string } | { readonly version: typeof SYNC_VERSION }): void {
    const session = this.#session;
    if (session.phase !== 'requested') throw outOfOrder('the desktop’s header', session.phase);
    const header = { ...session, ...heard };
    this.#session = header;
    if (header.identity === undefined || header.version === undefined) return;
    this.#parts.send({ name: 'clientIdentity', identity: this.#parts.identity });
    const [major, minor, patch] = SYNC_VERSION;
    this.#parts.send({ name: 'clientVersion', major, minor, patch });
  }

  async #anchors(last: EpochMs | null, next: EpochMs | null): Promise<void> {
    const session = this.#session;
    if (session.phase !== 'requested') throw outOfOrder('serverSyncAnchors', session.phase);
    const { plugin, identity, version } = session;
    if (identity === undefined || version === undefined) {
      throw new SyncError('wire.protocol', 'serverSyncAnchors before identity and version');
    }
    if (next === null) throw new SyncError('wire.protocol', 'serverSyncAnchors without a next anchor');
    const header = await plugin.begin({ identity, last, next }, this.#interruption.signal);
    this.#session = { phase: 'header', plugin };
    this.#parts.send({ name: 'clientSyncAnchors', last: header.last, next: header.next });
  }

  async #fetch(sync: SyncKind): Promise<void> {
    const session = this.#session;
    if (session.phase !== 'header') throw outOfOrder('a request for changes', session.phase);
    const { plugin } = session;
    const { signal } = this.#interruption;
    let changes = 0;
    for await (const page of plugin.changes(sync, signal)) {
      for (const change of page) {
        this.#parts.send(toMessage(change, this.#abilities.recordTimes));
        // Asked for after each record, for one alone may be megabytes.
        await this.#parts.room(signal);
      }
      changes += page.length;
    }
    this.#session = { phase: 'applying', plugin };
    this.#operations = 0;
    this.#parts.news({ kind: 'fetched', dataset: plugin.dataset, sync, changes });
    this.#parts.send({ name: 'clientEnd' });
  }

  #record(kind: 'create' | 'replace', record: Uint8Array): void {
    this.#operation().applyRecord(kind, utf8.decode(record), this.#mapped, this.#refused);
  }

  async #remove(clientId: string): Promise<void> {
    const noMapping = (): void => undefined;
    await this.#operation().apply({ kind: 'remove', clientId }, noMapping, this.#refused);
  }

  readonly #mapped = (serverId: string, clientId: string): void =>
    this.#parts.send({ name: 'mappedId', serverId, clientId });

  readonly #refused = (clientId: string): void => this.#parts.send({ name: 'refusedRecord', clientId });

  #operation(): DevicePlugin {
    const session = this.#session;
    if (session.phase !== 'applying') throw outOfOrder('a record', session.phase);
    this.#operations += 1;
    return session.plugin;
  }

  async #commit(): Promise<void> {
    const session = this.#session;
    if (session.phase !== 'applying') throw outOfOrder('serverEnd', session.phase);
    await session.plugin.commit(this.#interruption.signal);
    this.#session = { phase: 'none' };
    this.#parts.news({
      kind: 'committed',
      dataset: session.plugin.dataset,
      operations: this.#operations,
    });
    this.#parts.send({ name: 'clientEnd' });
  }

  async #fail(error: SyncError): Promise<void> {
    await this.#drop();
    this.#session = { phase: 'dead' };
    // What interrupted us is still to come, or the link is gone: either way nothing is said here.
    if (error === this.#interruption.signal.reason) return;
    this.#parts.news({ kind: 'failed', error });
    this.#parts.send({ name: 'clientError' });
  }

  async #drop(): Promise<void> {
    const session = this.#session;
    if (session.phase !== 'none' && session.phase !== 'dead') await session.plugin.abort();
  }
}

type NoticeMessage = Order<'syncStart' | 'syncEnd' | 'syncSteps' | 'syncProgress' | 'displayText'>;

function isNotice(message: MessageToDevice): message is NoticeMessage {
  switch (message.name) {
    case 'syncStart':
    case 'syncEnd':
    case 'syncSteps':
    case 'syncProgress':
    case 'displayText':
      return true;
    default:
      return false;
  }
}

function toNotice(message: NoticeMessage): DeviceNotice {
  const { name, ...values } = message;
  return { kind: name, ...values } as DeviceNotice;
}

const messageNames = {
  plain: { create: 'createClientRecord', replace: 'replaceClientRecord' },
  timed: { create: 'createClientRecordAt', replace: 'replaceClientRecordAt' },
} as const;

/** `timed`: the desktop wants to know when the change was made. */
function toMessage(change: ClientChange, timed: boolean): MessageToDesktop {
  const changedAt = change.changedAt ?? null;
  if (change.kind === 'remove') {
    const { id: clientId } = change;
    if (timed) return { name: 'removeClientRecordAt', clientId, changedAt };
    return { name: 'removeClientRecord', clientId };
  }
  const record = Buffer.from(change.xml, 'utf8');
  if (timed) return { name: messageNames.timed[change.kind], record, changedAt };
  return { name: messageNames.plain[change.kind], record };
}

/** What is answered even by a session that has died: a new one, and serverError (answered also when idle). */
function revives(message: MessageToDevice): boolean {
  return message.name === 'serverSyncRequest' || message.name === 'serverError';
}

function checkVersion({ major, minor, patch }: Order<'serverVersion'>): typeof SYNC_VERSION {
  const heard = [major, minor, patch];
  if (SYNC_VERSION.every((part, index) => part === heard[index])) return SYNC_VERSION;
  throw new SyncError('wire.version', heard.join('.'));
}

function outOfOrder(what: string, phase: Session['phase']): SyncError {
  return new SyncError('wire.protocol', `${what} while the session is in phase ${phase}`);
}
