/** From HELPER_INIT to 230: greeting and login (spec: qdsync protocol 2.2, 6, 7). No I/O. */
import type { DeviceBanner } from '../../contract/device.ts';
import { SyncError } from '../../contract/errors.ts';
import {
  PASSWORD_PREFIX,
  QUIT,
  TLS,
  formatExtend,
  formatPass,
  formatUser,
  type Line,
} from '../../qdsync/index.ts';
import { describeLine, shown } from './describe-line.ts';
import { earliest } from './earliest.ts';
import {
  afterFlush,
  afterInit,
  afterQuit,
  saidOnce,
  startSchedule,
  type GreetingSchedule,
} from './greeting-schedule.ts';
import { judgeGreeting, type RefuseDevice } from './judge-greeting.ts';
import type { RemoteLimits } from './limits.ts';
import { Pairing, decideProtection, needsCode, type Protection, type Secured } from './protection.ts';

/** The password for a device; `known` when the device has accepted it before. */
export interface Password {
  readonly text: string;
  readonly known: boolean;
}

/** What a login has come to. */
export interface Login {
  readonly banner: DeviceBanner;
  readonly password: string;
  /** What protects the connection; undefined: nothing does. */
  readonly secured: Secured | undefined;
}

/** What the handshake does to the connection it is part of. */
export interface HandshakeActions {
  say: (line: string) => void;
  sayInit: () => void;
  /** Whether the link still holds back what was said. */
  isBlocked: () => boolean;
  waitingForAllow: () => void;
  loggedIn: (login: Login) => void;
  ignore: (detail: string) => void;
  /** Makes the link TLS; `secured` is to be called then. */
  secure: () => void;
  /** A person is to compare this code with the one that the device shows. */
  waitingForCode: (code: string) => void;
  end: (error: SyncError, lastWords?: string) => void;
}

export interface HandshakeOptions {
  readonly limits: RemoteLimits;
  /** Whether HELPER_INIT and QUIT are repeated until the device greets. */
  readonly insistent: boolean;
  /** `fresh`: a new one, whatever is known. */
  readonly passwordFor: (challenge: string, fresh: boolean) => Password;
  readonly refuse?: RefuseDevice | undefined;
  /** Undefined: the link needs no protection, as a cable. */
  readonly protection?: Protection | undefined;
}

type State =
  /** Waiting for the 220. `nonsense`: something came that is not qdsync. */
  | {
      readonly kind: 'greeting';
      readonly since: number;
      readonly schedule: GreetingSchedule;
      readonly nonsense: boolean;
    }
  /** TLS is asked for; `begun`: the device has agreed, and what it says next comes through TLS. */
  | { readonly kind: 'securing'; readonly since: number; readonly begun: boolean }
  /** Both ends make the code by which people tell that nobody is between them. */
  | {
      readonly kind: 'pairing';
      readonly since: number;
      readonly banner: DeviceBanner;
      readonly pairing: Pairing;
    }
  /** USER is said. */
  | { readonly kind: 'user'; readonly since: number; readonly banner: DeviceBanner }
  /** PASS is said. `asking`: the device is taken to be asking its owner. */
  | {
      readonly kind: 'pass';
      readonly since: number;
      readonly banner: DeviceBanner;
      readonly password: string;
      readonly asking: boolean;
    };

/** The device's answer to EXTEND. */
const AGREED = 250;

/** Our own devices say it instead of a greeting while another desktop is connected. */
const SERVICE_NOT_AVAILABLE = 421;

/** A serial device may greet once for each of our attempts to wake it; more than this is no login. */
const MOST_GREETINGS = 20;

export class Handshake {
  readonly #actions: HandshakeActions;
  readonly #options: HandshakeOptions;
  #greetings = 0;
  #secured: Secured | undefined;
  #state: State;

  /** Says HELPER_INIT at once: on a serial line the device is silent until it has heard something. */
  constructor(actions: HandshakeActions, options: HandshakeOptions, now: number) {
    this.#actions = actions;
    this.#options = options;
    const schedule = options.insistent ? startSchedule(now) : saidOnce;
    this.#state = { kind: 'greeting', since: now, schedule, nonsense: false };
    actions.sayInit();
  }

  get greeted(): boolean {
    return this.#state.kind !== 'greeting';
  }

  /** When `tick` has something to do at the earliest. */
  get deadline(): number | undefined {
    const state = this.#state;
    const { limits } = this.#options;
    switch (state.kind) {
      case 'greeting': {
        const limit = state.since + this.#greetingMs();
        return this.#actions.isBlocked()
          ? limit
          : earliest(state.schedule.initAt, state.schedule.quitAt, limit);
      }
      case 'securing':
      case 'pairing':
      case 'user':
        return state.since + limits.userMs;
      case 'pass':
        return state.since + (state.asking ? limits.loginMs : limits.askingMs);
    }
  }

