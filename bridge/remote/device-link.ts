/** Keeps a configured device connected: opens its link, logs in, and begins again when the connection is lost. */
import type {
  DeviceConnection,
  DeviceLinkState,
  DeviceRequest,
  LinkProtection,
} from '../../contract/device.ts';
import { SyncError, toSyncError, type ErrorCode } from '../../contract/errors.ts';
import type { Extension, TlsIdentity } from '../../qdsync/index.ts';
import { describeLink, type Link, type LinkOptions } from '../links/link.ts';
import { openLink } from '../links/open-link.ts';
import { backOffMs } from './back-off.ts';
import { onCancel, throwIfCancelled } from './cancellation.ts';
import type { ConnectionEvent, LineObserver } from './connection-events.ts';
import { deferred, type Deferred } from './deferred.ts';
import { defaultLimits, type LinkKind, type RemoteLimits } from './limits.ts';
import { LinkDriver } from './link-driver.ts';
import { passwordFrom, type PasswordStore } from './passwords.ts';
import type { Protection } from './protection.ts';
import { QCopConnection } from './qcop-connection.ts';
import { RemoteDevice } from './remote-device.ts';

export interface DeviceLinkOptions {
  readonly name: string;
  readonly link: LinkOptions;
  readonly passwords: PasswordStore;
  /** Which device this is, by its challenge; left out, any will do. */
  readonly identity?: KnownIdentity | undefined;
  readonly limits?: Partial<RemoteLimits> | undefined;
  /** The extensions to use where the device offers them: all unless told otherwise. */
  readonly extensions?: readonly Extension[] | undefined;
  /** Undefined: the link needs no protection. */
  readonly protection?: DeviceProtection | undefined;
  /** The device's owner wants something. */
  readonly onRequest?: ((request: DeviceRequest, device: DeviceConnection) => void) | undefined;
  /** Told of what was received and could be done without. */
  readonly onIgnored?: ((detail: string) => void) | undefined;
}

/** The device that a name stands for is learned at its first login; afterwards another one is refused (R24). */
export interface KnownIdentity {
  readonly known: () => string | undefined;
  readonly learn: (challenge: string) => void;
}

/** How a device is told from others by its key. */
export interface DeviceProtection extends Protection {
  readonly identity: TlsIdentity;
  /** The device is known by this key from now on; called after `KnownIdentity.learn`. */
  readonly pin: (key: string) => void;
}

type Phase =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'attempting'; readonly abort: AbortController; driver?: LinkDriver; code?: string }
  | { readonly kind: 'connected'; readonly device: RemoteDevice; readonly driver: LinkDriver }
  /** The connection has ended; its link is being closed. */
  | { readonly kind: 'closing' }
  /** Waits for the next attempt; `refused`: for a person to ask for it. */
  | { readonly kind: 'waiting'; readonly wake: () => void; readonly refused: SyncError | undefined };

interface Outcome {
  readonly error: SyncError | undefined;
  readonly wasConnected: boolean;
}

/** After these a new attempt would put the question on the device's screen again: a person must want that. */
const NEEDS_PERSON: readonly ErrorCode[] = [
  'login.refused',
  'login.timeout',
  'login.other-device',
  'device.code',
  'device.unprotected',
  'device.downgrade',
  'device.key-changed',
];
const TCP_PIECE_BYTES = 64 * 1024;
/** At 9600 baud this takes four seconds. */
const SERIAL_PIECE_BYTES = 4 * 1024;

export class DeviceLink {
  readonly name: string;
  /** For people: `tcp 192.168.0.202:4245`. */
  readonly description: string;
  readonly #options: DeviceLinkOptions;
  readonly #limits: RemoteLimits;
  readonly #stateHandlers = new Set<(state: DeviceLinkState) => void>();
  readonly #waiters = new Set<Deferred<RemoteDevice>>();
  readonly #observers = new Set<LineObserver>();
  #state: DeviceLinkState = { state: 'disconnected' };
  #phase: Phase = { kind: 'stopped' };
  #failures = 0;
  #running: Promise<void> | undefined;

