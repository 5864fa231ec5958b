/**
 * "Qtopia4Sync": the client sync plugin of a dataset, played over the wire (spec: qdsync protocol 4.1, 7).
 *
 * Its states hold the rules that a 2009 device does not survive the breaking of: nothing after clientError, no
 * serverEnd without serverSyncAnchors, one serverSyncRequest per session, no record without a session.
 */
import type {
  ClientChange,
  ClientHeader,
  ClientOperation,
  ClientSyncPlugin,
  DesktopHeader,
  MappedHandler,
  RefusedHandler,
  SyncKind,
} from '../../contract/client-plugin.ts';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import { SYNC_VERSION, type MessageToDesktop } from '../../qdsync/index.ts';
import { AppliedWork } from './applied-work.ts';
import { onCancel, throwIfCancelled } from './cancellation.ts';
import { ChangeStream } from './change-stream.ts';
import { clientChange, type RecordMessage } from './client-change.ts';
import { deferred, type Deferred } from './deferred.ts';
import type { DeviceTransport, SyncChannel, SyncSession } from './sync-channel.ts';

type Version = ClientHeader['version'];

type State =
  /** `error`: why the last session failed. */
  | { readonly phase: 'idle'; readonly error?: SyncError }
  /** Waits until an older session's messages are over. */
  | { readonly phase: 'calming'; readonly header: DesktopHeader; readonly reply: Deferred<ClientHeader> }
  | {
      readonly phase: 'identifying';
      readonly header: DesktopHeader;
      readonly reply: Deferred<ClientHeader>;
      readonly identity?: string;
      readonly version?: Version;
    }
  | {
      readonly phase: 'anchoring';
      readonly reply: Deferred<ClientHeader>;
      readonly identity: string;
      readonly version: Version;
    }
  | { readonly phase: 'open' }
  | { readonly phase: 'collecting'; readonly stream: ChangeStream }
  | { readonly phase: 'applying'; readonly work: AppliedWork }
  | { readonly phase: 'settling'; readonly work: AppliedWork; readonly done: Deferred<undefined> }
  /** serverEnd is said. `done` is for who waits for success, `over` for who waits for any end. */
  | {
      readonly phase: 'committing';
      readonly work: AppliedWork;
      readonly done: Deferred<undefined>;
      readonly over: Deferred<undefined>;
    }
  /** serverError is said. */
  | { readonly phase: 'aborting'; readonly error: SyncError; readonly over: Deferred<undefined> };

type Phase = State['phase'];
type StateOf<P extends Phase> = Extract<State, { phase: P }>;

export class SyncPluginProxy implements ClientSyncPlugin, SyncSession {
  readonly dataset: string;
  readonly #channel: SyncChannel;
  readonly #transport: DeviceTransport;
  #state: State = { phase: 'idle' };

  constructor(dataset: string, channel: SyncChannel) {
    this.dataset = dataset;
    this.#channel = channel;
    this.#transport = channel.transport;
  }

