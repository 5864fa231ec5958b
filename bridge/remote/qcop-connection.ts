/**
 * The desktop's end of a QCop connection: link helper, handshake, forwarding and time limits, without I/O.
 * It is fed with bytes and clock ticks and returns bytes to write and events (spec: qdsync protocol 2, 6, 7).
 */
import type { LinkCounters } from '../../contract/device.ts';
import { SyncError } from '../../contract/errors.ts';
import {
  Inbound,
  QUIT,
  extensions as allExtensions,
  formatChannelNotRegistered,
  formatHelper,
  formatStatus,
  type Call,
  type Extension,
  type HelperLine,
  type Line,
  type MessageToDevice,
  type Received,
} from '../../qdsync/index.ts';
import { Admission } from './admission.ts';
import { ActivityWatch } from './activity-watch.ts';
import type { ConnectionEvent, ConnectionOutput, LineObserver } from './connection-events.ts';
import { describeLine } from './describe-line.ts';
import { earliest } from './earliest.ts';
import { Handshake, type Login, type Password } from './handshake.ts';
import type { RefuseDevice } from './judge-greeting.ts';
import { helperSettings, type HelperSettings, type LinkKind, type RemoteLimits } from './limits.ts';
import { Outgoing } from './outgoing.ts';
import type { Protection } from './protection.ts';
import { readCall } from './read-call.ts';

export interface ConnectionOptions {
  readonly link: LinkKind;
  readonly limits: RemoteLimits;
  /** `fresh`: a new one, whatever is known. */
  readonly passwordFor: (challenge: string, fresh: boolean) => Password;
  readonly refuse?: RefuseDevice | undefined;
  /** Undefined: the link needs no protection. */
  readonly protection?: Protection | undefined;
  readonly onLine?: LineObserver | undefined;
  /** The extensions to use where the device offers them: all unless told otherwise. */
  readonly extensions?: readonly Extension[] | undefined;
}

type State =
  | { readonly kind: 'new' }
  | { readonly kind: 'handshake'; readonly handshake: Handshake }
  /** Logged in. */
  | { readonly kind: 'admission'; readonly admission: Admission }
  | { readonly kind: 'ready' }
  /** QUIT is said. */
  | { readonly kind: 'quitting'; readonly since: number }
  | { readonly kind: 'ended' };

const NOTHING: ConnectionOutput = { write: [], events: [] };

/** More answers than this are not kept for a device that does not take them. */
const MOST_REFUSED = 1_000;

