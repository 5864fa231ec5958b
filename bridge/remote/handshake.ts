/** From HELPER_INIT to 230: greeting and login (spec: qdsync protocol 2.2, 6, 7). No I/O. */
import type { DeviceBanner } from '../../contract/device.ts';
import { SyncError } from '../../contract/errors.ts';
import { PASSWORD_PREFIX, QUIT, formatPass, formatUser, parseBanner, type Line } from '../../qdsync/index.ts';
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
import type { RemoteLimits } from './limits.ts';

/** The password for a device; `known` when the device has accepted it before. */
export interface Password {
  readonly text: string;
  readonly known: boolean;
}

/** What the handshake does to the connection it is part of. */
export interface HandshakeActions {
  say: (line: string) => void;
  sayInit: () => void;
  /** Whether the link still holds back what was said. */
  isBlocked: () => boolean;
  waitingForAllow: () => void;
  loggedIn: (banner: DeviceBanner, password: string) => void;
  ignore: (detail: string) => void;
  end: (error: SyncError, lastWords?: string) => void;
}

export interface HandshakeOptions {
  readonly limits: RemoteLimits;
  /** Whether HELPER_INIT and QUIT are repeated until the device greets. */
  readonly insistent: boolean;
  readonly passwordFor: (challenge: string) => Password;
  /** Why nothing is said to the device that greets with this challenge; undefined: it is welcome. */
  readonly refuse?: ((challenge: string) => SyncError | undefined) | undefined;
}

type State =
  /** Waiting for the 220. `nonsense`: something came that is not qdsync. */
  | {
      readonly kind: 'greeting';
      readonly since: number;
      readonly schedule: GreetingSchedule;
      readonly nonsense: boolean;
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

/** Our own devices say it instead of a greeting while another desktop is connected. */
const SERVICE_NOT_AVAILABLE = 421;

/** A serial device may greet once for each of our attempts to wake it; more than this is no login. */
const MOST_GREETINGS = 20;

export class Handshake {
  readonly #actions: HandshakeActions;
  readonly #options: HandshakeOptions;
  #greetings = 0;
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
      this.#actions.end(new SyncError('device.other-desktop', shown(line.text)));
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
    const banner = parseBanner(text);
    switch (banner.kind) {
      case 'legacy':
        this.#actions.end(new SyncError('wire.legacy-device', `Qtopia ${shown(banner.version)}`));
        return;
      case 'other-protocol':
        this.#actions.end(new SyncError('wire.not-a-device', shown(banner.detail)));
        return;
      case 'foreign':
        this.#actions.end(new SyncError('wire.not-a-device', shown(banner.text)));
        return;
      case 'device':
        if (banner.greeting.challenge === '') {
          this.#actions.end(new SyncError('wire.not-a-device', 'its greeting has no challenge'));
          return;
        }
        {
          const refusal = this.#options.refuse?.(banner.greeting.challenge);
          if (refusal !== undefined) {
            this.#actions.end(refusal, QUIT);
            return;
          }
        }
        // Within five seconds of its 220 the device must receive a command (spec: qdsync protocol 2.2).
        this.#actions.say(formatUser(banner.greeting.loginName));
        this.#state = { kind: 'user', since: now, banner: banner.greeting };
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
        this.#actions.loggedIn(state.banner, state.kind === 'pass' ? state.password : '');
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
    const password = this.#options.passwordFor(banner.challenge);
    this.#actions.say(formatPass(PASSWORD_PREFIX + password.text));
    this.#state = { kind: 'pass', since: now, banner, password: password.text, asking: !password.known };
    if (!password.known) this.#actions.waitingForAllow();
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