  async begin(header: DesktopHeader, signal: AbortSignal): Promise<ClientHeader> {
    if (this.#state.phase !== 'idle') throw this.#misuse('begin');
    throwIfCancelled(signal);
    // Asked for a dataset that it does not have, an original device may crash (spec: qdsync protocol 4.1).
    if (!this.#channel.datasets.includes(this.dataset)) throw new SyncError('device.dataset', this.dataset);
    this.#channel.claim(this);
    const reply = deferred<ClientHeader>();
    if (this.#channel.isDisturbed()) {
      this.#state = { phase: 'calming', header, reply };
      this.#transport.expectQuiet(this.#transport.limits.calmMs);
    } else {
      this.#sayHeader(header, reply);
    }
    return this.#cancellable(signal, reply.promise);
  }

  async *changes(kind: SyncKind, signal: AbortSignal): AsyncGenerator<readonly ClientChange[], void> {
    this.#require('changes', 'open');
    throwIfCancelled(signal);
    const stream = new ChangeStream((paused) => this.#transport.setPaused(paused));
    this.#state = { phase: 'collecting', stream };
    this.#transport.send({ name: kind === 'slow' ? 'requestSlowSync' : 'requestTwoWaySync' });
    this.#transport.expectAnswer('the device’s changes', this.#transport.limits.answerMs);
    const stopListening = onCancel(signal, (error) => this.#rollBack(error));
    try {
      yield* stream.read();
    } finally {
      stopListening();
    }
  }

  async apply(
    operation: ClientOperation,
    mapped: MappedHandler,
    refused: RefusedHandler = () => undefined,
  ): Promise<void> {
    const { work } = this.#require('apply', 'applying');
    if (operation.kind !== 'create' && this.#channel.refusals) work.mayRefuse(operation.clientId, refused);
    switch (operation.kind) {
      case 'create':
        work.expectMapping(operation.serverId, mapped);
        this.#transport.send({ name: 'createServerRecord', record: Buffer.from(operation.xml, 'utf8') });
        break;
      case 'replace':
        this.#transport.send({ name: 'replaceServerRecord', record: Buffer.from(operation.xml, 'utf8') });
        break;
      case 'remove':
        this.#transport.send({ name: 'removeServerRecord', clientId: operation.clientId });
        break;
    }
    work.sent(this.#transport.calls, operation.kind === 'create' ? operation.serverId : undefined);
    await this.#transport.room();
    if (this.#state.phase === 'idle' && this.#state.error !== undefined) throw this.#state.error;
  }

  async settle(signal: AbortSignal): Promise<void> {
    const { work } = this.#require('settle', 'applying');
    throwIfCancelled(signal);
    if (work.isSettled(this.#transport.answers)) return;
    const done = deferred<undefined>();
    this.#state = { phase: 'settling', work, done };
    this.#awaitSettled(work);
    await this.#cancellable(signal, done.promise);
  }

  async commit(signal: AbortSignal): Promise<void> {
    const { work } = this.#require('commit', 'applying');
    throwIfCancelled(signal);
    const done = deferred<undefined>();
    this.#state = { phase: 'committing', work, done, over: deferred() };
    this.#transport.send({ name: 'serverEnd' });
    this.#transport.expectAnswer('the device’s commit', this.#transport.limits.commitMs);
    await this.#cancellable(signal, done.promise);
  }

  async abort(): Promise<void> {
    switch (this.#state.phase) {
      case 'idle':
        return;
      case 'committing':
        // What is said cannot be taken back; the device's word on it must not fall into the next session.
        await this.#state.over.promise;
        return;
      default:
        this.#rollBack(new SyncError('sync.cancelled'));
        if (this.#state.phase === 'aborting') await this.#state.over.promise;
    }
  }

  message(message: MessageToDesktop): void {
    switch (message.name) {
      case 'clientIdentity':
        this.#introduced({ identity: message.identity });
        break;
      case 'clientVersion':
        this.#introduced({ version: [message.major, message.minor, message.patch] });
        break;
      case 'clientSyncAnchors':
        this.#anchors(message.last, message.next);
        break;
      case 'createClientRecord':
      case 'replaceClientRecord':
      case 'removeClientRecord':
      case 'createClientRecordAt':
      case 'replaceClientRecordAt':
      case 'removeClientRecordAt':
        this.#changed(message);
        break;
      case 'refusedRecord':
        this.#refused(message.clientId);
        break;
      case 'mappedId':
        this.#mapped(message.serverId, message.clientId);
        break;
      case 'clientEnd':
        this.#clientEnd();
        break;
      case 'clientError':
        this.#clientError();
        break;
      case 'startSync':
      case 'cancelSync':
        break;
    }
  }

  answered(): void {
    if (this.#state.phase === 'settling') this.#awaitSettled(this.#state.work);
  }

  quiet(): void {
    if (this.#state.phase === 'calming') this.#sayHeader(this.#state.header, this.#state.reply);
    else if (this.#state.phase === 'settling') this.#settled(this.#state);
  }

  inputEnd(): void {
    if (this.#state.phase === 'collecting') this.#state.stream.flush();
  }

  connectionEnded(error: SyncError): void {
    this.#over(error, false);
  }

  #sayHeader(header: DesktopHeader, reply: Deferred<ClientHeader>): void {
    const [major, minor, patch] = SYNC_VERSION;
    this.#state = { phase: 'identifying', header, reply };
    this.#transport.send({ name: 'serverSyncRequest', dataset: this.dataset });
    this.#transport.send({ name: 'serverIdentity', identity: header.identity });
    this.#transport.send({ name: 'serverVersion', major, minor, patch });
    this.#transport.expectAnswer('the device’s identity', this.#transport.limits.answerMs);
  }

  #introduced(part: { readonly identity: string } | { readonly version: Version }): void {
    // Late ones belong to a session that the device refused.
    if (this.#state.phase !== 'identifying') return;
    this.#state = { ...this.#state, ...part };
    const { identity, version, header, reply } = this.#state;
    if (identity === undefined || version === undefined) return;
    if (version.some((number, index) => number !== SYNC_VERSION[index])) {
      this.#rollBack(new SyncError('wire.version', version.join('.')));
      return;
    }
    this.#state = { phase: 'anchoring', reply, identity, version };
    this.#transport.send({ name: 'serverSyncAnchors', last: header.last, next: header.next });
    this.#transport.expectAnswer('the device’s anchors', this.#transport.limits.answerMs);
  }

  #anchors(last: number | null, next: number | null): void {
    if (this.#state.phase !== 'anchoring' || next === null) {
      this.#unexpected('clientSyncAnchors');
      return;
    }
    const { reply, identity, version } = this.#state;
    this.#state = { phase: 'open' };
    this.#transport.expectNothing();
    reply.resolve({ identity, version, last, next });
  }

  #changed(message: RecordMessage): void {
    const { change, bytes } = clientChange(message);
    if (this.#state.phase === 'collecting') this.#state.stream.push(change, bytes);
    else this.#unexpected('a record');
  }

  #clientEnd(): void {
    switch (this.#state.phase) {
      case 'collecting': {
        const { stream } = this.#state;
        this.#state = { phase: 'applying', work: new AppliedWork() };
        this.#transport.expectNothing();
        stream.finish();
        stream.flush();
        break;
      }
      case 'committing': {
        const { done, over } = this.#state;
        this.#state = { phase: 'idle' };
        this.#transport.expectNothing();
        this.#channel.release(this, false);
        done.resolve(undefined);
        over.resolve(undefined);
        break;
      }
      default:
        this.#unexpected('clientEnd');
    }
  }

  #clientError(): void {
    if (this.#state.phase === 'idle' || this.#state.phase === 'calming') return;
    const error =
      this.#state.phase === 'aborting'
        ? this.#state.error
        : new SyncError('device.error', `while ${this.#state.phase}`);
    this.#over(error, true);
  }

  #mapped(serverId: string, clientId: string): void {
    const state = this.#state;
    if (state.phase !== 'applying' && state.phase !== 'settling' && state.phase !== 'committing') return;
    const mapped = state.work.mapped(serverId);
    if (mapped === undefined) return;
    this.#tell(() => mapped(serverId, clientId));
    if (state.phase === 'settling') this.#awaitSettled(state.work);
  }

  #refused(clientId: string): void {
    const state = this.#state;
    if (state.phase !== 'applying' && state.phase !== 'settling' && state.phase !== 'committing') return;
    const refused = state.work.refused(clientId);
    if (refused !== undefined) this.#tell(() => refused(clientId));
  }

  /** What a handler throws ends the session. */
  #tell(handler: () => void): void {
    try {
      handler();
    } catch (error) {
      this.#rollBack(toSyncError(error));
    }
  }

  #awaitSettled(work: AppliedWork): void {
    if (this.#state.phase !== 'settling') return;
    const { answers, limits } = this.#transport;
    if (work.isSettled(answers)) this.#settled(this.#state);
    else this.#transport.expectQuiet(work.patience(answers, limits));
  }

  #settled(state: StateOf<'settling'>): void {
    this.#state = { phase: 'applying', work: state.work };
    this.#transport.expectNothing();
    state.done.resolve(undefined);
  }

  #unexpected(what: string): void {
    if (this.#state.phase === 'idle' || this.#state.phase === 'calming') return;
    this.#rollBack(new SyncError('wire.protocol', `${what} came while ${this.#state.phase}`));
  }

  /** Ends the session from our side: the device takes back what it has done of it and says clientError. */
  #rollBack(error: SyncError): void {
    switch (this.#state.phase) {
      case 'idle':
      case 'aborting':
        return;
      case 'calming':
        this.#over(error, true);
        return;
      case 'committing':
        // The device may have committed already; its word is still waited for.
        this.#state.done.reject(error);
        return;
      default:
        this.#rejectPending(error);
        this.#state = { phase: 'aborting', error, over: deferred() };
        this.#transport.setPaused(false);
        this.#transport.send({ name: 'serverError' });
        this.#transport.expectAnswer('the device to roll back', this.#transport.limits.abortMs);
    }
  }

  #over(error: SyncError, disturbed: boolean): void {
    const state = this.#state;
    if (state.phase === 'idle') return;
    this.#rejectPending(error);
    this.#state = { phase: 'idle', error };
    this.#transport.expectNothing();
    this.#transport.setPaused(false);
    this.#channel.release(this, disturbed);
    if (state.phase === 'aborting' || state.phase === 'committing') state.over.resolve(undefined);
  }

  #rejectPending(error: SyncError): void {
    switch (this.#state.phase) {
      case 'calming':
      case 'identifying':
      case 'anchoring':
        this.#state.reply.reject(error);
        break;
      case 'collecting':
        this.#state.stream.fail(error);
        break;
      case 'settling':
      case 'committing':
        this.#state.done.reject(error);
        break;
      case 'idle':
      case 'open':
      case 'applying':
      case 'aborting':
        break;
    }
  }

  #require<P extends Phase>(method: string, phase: P): StateOf<P> {
    const state: State = this.#state;
    if (isInPhase(state, phase)) return state;
    if ((state.phase === 'idle' || state.phase === 'aborting') && state.error !== undefined)
      throw state.error;
    throw this.#misuse(method);
  }

  #misuse(method: string): TypeError {
    return new TypeError(`${method} cannot be called while ${this.#state.phase}`);
  }

  async #cancellable<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
    const stopListening = onCancel(signal, (error) => this.#rollBack(error));
    try {
      return await promise;
    } finally {
      stopListening();
    }
  }
}

function isInPhase<P extends Phase>(state: State, phase: P): state is StateOf<P> {
  return state.phase === phase;
}
