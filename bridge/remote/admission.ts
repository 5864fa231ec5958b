/**
 * From 230 to the first message: a person compares the code where the device is new, and extensions are agreed on
 * (docs/protocol-extensions.md). No I/O.
 */
import { SyncError } from '../../contract/errors.ts';
import { QUIT, commonExtensions, formatExtend, type Extension, type Line } from '../../qdsync/index.ts';
import { describeLine } from './describe-line.ts';
import type { Login } from './handshake.ts';
import type { RemoteLimits } from './limits.ts';

/** What the admission does to the connection it is part of. */
export interface AdmissionActions {
  say: (line: string) => void;
  /** From now on what we say goes deflated. */
  deflateOurs: () => void;
  /** From now on what the device says comes deflated. */
  deflateTheirs: () => void;
  ready: (login: Login, agreed: readonly Extension[]) => void;
  ignore: (detail: string) => void;
  end: (error: SyncError, lastWords?: string) => void;
}

export interface AdmissionOptions {
  readonly limits: RemoteLimits;
  readonly login: Login;
  /** The extensions to use where the device offers them. */
  readonly extensions: readonly Extension[];
  /** A person has compared the codes already. */
  readonly isConfirmed: boolean;
}

type State =
  /** A person compares the code. */
  | { readonly kind: 'confirming'; readonly since: number }
  /** EXTEND is said; what follows is in its way already. */
  | { readonly kind: 'extending'; readonly since: number; readonly names: readonly Extension[] }
  | { readonly kind: 'over' };

/** The code of the answer to EXTEND. */
const EXTENDED = 250;

export class Admission {
  readonly #actions: AdmissionActions;
  readonly #options: AdmissionOptions;
  #state: State = { kind: 'over' };

  constructor(actions: AdmissionActions, options: AdmissionOptions) {
    this.#actions = actions;
    this.#options = options;
  }

  /** The device has let us in; whether it is the right one a person may still have to say. */
  start(now: number): void {
    const { login, isConfirmed } = this.#options;
    if (login.secured?.code === undefined || isConfirmed) this.#extend(now);
    else this.#state = { kind: 'confirming', since: now };
  }

  /** When `tick` has something to do at the earliest. */
  get deadline(): number | undefined {
    const { limits } = this.#options;
    switch (this.#state.kind) {
      case 'confirming':
        return this.#state.since + limits.codeMs;
      case 'extending':
        return this.#state.since + limits.userMs;
      case 'over':
        return undefined;
    }
  }

  /** A person has compared the codes, and they are the same. */
  confirm(now: number): void {
    if (this.#state.kind === 'confirming') this.#extend(now);
  }

  line(line: Line): void {
    if (this.#state.kind === 'confirming') {
      // Nothing of the device counts before the person has spoken.
      this.#actions.ignore(`before the code was compared: ${describeLine(line)}`);
    } else if (this.#state.kind === 'extending') {
      this.#extendingLine(this.#state.names, line);
    }
  }

  tick(now: number): void {
    if (now < (this.deadline ?? Infinity)) return;
    if (this.#state.kind === 'confirming') this.#actions.end(new SyncError('device.code'), QUIT);
    else this.#actions.end(new SyncError('link.timeout', 'waited for the answer to EXTEND'));
  }

  #extend(now: number): void {
    const { login, extensions } = this.#options;
    const names = commonExtensions(login.banner.extensions, extensions);
    if (names.length === 0) {
      this.#ready(names);
      return;
    }
    this.#actions.say(formatExtend(names));
    if (names.includes('deflate')) this.#actions.deflateOurs();
    this.#state = { kind: 'extending', since: now, names };
  }

  #extendingLine(names: readonly Extension[], line: Line): void {
    if (line.kind === 'call') {
      // A stray clientError of an older connection (spec: qdsync protocol 7).
      this.#actions.ignore(`before the extensions: ${describeLine(line)}`);
    } else if (line.kind === 'status' && line.code === EXTENDED && line.text === names.join(' ')) {
      if (names.includes('deflate')) this.#actions.deflateTheirs();
      this.#ready(names);
    } else {
      this.#actions.end(new SyncError('wire.protocol', `answer to EXTEND: ${describeLine(line)}`));
    }
  }

  #ready(agreed: readonly Extension[]): void {
    this.#state = { kind: 'over' };
    this.#actions.ready(this.#options.login, agreed);
  }
}
