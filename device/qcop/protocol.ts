/**
 * The device's end of a connection, without I/O: bytes in, events out (spec: qdsync protocol 2).
 *
 * Events are to be carried out in their order, each when the one before is done; only `acknowledge` goes out
 * at once. Times are milliseconds of any clock that does not run backwards.
 */
import {
  Inbound,
  PAIRED,
  TLS,
  commitmentOf,
  formatNonce,
  isNonce,
  newNonce,
  pairingCode,
  PASSWORD_PREFIX,
  decodeForDevice,
  formatExtended,
  formatChannelNotRegistered,
  formatHelper,
  formatStatus,
  isChannelOf,
  isForwarded,
  knownExtensions,
  readForDevice,
  unwrapForwarded,
  type Call,
  type Extension,
  type HelperLine,
  type Line,
  type MessageToDevice,
} from '../../qdsync/index.ts';

/** Why a connection ends from our side. */
export type CloseReason =
  | 'quit'
  /** No command came within five seconds of the banner. */
  | 'silent'
  /** Nobody logged in for a minute. */
  | 'no-login'
  /** Nothing was heard for the time that HELPER_INIT named. */
  | 'helper-timeout'
  | 'line-too-long'
  /** What came was no longer what both ends had agreed to speak. */
  | 'bad-stream';

export type ConnectionEvent =
  /** A line to send, without its line end. */
  | { readonly kind: 'send'; readonly line: string }
  /** HELPER_ACK is due, before anything else. */
  | { readonly kind: 'acknowledge' }
  /** The password has to be judged; the answer is given to `decideLogin`. */
  | {
      readonly kind: 'login';
      readonly password: string;
      /** Fingerprint of the desktop's key, where the connection is protected. */
      readonly peerKey?: string;
      /** What the desktop has to show to be the one that asks; where it does not know this device yet. */
      readonly code?: string;
    }
  /** The connection is to become TLS; then `secured` is to be called. */
  | { readonly kind: 'secure' }
  /** A message to handle; `okay`: a 200 is due when that is done. */
  | { readonly kind: 'message'; readonly message: MessageToDevice; readonly okay: boolean }
  /** From here on these extensions are on; what is sent after this event is said in their way. */
  | { readonly kind: 'extended'; readonly extensions: readonly Extension[] }
  /** Something of the sync was lost: the session cannot go on. */
  | { readonly kind: 'broken'; readonly detail: string }
  | { readonly kind: 'close'; readonly reason: CloseReason };

export interface ProtocolOptions {
  /** The 220 line. */
  readonly banner: string;
  /** The name that USER has to give. */
  readonly loginName: string;
  /** Those that the banner announces. */
  readonly extensions?: readonly Extension[];
  /** Fingerprint of the device's own key, where the banner offers "tls". */
  readonly tlsKey?: string;
  readonly maxLineBytes?: number;
}

const GREETING_LIMIT_MS = 5_000;
const LOGIN_LIMIT_MS = 60_000;
/** What someone who has not logged in may make us hold. */
const MAX_LINE_BEFORE_LOGIN = 4096;

type Phase =
  | { readonly name: 'new' }
  /** The banner is out, and no command has come yet. */
  | { readonly name: 'greeted'; readonly deadline: number }
  | { readonly name: 'login'; readonly user: 'unknown' | 'named'; readonly deadline: number }
  /** The connection becomes TLS. */
  | { readonly name: 'securing'; readonly deadline: number }
  /** The owner is asked; whatever comes meanwhile is refused. */
  | { readonly name: 'deciding' }
  /** `fresh`: no command has come since the login. */
  | { readonly name: 'in'; readonly fresh: boolean }
  | { readonly name: 'closed' };

/** How far a pairing has come. */
type Pairing =
  | { readonly step: 'none' }
  | { readonly step: 'committed'; readonly commitment: string; readonly nonce: string }
  | { readonly step: 'paired'; readonly code: string };

export class DeviceProtocol {
  readonly #options: ProtocolOptions;
  #inbound: Inbound;
  #phase: Phase = { name: 'new' };
  #helper = { timeoutMs: 0, ack: false, send200: true };
  #peerKey: string | undefined;
  #pairing: Pairing = { step: 'none' };
  #heard = 0;
  #events: ConnectionEvent[] = [];

  constructor(options: ProtocolOptions) {
    this.#options = options;
    this.#inbound = new Inbound(options.maxLineBytes);
  }

  /** The link is up: over TCP at once, on a serial line when the first byte has come. */
  open(now: number): readonly ConnectionEvent[] {
    this.#heard = now;
    this.#send(this.#options.banner);
    this.#phase = { name: 'greeted', deadline: now + GREETING_LIMIT_MS };
    return this.#take();
  }