  constructor(options: DeviceLinkOptions) {
    this.name = options.name;
    this.description = describeLink(options.link);
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  get state(): DeviceLinkState {
    return this.#state;
  }

  /** Calls the handler at each change; the function returned ends that. */
  onState(handler: (state: DeviceLinkState) => void): () => void {
    this.#stateHandlers.add(handler);
    return () => this.#stateHandlers.delete(handler);
  }

  /** Lets the observer see every line from now on, of this connection and later ones; the function returned ends that. */
  observe(observer: LineObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Begins to keep the device connected. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** A person wants a connection: no waiting, and a refusal is forgotten. */
  connectNow(): void {
    if (this.#phase.kind !== 'waiting') return;
    this.#failures = 0;
    const { wake } = this.#phase;
    this.#phase = { kind: 'attempting', abort: new AbortController() };
    wake();
  }

  /**
   * A person has read this code off the device. The same as ours: the connection goes on; another one: it ends.
   * @throws SyncError `device.code` when it is another one, `device.no-code` when none is waited for
   */
  compareCode(code: string): void {
    const { driver, expected } = this.#comparing();
    if (code.replaceAll(/\D/g, '') === expected) {
      // What is left is the device's owner's word, or nothing.
      this.#setState({ state: 'waiting-for-allow' });
      driver.confirm();
      return;
    }
    driver.fail(new SyncError('device.code', this.name));
    throw new SyncError('device.code', this.name);
  }

  /**
   * The device shows another code: the connection ends.
   * @throws SyncError `device.no-code`
   */
  refuseCode(): void {
    this.#comparing().driver.fail(new SyncError('device.code', this.name));
  }

  #comparing(): { readonly driver: LinkDriver; readonly expected: string } {
    const { driver, code } = this.#phase.kind === 'attempting' ? this.#phase : {};
    if (driver === undefined || code === undefined) throw new SyncError('device.no-code', this.name);
    return { driver, expected: code };
  }

  /** Says QUIT to the device that is connected and begins again, by what holds now. */
  reconnect(): void {
    if (this.#phase.kind === 'connected') this.#phase.driver.quit();
  }

  /**
   * The connected device; waits for the attempt that runs, or makes one.
   * @throws SyncError that explains why there is none: `link.*`, `login.*`, `wire.*`, or the signal's reason
   */
  async connection(signal: AbortSignal): Promise<RemoteDevice> {
    throwIfCancelled(signal);
    if (this.#phase.kind === 'connected') return this.#phase.device;
    if (this.#phase.kind === 'stopped') throw new SyncError('link.not-connected', this.name);
    if (this.#phase.kind === 'waiting') {
      if (this.#phase.refused !== undefined) throw this.#phase.refused;
      this.connectNow();
    }
    const waiter = deferred<RemoteDevice>();
    this.#waiters.add(waiter);
    const stopListening = onCancel(signal, waiter.reject);
    try {
      return await waiter.promise;
    } finally {
      stopListening();
      this.#waiters.delete(waiter);
    }
  }

  /** Says QUIT and closes the link. */
  async stop(): Promise<void> {
    const phase = this.#phase;
    this.#phase = { kind: 'stopped' };
    switch (phase.kind) {
      case 'connected':
        phase.driver.quit();
        break;
      case 'attempting':
        phase.abort.abort(new SyncError('link.not-connected', this.name));
        phase.driver?.quit();
        break;
      case 'waiting':
        phase.wake();
        break;
      case 'closing':
      case 'stopped':
        break;
    }
    await this.#running;
    this.#running = undefined;
  }

  async #run(): Promise<void> {
    let phase: Phase = { kind: 'attempting', abort: new AbortController() };
    this.#phase = phase;
    for (;;) {
      const startedAt = performance.now();
      const { error, wasConnected } = await this.#attempt(phase);
      this.#failures = wasConnected ? 1 : this.#failures + 1;
      this.#setState(disconnected(error));
      // Who asks after a connection was lost wants the next one.
      if (!wasConnected || this.#isStopped()) {
        this.#rejectWaiters(error ?? new SyncError('link.not-connected', this.name));
      }
      if (this.#waiters.size === 0 && !this.#isStopped()) {
        const lasted = wasConnected ? 0 : performance.now() - startedAt;
        await this.#pause(error, backOffMs(this.#failures, lasted, Math.random()));
      }
      if (this.#isStopped()) return;
      phase = { kind: 'attempting', abort: new AbortController() };
      this.#phase = phase;
    }
  }

  async #pause(error: SyncError | undefined, delayMs: number): Promise<void> {
    const refused = error !== undefined && NEEDS_PERSON.includes(error.code) ? error : undefined;
    const woken = deferred<undefined>();
    const timer = refused === undefined ? setTimeout(() => woken.resolve(undefined), delayMs) : undefined;
    this.#phase = { kind: 'waiting', refused, wake: () => woken.resolve(undefined) };
    await woken.promise;
    clearTimeout(timer);
  }

  async #attempt(phase: Extract<Phase, { kind: 'attempting' }>): Promise<Outcome> {
    this.#setState({ state: 'connecting' });
    let link: Link;
    try {
      link = await openLink(this.#options.link, phase.abort.signal);
    } catch (error) {
      return { error: toSyncError(error, 'link.refused'), wasConnected: false };
    }
    return this.#drive(link, phase);
  }

  async #drive(link: Link, phase: Extract<Phase, { kind: 'attempting' }>): Promise<Outcome> {
    const ended = deferred<SyncError | undefined>();
    let device: RemoteDevice | undefined;
    const driver = new LinkDriver({
      link,
      connection: this.#newConnection(),
      limits: this.#limits,
      pieceBytes: this.#options.link.kind === 'tcp' ? TCP_PIECE_BYTES : SERIAL_PIECE_BYTES,
      identity: this.#options.protection?.identity,
      now: () => performance.now(),
      onInputEnd: () => device?.inputEnd(),
      onEvent: (event) => {
        switch (event.kind) {
          case 'waiting-for-allow':
            this.#setState({ state: 'waiting-for-allow' });
            break;
          case 'secure':
            break;
          case 'waiting-for-code':
            phase.code = event.code;
            this.#setState({ state: 'waiting-for-code', code: event.code });
            break;
          case 'logged-in':
            device = this.#loggedIn(event, driver);
            break;
          case 'message':
            device?.message(event.message);
            break;
          case 'answered':
            device?.answered();
            break;
          case 'quiet':
            device?.quiet();
            break;
          case 'ignored':
            this.#options.onIgnored?.(event.detail);
            break;
          case 'ended':
            if (this.#phase.kind === 'connected') this.#phase = { kind: 'closing' };
            device?.connectionEnded(event.error);
            ended.resolve(event.error);
            break;
        }
      },
    });
    phase.driver = driver;
    driver.start();
    // stop() may have come while the link was opening.
    if (phase.abort.signal.aborted) driver.quit();
    const error = await ended.promise;
    await driver.closed;
    return { error, wasConnected: device !== undefined };
  }

  #newConnection(): QCopConnection {
    return new QCopConnection({
      link: linkKind(this.#options.link),
      limits: this.#limits,
      passwordFor: (challenge, fresh) => passwordFrom(this.#options.passwords, challenge, fresh),
      refuse: (challenge) => this.#refusal(challenge),
      onLine: (direction, text) => {
        for (const observer of this.#observers) observer(direction, text);
      },
      extensions: this.#options.extensions,
      protection: this.#options.protection,
    });
  }

  #loggedIn(
    event: Extract<ConnectionEvent, { kind: 'logged-in' }>,
    driver: LinkDriver,
  ): RemoteDevice | undefined {
    const device = new RemoteDevice(event.banner, driver, event.extensions);
    device.onRequest((request) => this.#options.onRequest?.(request, device));
    try {
      this.#keepPassword(event.banner.challenge, event.password);
      this.#learnIdentity(event.banner.challenge);
      if (event.key !== undefined) this.#options.protection?.pin(event.key);
    } catch (error) {
      driver.fail(toSyncError(error, 'store.unwritable'));
      return undefined;
    }
    if (this.#phase.kind === 'attempting') this.#phase = { kind: 'connected', device, driver };
    this.#setState({ state: 'connected', banner: event.banner, protection: this.#protectionBy(event.key) });
    for (const waiter of this.#waiters) waiter.resolve(device);
    this.#waiters.clear();
    return device;
  }

  #protectionBy(key: string | undefined): LinkProtection {
    const { protection } = this.#options;
    if (key !== undefined) return 'tls';
    return protection === undefined || protection.isLocal ? 'not-needed' : 'none';
  }

  #refusal(challenge: string): SyncError | undefined {
    const known = this.#options.identity?.known();
    if (known === undefined || known === challenge) return undefined;
    return new SyncError('login.other-device', `${this.name} is ${known}, not ${challenge.slice(0, 60)}`);
  }

  #learnIdentity(challenge: string): void {
    const { identity } = this.#options;
    if (identity !== undefined && identity.known() !== challenge) identity.learn(challenge);
  }

  #keepPassword(challenge: string, password: string): void {
    const { passwords } = this.#options;
    if (password !== '' && passwords.get(challenge) !== password) passwords.set(challenge, password);
  }

  #isStopped(): boolean {
    return this.#phase.kind === 'stopped';
  }

  #rejectWaiters(error: SyncError): void {
    for (const waiter of this.#waiters) waiter.reject(error);
    this.#waiters.clear();
  }

  #setState(state: DeviceLinkState): void {
    this.#state = state;
    for (const handler of this.#stateHandlers) handler(state);
  }
}

function linkKind(link: LinkOptions): LinkKind {
  if (link.kind === 'tcp') return 'tcp';
  return link.greenphone ? 'greenphone' : 'serial';
}

function disconnected(error: SyncError | undefined): DeviceLinkState {
  if (error === undefined) return { state: 'disconnected' };
  return { state: 'disconnected', problem: { code: error.code, message: error.message } };
}