  /** The line came up by itself (DSR): whoever is there now has not heard HELPER_INIT. */
  lineUp(now: number): void {
    if (this.#state.kind !== 'greeting' || this.#actions.isBlocked()) return;
    this.#actions.sayInit();
    this.#plan(afterInit(this.#state.schedule, now));
  }

  /** The link has taken all that was said. */
  flushed(now: number): void {
    if (this.#state.kind === 'greeting') this.#plan(afterFlush(this.#state.schedule, now));
  }

  /** A HELPER_ACK: our HELPER_INIT was heard. */
  acknowledged(): void {
    if (this.#state.kind === 'greeting') this.#plan({ ...this.#state.schedule, initAt: undefined });
  }

  line(line: Line, now: number): void {
    switch (this.#state.kind) {
      case 'greeting':
        this.#greetingLine(this.#state, line, now);
        break;
      case 'securing':
        this.#securingLine(this.#state, line, now);
        break;
      case 'pairing':
        this.#pairingLine(this.#state, line, now);
        break;
      case 'user':
      case 'pass':
        this.#loginLine(this.#state, line, now);
        break;
    }
  }

  tick(now: number): void {
    const state = this.#state;
    const { limits } = this.#options;
    switch (state.kind) {
      case 'greeting':
        this.#tickGreeting(state, now);
        break;
      case 'securing':
      case 'pairing':
      case 'user':
        if (now >= state.since + limits.userMs) {
          this.#actions.end(new SyncError('link.timeout', 'waited for the login'), QUIT);
        }
        break;
      case 'pass':
        if (now >= state.since + limits.loginMs) {
          this.#actions.end(new SyncError('login.timeout'), QUIT);
        } else if (!state.asking && now >= state.since + limits.askingMs) {
          this.#state = { ...state, asking: true };
          this.#actions.waitingForAllow();
        }
        break;
    }
  }

  #greetingLine(state: Extract<State, { kind: 'greeting' }>, line: Line, now: number): void {
    if (line.kind === 'status' && line.code === 220) {
      this.#greeting(line.text, now);
    } else if (line.kind === 'status' && line.code === SERVICE_NOT_AVAILABLE) {
      // The device's own line says the same once more.
      this.#actions.end(new SyncError('device.other-desktop'));
    } else if (line.kind === 'unknown' || line.kind === 'malformed') {
      if (!this.#options.insistent) {
        this.#actions.end(new SyncError('wire.not-a-device', describeLine(line)));
      } else {
        // A serial line may carry the tail of something older.
        this.#state = { ...state, nonsense: true };
      }
    } else {
      this.#actions.ignore(`before the greeting: ${describeLine(line)}`);
    }
  }

  #greeting(text: string, now: number): void {
    this.#greetings += 1;
    if (this.#greetings > MOST_GREETINGS) {
      this.#actions.end(new SyncError('wire.protocol', 'it greets again and again'));
      return;
    }
    const greeter = judgeGreeting(text, this.#options.refuse);
    if (greeter.kind === 'welcome') this.#greeted(greeter.banner, now);
    else this.#actions.end(greeter.error, greeter.kind === 'refused' ? QUIT : undefined);
  }

  /** Within five seconds of its 220 the device must receive a command (spec: qdsync protocol 2.2). */
  #greeted(banner: DeviceBanner, now: number): void {
    if (this.#secured !== undefined) {
      this.#greetedBy(this.#secured.key, banner, now);
      return;
    }
    const way = decideProtection(this.#options.protection, banner);
    switch (way.kind) {
      case 'refuse':
        this.#actions.end(way.error, QUIT);
        break;
      case 'plain':
        this.#sayUser(banner, now);
        break;
      case 'tls':
        this.#actions.say(formatExtend([TLS]));
        this.#state = { kind: 'securing', since: now, begun: false };
    }
  }

  /** The greeting has come through TLS. */
  #greetedBy(deviceKey: string, banner: DeviceBanner, now: number): void {
    const { protection } = this.#options;
    if (protection === undefined || !needsCode(protection)) {
      this.#sayUser(banner, now);
      return;
    }
    const pairing = new Pairing(protection.ownKey, deviceKey);
    this.#actions.say(pairing.commitment);
    this.#state = { kind: 'pairing', since: now, banner, pairing };
  }

  #sayUser(banner: DeviceBanner, now: number): void {
    this.#actions.say(formatUser(banner.loginName));
    this.#state = { kind: 'user', since: now, banner };
  }