  receive(chunk: Uint8Array, now: number): readonly ConnectionEvent[] {
    this.#heard = now;
    for (const { line } of this.#inbound.push(chunk)) {
      if (this.#isClosed()) break;
      this.#line(line, now);
    }
    if (this.#phase.name === 'securing' && this.#inbound.pending > 0) this.#close('bad-stream');
    this.#checkStream();
    const acknowledge = this.#helper.ack && this.#phase.name !== 'closed';
    return acknowledge ? [{ kind: 'acknowledge' }, ...this.#take()] : this.#take();
  }

  /** Time has passed; to be called at `deadline` or later. */
  tick(now: number): readonly ConnectionEvent[] {
    const phase = this.#phase;
    if (now >= this.#helperDeadline() && phase.name !== 'deciding') {
      this.#send(formatHelper({ kind: 'quit' }));
      this.#close('helper-timeout');
    } else if (phase.name === 'greeted' && now >= phase.deadline) {
      this.#close('silent');
    } else if ((phase.name === 'login' || phase.name === 'securing') && now >= phase.deadline) {
      this.#close('no-login');
    }
    return this.#take();
  }

  /** Whether a desktop has logged in, and can be asked for a sync. */
  get isLoggedIn(): boolean {
    return this.#phase.name === 'in';
  }

  /** When `tick` is due next; Infinity: never. */
  get deadline(): number {
    const phase = this.#phase;
    if (phase.name === 'closed' || phase.name === 'deciding') return Infinity;
    const own = 'deadline' in phase ? phase.deadline : Infinity;
    return Math.min(own, this.#helperDeadline());
  }

  /** The answer to a `secure` event: what comes from now on has come through TLS. The device greets again. */
  secured(peerKey: string, now: number): readonly ConnectionEvent[] {
    this.#heard = now;
    this.#peerKey = peerKey;
    // What was said before TLS, and by whom, counts no more.
    this.#inbound = new Inbound(this.#options.maxLineBytes);
    return this.#phase.name === 'securing' ? this.open(now) : [];
  }

  /** The answer to a `login` event. */
  decideLogin(allowed: boolean, now: number): readonly ConnectionEvent[] {
    if (this.#phase.name !== 'deciding') return [];
    // The owner took the time, not the desktop.
    this.#heard = now;
    this.#phase = allowed ? { name: 'in', fresh: true } : this.#loginPhase('named', now);
    this.#send(formatStatus(allowed ? 230 : 530));
    return this.#take();
  }

  #line(line: Line, now: number): void {
    if (line.kind === 'helper') {
      this.#helperLine(line.helper);
      return;
    }
    if (this.#phase.name === 'greeted') this.#phase = this.#loginPhase('unknown', now);
    if (line.kind === 'quit') {
      this.#send(formatStatus(211));
      this.#close('quit');
    } else if (this.#phase.name === 'in') {
      const { fresh } = this.#phase;
      this.#phase = { name: 'in', fresh: false };
      if (line.kind === 'extend' && this.#offers()) this.#extend(line.names, fresh);
      else this.#command(line);
    } else if (this.#phase.name === 'securing') {
      // The desktop waits for TLS: somebody else has put this in.
      this.#close('bad-stream');
    } else if (this.#phase.name === 'login') {
      this.#loginLine(line, this.#phase, now);
    } else {
      this.#send(formatStatus(530));
    }
  }

  #helperLine(helper: HelperLine): void {
    // A ping has done its work by being heard; the other two are the device's own.
    if (helper.kind === 'init') this.#helper = helper;
  }

  #loginLine(line: Line, phase: Extract<Phase, { name: 'login' }>, now: number): void {
    if (line.kind === 'extend' && this.#maySecure(line.names)) {
      this.#send(formatExtended([TLS]));
      this.#events.push({ kind: 'secure' });
      this.#phase = { name: 'securing', deadline: now + LOGIN_LIMIT_MS };
    } else if (line.kind === 'pair' && this.#peerKey !== undefined) {
      this.#pair(line.value, this.#peerKey);
    } else if (line.kind === 'user' && line.name === this.#options.loginName) {
      this.#phase = this.#loginPhase('named', now);
      this.#send(formatStatus(331));
    } else if (line.kind === 'pass' && phase.user === 'named' && line.password.startsWith(PASSWORD_PREFIX)) {
      this.#phase = { name: 'deciding' };
      this.#events.push({
        kind: 'login',
        password: line.password.slice(PASSWORD_PREFIX.length),
        ...(this.#peerKey !== undefined && { peerKey: this.#peerKey }),
        ...(this.#pairing.step === 'paired' && { code: this.#pairing.code }),
      });
    } else {
      this.#send(formatStatus(530));
    }
  }

  #offers(): boolean {
    return (this.#options.extensions ?? []).length > 0;
  }

  /** The desktop has switched already: after a refusal nothing it says could be read. */
  #extend(names: readonly string[], fresh: boolean): void {
    const wanted = knownExtensions(names);
    const announced = this.#options.extensions ?? [];
    if (!fresh || !wanted?.every((name) => announced.includes(name))) {
      this.#send('500 These extensions were not announced, or it is too late for them');
      this.#close('bad-stream');
      return;
    }
    this.#send(formatExtended(wanted));
    if (wanted.includes('deflate')) this.#inbound.deflate();
    this.#events.push({ kind: 'extended', extensions: wanted });
  }

  #checkStream(): void {
    const { problem } = this.#inbound;
    const longest = this.#phase.name === 'in' ? Infinity : MAX_LINE_BEFORE_LOGIN;
    if (this.#isClosed()) return;
    if (problem?.kind === 'bad-stream') {
      this.#close('bad-stream');
    } else if (problem !== undefined || this.#inbound.pending > longest) {
      this.#send('500 The line is too long');
      this.#close('line-too-long');
    }
  }

  #isClosed(): boolean {
    return this.#phase.name === 'closed';
  }

  #maySecure(names: readonly string[]): boolean {
    return (
      this.#options.tlsKey !== undefined &&
      this.#peerKey === undefined &&
      names.length === 1 &&
      names[0] === TLS
    );
  }

  /** First the desktop's commitment, then the nonce that it has committed itself to. */
  #pair(value: string, desktopKey: string): void {
    if (this.#pairing.step === 'none' && isNonce(value)) {
      this.#pairing = { step: 'committed', commitment: value, nonce: newNonce() };
      this.#send(formatNonce(this.#pairing.nonce));
    } else if (this.#pairing.step === 'committed' && commitmentOf(value) === this.#pairing.commitment) {
      const code = pairingCode({
        desktopKey,
        deviceKey: this.#options.tlsKey ?? '',
        desktopNonce: value,
        deviceNonce: this.#pairing.nonce,
      });
      this.#pairing = { step: 'paired', code };
      this.#send(PAIRED);
    } else {
      this.#close('bad-stream');
    }
  }

