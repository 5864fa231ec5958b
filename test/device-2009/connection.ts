/**
 * One connection of a desktop: helper lines, banner, login and commands (spec: qdsync protocol 2, 7).
 * Knows bytes in and bytes out, not what carries them.
 */
import { carriedMessage, type Bridge } from './bridge.ts';
import { parseCommand, type Command } from './commands.ts';
import { DeviceCrash } from './crash.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Login } from './login.ts';

/** What carries the bytes. */
export interface Wire {
  write(bytes: Buffer): void;
  /** Ends the link once what was written has left. */
  close(): void;
  /** TCP stays open after QUIT, silent; a serial port is closed. */
  afterQuit(): void;
}

export interface DeviceServices {
  readonly bridge: Bridge;
  readonly login: Login;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly loginName: string;
  readonly banner: () => Buffer;
  readonly commandMs: number;
  readonly maxLineBytes: number;
  readonly crash: (reason: string) => void;
}

type State =
  | { readonly at: 'user' | 'password' | 'ready' | 'quit' | 'closed' }
  | { readonly at: 'question'; readonly dismiss: () => void };

const NOT_LOGGED_IN = '530 Please login with USER and PASS';

export class Connection {
  readonly #number: number;
  readonly #services: DeviceServices;
  readonly #wire: Wire;
  readonly #splitter: LineSplitter;
  #state: State = { at: 'user' };
  #greeted = false;
  #commanded = false;
  #acknowledge = false;
  #timeoutMs = 0;
  #commandTimer: NodeJS.Timeout | undefined;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(wire: Wire, services: DeviceServices) {
    this.#wire = wire;
    this.#services = services;
    this.#splitter = new LineSplitter(services.maxLineBytes);
    this.#number = services.bridge.opened(this);
  }

  /** Whether the 220 has been sent. Only from then on do messages for the desktop come this way. */
  get greeted(): boolean {
    return this.#greeted;
  }

  get loggedIn(): boolean {
    return this.#state.at === 'ready';
  }

  /** Sends the 220, from which the desktop has five seconds for its first command. */
  greet(): void {
    if (this.#state.at === 'closed') return;
    const banner = this.#services.banner();
    this.#log('from-device', banner.toString('utf8').trimEnd());
    this.#write(banner);
    this.#greeted = true;
    if (this.#commanded) return;
    this.#commandTimer = setTimeout(() => this.close(), this.#services.commandMs);
  }

  /** Bytes from the desktop. */
  receive(chunk: Buffer): void {
    if (this.#state.at === 'closed') return;
    const { bytes, cut } = this.#services.faults.pass(chunk, 'to-device');
    this.#services.journal.count('bytesIn', bytes.length);
    this.#handle(bytes);
    if (cut) this.close();
  }

  /** Sends a line. `message`: the QCop message in it, for the log. */
  send(line: string, message?: string): void {
    if (this.#state.at === 'closed' || this.#state.at === 'quit') return;
    this.#log('from-device', line, message);
    this.#write(Buffer.from(`${line}\n`));
  }

  /** The device drops the link. */
  close(): void {
    if (this.#state.at === 'closed') return;
    this.#wire.close();
    this.lost();
  }

  /** The link is gone. */
  lost(): void {
    if (this.#state.at === 'closed') return;
    this.#dismiss();
    this.#state = { at: 'closed' };
    clearTimeout(this.#commandTimer);
    clearTimeout(this.#watchdog);
    this.#services.bridge.closed(this);
  }

  /** Ends without telling the bridge: the application died. */
  die(): void {
    this.#dismiss();
    this.#state = { at: 'closed' };
    clearTimeout(this.#commandTimer);
    clearTimeout(this.#watchdog);
    this.#wire.close();
  }

  #handle(bytes: Buffer): void {
    this.#rewind();
    const { lines, overflow } = this.#splitter.push(bytes);
    const commands = lines.map((line) => line.toString('utf8')).filter((line) => !this.#helper(line));
    if (this.#acknowledge && bytes.length > 0) this.send('HELPER_ACK');
    for (const command of commands) this.#command(command);
    if (overflow) {
      this.#services.journal.offence('a line without an end');
      this.close();
    }
  }

  /** Handles a helper line. One that ends in CR LF is none: it reaches the command layer. */
  #helper(line: string): boolean {
    if (!line.startsWith('HELPER_') || line.endsWith('\r')) return false;
    const [word, timeout = '', acknowledge, send200] = line.split(' ');
    if (word === 'HELPER_INIT') {
      this.#timeoutMs = Number.parseInt(timeout, 10) || 0;
      this.#acknowledge = acknowledge === '1';
      this.#services.bridge.send200 = send200 !== '0';
      this.#rewind();
    } else if (word !== 'HELPER_PING') return false;
    this.#log('to-device', line);
    return true;
  }

  /** Starts the helper's time-out anew. */
  #rewind(): void {
    clearTimeout(this.#watchdog);
    if (this.#timeoutMs <= 0 || this.#state.at === 'closed') return;
    this.#watchdog = setTimeout(() => {
      this.send('HELPER_QUIT');
      this.close();
    }, this.#timeoutMs);
  }

  #command(raw: string): void {
    const line = raw.trim();
    if (line === '' || this.#state.at === 'closed') return;
    const command = parseCommand(line);
    this.#log('to-device', line, command.kind === 'call' ? carriedMessage(command) : undefined);
    this.#commanded = true;
    clearTimeout(this.#commandTimer);
    if (this.#state.at === 'quit') this.#services.journal.offence('a line after QUIT');
    else if (command.kind === 'quit') this.#quit();
    else if (this.#state.at === 'ready') this.#carryOut(command);
    else this.#logIn(line);
  }

  #logIn(line: string): void {
    const [word = '', argument = ''] = line.split(' ');
    const command = word.toUpperCase();
    if (this.#state.at === 'user' && command === 'USER' && argument === this.#services.loginName) {
      this.#state = { at: 'password' };
      this.send('331 User name ok, need password');
    } else if (this.#state.at === 'password' && command === 'PASS') this.#checkPassword(argument);
    else this.#refuse();
  }

  #checkPassword(secret: string): void {
    const outcome = this.#services.login.check(secret, (allowed) => {
      this.#state = { at: 'password' };
      if (allowed) this.#admit();
      else this.#refuse();
    });
    if (outcome.kind === 'asking') this.#state = { at: 'question', dismiss: outcome.dismiss };
    else if (outcome.kind === 'allowed') this.#admit();
    else this.#refuse();
  }

  #admit(): void {
    this.#state = { at: 'ready' };
    this.#services.journal.count('logins');
    this.send('230 User logged in, proceed');
  }

  #refuse(): void {
    this.#services.journal.count('refusals');
    this.send(NOT_LOGGED_IN);
  }

  #carryOut(command: Exclude<Command, { readonly kind: 'quit' }>): void {
    if (command.kind !== 'call') {
      this.#services.journal.offence(command.reason);
      this.send(command.kind === 'malformed' ? '500 Syntax error' : '502 Command not implemented');
      return;
    }
    try {
      const { bridge } = this.#services;
      const outcome = bridge.call(command.channel, command.message, command.bytes);
      if (outcome.kind === 'no-channel') this.send(`599 ChannelNotRegistered ${outcome.channel}`);
      if (outcome.kind === 'no-channel' && outcome.forwarded) return;
      if (bridge.send200) this.send('200 Command okay');
    } catch (error) {
      if (!(error instanceof DeviceCrash)) throw error;
      this.#services.crash(error.message);
    }
  }

  #quit(): void {
    this.send('211 Have a nice day!');
    this.#dismiss();
    this.#state = { at: 'quit' };
    clearTimeout(this.#watchdog);
    this.#services.bridge.closed(this);
    this.#wire.afterQuit();
  }

  #dismiss(): void {
    if (this.#state.at === 'question') this.#state.dismiss();
  }

  #write(whole: Buffer): void {
    const { bytes, cut } = this.#services.faults.pass(whole, 'from-device');
    this.#services.journal.count('bytesOut', bytes.length);
    this.#wire.write(bytes);
    if (cut) this.close();
  }

  #log(direction: 'to-device' | 'from-device', line: string, message?: string): void {
    const entry = { connection: this.#number, direction, line };
    this.#services.journal.line(message === undefined ? entry : { ...entry, message });
  }
}