  #securingLine(state: Extract<State, { kind: 'securing' }>, line: Line, now: number): void {
    const agreed = line.kind === 'status' && line.code === AGREED && line.text === TLS;
    if (this.#secured !== undefined && line.kind === 'status' && line.code === 220) {
      this.#greeting(line.text, now);
    } else if (this.#secured === undefined && !state.begun && agreed) {
      this.#state = { ...state, begun: true };
      this.#actions.secure();
    } else {
      // Also what somebody has put between the device's answer and TLS.
      this.#actions.end(new SyncError('wire.protocol', `in place of TLS: ${describeLine(line)}`));
    }
  }

  /** The link is TLS now, and that is the device's key. Its greeting comes again: nobody could change this one. */
  secured(deviceKey: string, now: number): void {
    if (this.#state.kind !== 'securing' || !this.#state.begun) return;
    const pinned = this.#options.protection?.pinned();
    if (pinned !== undefined && pinned !== deviceKey) {
      this.#actions.end(new SyncError('device.key-changed'));
      return;
    }
    this.#secured = { key: deviceKey, code: undefined };
    this.#state = { ...this.#state, since: now };
  }

  #pairingLine({ banner, pairing }: Extract<State, { kind: 'pairing' }>, line: Line, now: number): void {
    const next = pairing.hear(line);
    if (next.kind === 'say') {
      this.#actions.say(next.line);
    } else if (next.kind === 'paired') {
      this.#secured = { key: pairing.deviceKey, code: next.code };
      this.#sayUser(banner, now);
    } else {
      this.#actions.end(new SyncError('wire.protocol', `while pairing: ${describeLine(line)}`));
    }
  }

  #loginLine(state: Extract<State, { kind: 'user' | 'pass' }>, line: Line, now: number): void {
    if (line.kind === 'call') {
      // A stray clientError of an older connection (spec: qdsync protocol 7).
      this.#actions.ignore(`before login: ${describeLine(line)}`);
    } else if (line.kind !== 'status') {
      this.#actions.end(new SyncError('wire.bad-line', describeLine(line)));
    } else {
      this.#loginStatus(state, line, now);
    }
  }

  #loginStatus(
    state: Extract<State, { kind: 'user' | 'pass' }>,
    line: Extract<Line, { kind: 'status' }>,
    now: number,
  ): void {
    switch (line.code) {
      case 220:
        this.#greeting(line.text, now);
        return;
      case 331:
        if (state.kind === 'user') this.#sayPassword(state.banner, now);
        else this.#actions.ignore('a second 331');
        return;
      case 230:
        this.#actions.loggedIn({
          banner: state.banner,
          password: state.kind === 'pass' ? state.password : '',
          secured: this.#secured,
        });
        return;
      case 530:
        // The device leaves the link open; QUIT lets a serial one begin again.
        this.#actions.end(new SyncError('login.refused', shown(line.text)), QUIT);
        return;
      case 500:
      case 502:
        this.#actions.end(new SyncError('wire.protocol', `answer to the login: ${describeLine(line)}`));
        return;
      default:
        this.#actions.ignore(`before login: ${describeLine(line)}`);
    }
  }

  #sayPassword(banner: DeviceBanner, now: number): void {
    // A password that a device knows is not for somebody who may only pretend to be it.
    const code = this.#secured?.code;
    const password = this.#options.passwordFor(banner.challenge, code !== undefined);
    this.#actions.say(formatPass(PASSWORD_PREFIX + password.text));
    this.#state = { kind: 'pass', since: now, banner, password: password.text, asking: !password.known };
    if (code !== undefined) this.#actions.waitingForCode(code);
    else if (!password.known) this.#actions.waitingForAllow();
  }

  #tickGreeting(state: Extract<State, { kind: 'greeting' }>, now: number): void {
    if (now >= state.since + this.#greetingMs()) {
      const code = state.nonsense ? 'wire.not-a-device' : 'link.timeout';
      this.#actions.end(new SyncError(code, 'no greeting came'));
      return;
    }
    // What the line has not taken yet need not be said again.
    if (this.#actions.isBlocked()) return;
    const { schedule } = state;
    if (now >= (schedule.quitAt ?? Infinity)) {
      this.#actions.say(QUIT);
      this.#plan(afterQuit(schedule));
    } else if (now >= (schedule.initAt ?? Infinity)) {
      this.#actions.sayInit();
      this.#plan(afterInit(schedule, now));
    }
  }

  #plan(schedule: GreetingSchedule): void {
    if (this.#state.kind === 'greeting') this.#state = { ...this.#state, schedule };
  }

  #greetingMs(): number {
    const { greetingSerialMs, greetingTcpMs } = this.#options.limits;
    return this.#options.insistent ? greetingSerialMs : greetingTcpMs;
  }
}