  #command(line: Line): void {
    switch (line.kind) {
      case 'call':
        this.#call(line.call);
        return;
      case 'malformed':
        this.#send(`500 ${line.detail}`);
        // It may have carried a record.
        this.#events.push({ kind: 'broken', detail: line.detail });
        return;
      case 'user':
        this.#send(formatStatus(331));
        return;
      case 'pass':
        this.#send(formatStatus(230));
        return;
      default:
        this.#send(formatStatus(502));
    }
  }

  #call(call: Call): void {
    const okay = this.#helper.send200;
    const known = readForDevice(call);
    if (known !== undefined) {
      this.#events.push({ kind: 'message', message: known, okay });
      return;
    }
    if (!isForwarded('device', call)) {
      this.#message(call, okay);
      return;
    }
    const inner = unwrapForwarded(call);
    if (inner.ok) {
      this.#message(inner.value, okay);
    } else {
      this.#send(`500 ${inner.problem.detail}`);
      this.#events.push({ kind: 'broken', detail: inner.problem.detail });
    }
  }

  #message(call: Call, okay: boolean): void {
    const decoded = decodeForDevice(call);
    if (decoded.ok) {
      this.#events.push({ kind: 'message', message: decoded.value, okay });
      return;
    }
    const { kind, detail } = decoded.problem;
    if (kind !== 'unknown-message') this.#events.push({ kind: 'broken', detail });
    else if (!isChannelOf('device', call.channel)) this.#send(formatChannelNotRegistered(call.channel));
    if (okay) this.#send(formatStatus(200));
  }

  #loginPhase(user: 'unknown' | 'named', now: number): Extract<Phase, { name: 'login' }> {
    return { name: 'login', user, deadline: now + LOGIN_LIMIT_MS };
  }

  #helperDeadline(): number {
    return this.#helper.timeoutMs === 0 ? Infinity : this.#heard + this.#helper.timeoutMs;
  }

  #send(line: string): void {
    this.#events.push({ kind: 'send', line });
  }

  #close(reason: CloseReason): void {
    this.#events.push({ kind: 'close', reason });
    this.#phase = { name: 'closed' };
  }

  #take(): readonly ConnectionEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