export class QCopConnection {
  readonly #options: ConnectionOptions;
  readonly #helper: HelperSettings;
  #inbound: Inbound;
  readonly #outgoing: Outgoing;
  readonly #watch = new ActivityWatch();
  #state: State = { kind: 'new' };
  #events: ConnectionEvent[] = [];
  /** A person has compared the codes. */
  #isConfirmed = false;
  /** The time of the input being handled. */
  #now = 0;
  #calls = 0;
  #answers = 0;
  #linesIn = 0;
  #bytesIn = 0;
  /** Calls refused while the device did not take what it was sent. */
  #refusedInVain = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#helper = helperSettings[options.link];
    this.#inbound = new Inbound(options.limits.maxLineBytes);
    this.#outgoing = new Outgoing(options.onLine);
  }

  /** Calls sent since login. */
  get calls(): number {
    return this.#calls;
  }

  /** 200s received for them: the n-th says that the n-th call is done (spec: qdsync protocol 7). */
  get answers(): number {
    return this.#answers;
  }

  get counters(): LinkCounters {
    return {
      linesIn: this.#linesIn,
      linesOut: this.#outgoing.lines,
      bytesIn: this.#bytesIn,
      bytesOut: this.#outgoing.bytes,
    };
  }

  /** When `tick` has something to do at the earliest. */
  get deadline(): number | undefined {
    return earliest(
      this.#stateDeadline(),
      this.#pingAt(),
      this.#stuckAt(),
      this.#watch.deadline(this.#outgoing.isBlocked),
    );
  }

  /** The link is open. */
  start(now: number): ConnectionOutput {
    this.#now = now;
    this.#outgoing.sent(0, now);
    const { limits, passwordFor, refuse, protection } = this.#options;
    const handshake = new Handshake(
      {
        say: (line) => this.#outgoing.line(line, this.#now),
        sayInit: () => this.#init(),
        isBlocked: () => this.#outgoing.isBlocked,
        waitingForAllow: () => this.#events.push({ kind: 'waiting-for-allow' }),
        loggedIn: (login) => this.#admitted(login),
        secure: () => this.#events.push({ kind: 'secure' }),
        waitingForCode: (code) => this.#events.push({ kind: 'waiting-for-code', code }),
        ignore: (detail) => this.#ignore(detail),
        end: (error, lastWords) => this.#end(error, lastWords),
      },
      { limits, passwordFor, refuse, protection, insistent: this.#helper.insistent },
      now,
    );
    this.#state = { kind: 'handshake', handshake };
    return this.#output();
  }

  /** The line came up by itself (DSR). */
  lineUp(now: number): ConnectionOutput {
    this.#now = now;
    if (this.#state.kind === 'handshake') this.#state.handshake.lineUp(now);
    return this.#output();
  }

  receive(bytes: Uint8Array, now: number): ConnectionOutput {
    if (this.#state.kind === 'ended') return NOTHING;
    this.#now = now;
    this.#bytesIn += bytes.byteLength;
    for (const received of this.#inbound.push(bytes)) {
      this.#line(received, now);
      if (this.#isEnded()) return this.#output();
    }
    const { problem } = this.#inbound;
    if (problem?.kind === 'bad-stream') this.#end(new SyncError('link.lost', problem.detail));
    else if (problem !== undefined) this.#end(new SyncError('wire.line-too-long', problem.detail));
    this.#watch.received(this.#inbound.pending, now);
    return this.#output();
  }

  /** What the link is to be given in place of the next bytes returned for writing; to be asked in their order. */
  seal(content: Buffer): Buffer {
    return this.#outgoing.seal(content);
  }

  /** The link has taken so many of the bytes returned for writing. */
  sent(bytes: number, now: number): void {
    if (this.#outgoing.sent(bytes, now)) this.#watch.moved(now);
    if (this.#state.kind === 'handshake' && !this.#outgoing.isBlocked) this.#state.handshake.flushed(now);
  }

  tick(now: number): ConnectionOutput {
    this.#now = now;
    if (this.#state.kind === 'handshake') {
      this.#state.handshake.tick(now);
    } else if (this.#state.kind === 'admission') {
      this.#state.admission.tick(now);
    } else if (this.#state.kind === 'quitting' && now >= this.#state.since + this.#options.limits.quitMs) {
      this.#end(undefined);
    }
    const due = this.#watch.due(now, this.#outgoing.isBlocked);
    if (due?.kind === 'quiet') this.#events.push({ kind: 'quiet' });
    if (due?.kind === 'answer') this.#end(new SyncError('link.timeout', `waited for ${due.what}`));
    if (now >= (this.#stuckAt() ?? Infinity)) {
      this.#end(new SyncError('link.timeout', 'the device takes nothing any more'));
    }
    if (now >= (this.#pingAt() ?? Infinity)) this.#outgoing.ping(now);
    return this.#output();
  }

  /** Sends a message; before login and after the end it does nothing. */
  send(message: MessageToDevice, now: number): ConnectionOutput {
    if (this.#state.kind !== 'ready') return NOTHING;
    this.#now = now;
    this.#calls += 1;
    this.#outgoing.message(message, this.#now);
    return this.#output();
  }

  /** Ends the connection politely: QUIT, then `ended` without an error. */
  quit(now: number): ConnectionOutput {
    this.#now = now;
    switch (this.#state.kind) {
      case 'handshake':
      case 'admission':
      case 'ready':
        if (this.#state.kind === 'handshake' && !this.#state.handshake.greeted) {
          this.#end(undefined);
          break;
        }
        this.#outgoing.line(QUIT, this.#now);
        this.#watch.expectNothing();
        this.#state = { kind: 'quitting', since: now };
        break;
      case 'new':
        this.#end(undefined);
        break;
      case 'quitting':
      case 'ended':
        break;
    }
    return this.#output();
  }

  /** The link is gone. */
  linkEnded(error: SyncError | undefined): ConnectionOutput {
    if (this.#state.kind === 'ended') return NOTHING;
    this.#end(this.#state.kind === 'quitting' ? undefined : (error ?? new SyncError('link.lost')));
    return this.#output();
  }

  /** From now on the device owes an answer; each movement of the link extends the limit. */
  expectAnswer(what: string, limitMs: number, now: number): void {
    this.#watch.expectAnswer(what, limitMs, now);
  }

  /** Asks for `quiet` when nothing has moved for so long. */
  expectQuiet(limitMs: number, now: number): void {
    this.#watch.expectQuiet(limitMs, now);
  }

  expectNothing(): void {
    this.#watch.expectNothing();
  }

  /** While the owner does not read from the link no answer can be late. */
  setPaused(paused: boolean, now: number): void {
    this.#watch.setPaused(paused, now);
  }

  #line({ line: parsed, text }: Received, now: number): void {
    this.#linesIn += 1;
    this.#options.onLine?.('in', text);
    if (parsed.kind === 'helper') {
      this.#helperLine(parsed.helper);
      return;
    }
    switch (this.#state.kind) {
      case 'handshake':
        this.#state.handshake.line(parsed, now);
        break;
      case 'admission':
        this.#state.admission.line(parsed);
        break;
      case 'ready':
        this.#readyLine(parsed, now);
        break;
      case 'quitting':
        if (parsed.kind === 'status' && parsed.code === 211) this.#end(undefined);
        break;
      case 'new':
      case 'ended':
        break;
    }
  }

  #helperLine(helper: HelperLine): void {
    if (helper.kind === 'quit') {
      const wanted = this.#state.kind === 'quitting';
      this.#end(wanted ? undefined : new SyncError('link.lost', 'the device hung up'));
    } else if (helper.kind === 'ack' && this.#state.kind === 'handshake') {
      this.#state.handshake.acknowledged();
    }
  }

  /** The link is TLS now, and that is the fingerprint of the device's key. */
  secured(deviceKey: string, now: number): ConnectionOutput {
    this.#now = now;
    // What was said before TLS, and by whom, counts no more.
    this.#inbound = new Inbound(this.#options.limits.maxLineBytes);
    if (this.#state.kind === 'handshake') this.#state.handshake.secured(deviceKey, now);
    return this.#output();
  }

  /** A person has compared the codes, and they are the same. */
  confirm(now: number): ConnectionOutput {
    this.#now = now;
    this.#isConfirmed = true;
    if (this.#state.kind === 'admission') this.#state.admission.confirm(now);
    return this.#output();
  }

  #admitted(login: Login): void {
    const { limits, extensions = allExtensions } = this.#options;
    const admission = new Admission(
      {
        say: (line) => this.#outgoing.line(line, this.#now),
        deflateOurs: () => this.#outgoing.deflate(),
        deflateTheirs: () => this.#inbound.deflate(),
        ready: ({ banner, password, secured }, agreed) => {
          this.#state = { kind: 'ready' };
          this.#events.push({
            kind: 'logged-in',
            banner,
            password,
            extensions: agreed,
            key: secured?.key,
          });
        },
        ignore: (detail) => this.#ignore(detail),
        end: (error, lastWords) => this.#end(error, lastWords),
      },
      { limits, login, extensions, isConfirmed: this.#isConfirmed },
    );
    this.#state = { kind: 'admission', admission };
    admission.start(this.#now);
  }

  #readyLine(line: Line, now: number): void {
    switch (line.kind) {
      case 'call':
        this.#call(line.call, now);
        return;
      case 'status':
        this.#status(line, now);
        return;
      case 'malformed':
        this.#end(new SyncError('wire.bad-line', line.detail), formatStatus(500));
        return;
      case 'helper':
      case 'user':
      case 'pass':
      case 'quit':
      case 'extend':
      case 'pair':
      case 'unknown':
        this.#end(new SyncError('wire.bad-line', describeLine(line)));
    }
  }

  #status(line: Extract<Line, { kind: 'status' }>, now: number): void {
    if (line.code === 200) {
      // 200s that answer none of our calls may come anyway; they are no sign of life.
      if (this.#answers === this.#calls) return;
      this.#answers += 1;
      this.#watch.moved(now);
      this.#events.push({ kind: 'answered' });
    } else if (line.code === 220 || line.code === 530) {
      this.#end(new SyncError('link.lost', 'the device began a new session'));
    } else if (line.code >= 500) {
      // One of our calls was not carried out, and from here on the 200s no longer tell which.
      this.#end(new SyncError('wire.protocol', describeLine(line)));
    } else {
      this.#ignore(describeLine(line));
    }
  }

  #call(call: Call, now: number): void {
    const heard = readCall(call);
    switch (heard.kind) {
      case 'message':
        this.#watch.moved(now);
        this.#events.push(heard);
        break;
      case 'bad':
        this.#end(new SyncError('wire.bad-message', heard.detail));
        break;
      case 'ignored':
        this.#ignore(heard.detail);
        break;
      case 'unheard':
        this.#refuse(heard.channel);
    }
  }

  /** Nobody listens on that channel here. */
  #refuse(channel: string): void {
    // The name is the device's; it must not break our line.
    const name = channel.replace(/[^\x21-\x7e]/g, '?').slice(0, 100);
    this.#refusedInVain = this.#outgoing.isBlocked ? this.#refusedInVain + 1 : 0;
    if (this.#refusedInVain > MOST_REFUSED) {
      this.#end(new SyncError('wire.protocol', 'calls without end that nobody answers to'));
      return;
    }
    this.#outgoing.line(formatChannelNotRegistered(name), this.#now);
  }

  #stateDeadline(): number | undefined {
    if (this.#state.kind === 'handshake') return this.#state.handshake.deadline;
    if (this.#state.kind === 'admission') return this.#state.admission.deadline;
    return this.#state.kind === 'quitting' ? this.#state.since + this.#options.limits.quitMs : undefined;
  }

  /** Before login the handshake's own limits hold. */
  #stuckAt(): number | undefined {
    const since = this.#outgoing.stuckSince;
    if (this.#state.kind !== 'ready' || since === undefined) return undefined;
    return since + this.#options.limits.answerMs;
  }

  #pingAt(): number | undefined {
    const { kind } = this.#state;
    return kind === 'new' || kind === 'ended' ? undefined : this.#outgoing.pingAt(this.#helper.pingMs);
  }

  #init(): void {
    const { deviceTimeoutMs: timeoutMs, ack } = this.#helper;
    this.#outgoing.line(formatHelper({ kind: 'init', timeoutMs, ack, send200: true }), this.#now);
  }

  #ignore(detail: string): void {
    this.#events.push({ kind: 'ignored', detail });
  }

  #end(error: SyncError | undefined, lastWords?: string): void {
    if (lastWords !== undefined) this.#outgoing.line(lastWords, this.#now);
    this.#watch.expectNothing();
    this.#state = { kind: 'ended' };
    this.#events.push({ kind: 'ended', error });
  }

  #isEnded(): boolean {
    return this.#state.kind === 'ended';
  }

  #output(): ConnectionOutput {
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return { write: this.#outgoing.take(), events };
  }
}
