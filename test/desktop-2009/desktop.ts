/**
 * A desktop of 2009 for tests: it drives a device in exactly the original's order (spec: qdsync protocol 8) and
 * takes nothing that an original device would not say.
 */
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LineReader } from './line-reader.ts';
import { callLine, parseCallLine, type WireMessage, type WireValue } from './wire.ts';

export const PASSWORD = '{c20db46a-d31c-4057-8d40-bffcee53facd}';
const IDENTITY = '{68e0e133-f54b-40f7-8fa3-d74b457f76da}';

export type DeviceChange =
  | { readonly kind: 'create' | 'replace'; readonly xml: string }
  | { readonly kind: 'remove'; readonly id: string };

export type DesktopOperation =
  | { readonly kind: 'create' | 'replace'; readonly xml: string }
  | { readonly kind: 'remove'; readonly id: string };

export interface SessionOutcome {
  readonly kind: 'slow' | 'two-way';
  readonly last: number | null;
  readonly next: number;
  readonly changes: readonly DeviceChange[];
  /** Server id to client id, in the order in which the device told them. */
  readonly mapped: ReadonlyMap<string, string>;
}

export interface DesktopOptions {
  readonly identity?: string;
  /** The `send200` of HELPER_INIT; the original says 0. */
  readonly send200?: boolean;
}

export class Desktop2009 {
  readonly stream: Duplex;
  readonly lines: LineReader;
  /** Keys and values of the banner. */
  banner: ReadonlyMap<string, string> = new Map();
  readonly #identity: string;
  readonly #send200: boolean;
  /** What the device called its next anchor at the last session that ended well, by dataset. */
  readonly #anchors: Map<string, number>;

  /** `anchors` is what the desktop keeps between connections. */
  constructor(stream: Duplex, anchors = new Map<string, number>(), options: DesktopOptions = {}) {
    this.stream = stream;
    this.lines = new LineReader(stream);
    this.#anchors = anchors;
    this.#identity = options.identity ?? IDENTITY;
    this.#send200 = options.send200 ?? false;
  }

  static async connect(
    address: { readonly port: number; readonly host?: string },
    anchors?: Map<string, number>,
    options?: DesktopOptions,
  ): Promise<Desktop2009> {
    const socket = connectSocket({ port: address.port, host: address.host ?? '127.0.0.1' });
    const desktop = new Desktop2009(socket, anchors, options);
    await once(socket, 'connect');
    return desktop;
  }

  say(text: string): void {
    this.stream.write(text);
  }

  /** Expects exactly this line. */
  async expect(line: string): Promise<void> {
    const heard = await this.lines.next();
    if (heard !== line)
      throw new Error(`expected ${JSON.stringify(line)}, heard ${JSON.stringify(heard.slice(0, 200))}`);
  }

  /** HELPER_INIT, banner, USER, PASS; answers true when the device lets us in. */
  async login(password = PASSWORD): Promise<boolean> {
    this.say(`HELPER_INIT 0 0 ${this.#send200 ? 1 : 0}\n`);
    const greeting = await this.lines.next();
    const [title = '', ...pairs] = greeting.split(';');
    if (!/^220 Qtopia 4\.\d\.\d$/.test(title)) throw new Error(`not a greeting: ${greeting}`);
    this.banner = new Map(pairs.map((pair) => pair.split('=', 2) as [string, string]));
    this.say(`USER ${this.banner.get('loginname') ?? ''}\n`);
    await this.expect('331 User name ok, need password');
    this.say(`PASS Qtopia15${password}\n`);
    const answer = await this.lines.next();
    if (answer === '230 User logged in, proceed') return true;
    if (answer === '530 Please login with USER and PASS') return false;
    throw new Error(`not an answer to PASS: ${answer}`);
  }

  /** Sends a message to the sync dispatcher, or to the device's screen. */
  async send(name: string, types: string, ...args: readonly WireValue[]): Promise<void> {
    const channel = name.startsWith('sync') ? 'QPE/QDSync' : 'QPE/Qtopia4Sync';
    this.say(callLine({ channel, message: `${name}(${types})`, args }));
    if (this.#send200 && channel === 'QPE/QDSync') await this.expect('200 Command okay');
  }

  /** The next message of the device; 200s, where they are on, are passed over. */
  async receive(): Promise<WireMessage> {
    for (;;) {
      const line = await this.lines.next();
      if (this.#send200 && line === '200 Command okay') continue;
      return parseCallLine(line);
    }
  }

  /** One run over datasets: syncStart, syncSteps, a session for each, syncEnd. */
  async run(
    datasets: readonly string[],
    operations: (dataset: string, changes: readonly DeviceChange[]) => readonly DesktopOperation[] = () => [],
  ): Promise<ReadonlyMap<string, SessionOutcome>> {
    await this.send('syncStart', '');
    await this.send('syncSteps', 'int', { int: 6 * datasets.length });
    await this.send('syncProgress', 'int', { int: 1 });
    const outcomes = new Map<string, SessionOutcome>();
    for (const dataset of datasets) {
      outcomes.set(dataset, await this.session(dataset, (changes) => operations(dataset, changes)));
    }
    await this.send('syncEnd', '');
    return outcomes;
  }

  /** One dataset's session from header to commit. */
  async session(
    dataset: string,
    operations: (changes: readonly DeviceChange[]) => readonly DesktopOperation[] = () => [],
  ): Promise<SessionOutcome> {
    const { last, next, kind } = await this.header(dataset);
    const changes = await this.changes(kind);
    await this.send('syncProgress', 'int', { int: 4 });
    const mapped = await this.apply(operations(changes));
    await this.end(dataset, next);
    return { kind, last, next, changes, mapped };
  }

  /** Identities, versions, anchors; decides between fast and slow as the original does. */
  async header(
    dataset: string,
  ): Promise<{ readonly last: number | null; readonly next: number; readonly kind: 'slow' | 'two-way' }> {
    await this.send('serverSyncRequest', 'QString', { string: dataset });
    await this.send('serverIdentity', 'QString', { string: this.#identity });
    await this.send('serverVersion', 'int,int,int', { int: 4 }, { int: 3 }, { int: 0 });
    const [identity] = await this.#expectMessage('clientIdentity(QString)');
    if (
      identity === undefined ||
      !('string' in identity) ||
      identity.string !== this.banner.get('challenge')
    ) {
      throw new Error('the device names another identity than in its banner');
    }
    const version = await this.#expectMessage('clientVersion(int,int,int)');
    if (JSON.stringify(version) !== '[{"int":4},{"int":3},{"int":0}]') throw new Error('wrong version');
    const stored = this.#anchors.get(dataset) ?? null;
    await this.send('serverSyncAnchors', 'QDateTime,QDateTime', { time: stored }, { time: Date.now() });
    const [last, next] = await this.#expectMessage('clientSyncAnchors(QDateTime,QDateTime)');
    if (
      last === undefined ||
      next === undefined ||
      !('time' in last) ||
      !('time' in next) ||
      next.time === null
    ) {
      throw new Error('unusable anchors');
    }
    // The original keeps the time as it came, "local" as it is called, and compares that.
    if (last.spec !== -1 || next.spec !== -1) throw new Error('not the date-times of a device');
    const fast = stored !== null && last.time !== null && seconds(stored) === seconds(last.time);
    return { last: last.time, next: next.time, kind: fast ? 'two-way' : 'slow' };
  }

  async changes(kind: 'slow' | 'two-way'): Promise<readonly DeviceChange[]> {
    await this.send(kind === 'slow' ? 'requestSlowSync' : 'requestTwoWaySync', '');
    const changes: DeviceChange[] = [];
    const order = kind === 'slow' ? ['create'] : ['create', 'remove', 'replace'];
    let reached = 0;
    for (;;) {
      const message = await this.receive();
      if (message.message === 'clientEnd()') return changes;
      const change = toChange(message);
      const place = order.indexOf(change.kind);
      if (place < reached) throw new Error(`a ${change.kind} out of order`);
      reached = place;
      changes.push(change);
    }
  }

  /** Sends all operations, then reads a mapping for each create. */
  async apply(operations: readonly DesktopOperation[]): Promise<ReadonlyMap<string, string>> {
    for (const operation of operations) {
      if (operation.kind === 'remove') {
        await this.send('removeServerRecord', 'QString', { string: operation.id });
      } else {
        const name = operation.kind === 'create' ? 'createServerRecord' : 'replaceServerRecord';
        await this.send(name, 'QByteArray', { bytes: Buffer.from(operation.xml, 'utf8') });
      }
    }
    const mapped = new Map<string, string>();
    const creates = operations.filter(({ kind }) => kind === 'create').length;
    while (mapped.size < creates) {
      const [server, client] = await this.#expectMessage('mappedId(QString,QString)');
      if (server === undefined || client === undefined || !('string' in server) || !('string' in client)) {
        throw new Error('unusable mapping');
      }
      mapped.set(server.string, client.string);
    }
    return mapped;
  }

  async end(dataset: string, next: number): Promise<void> {
    await this.send('serverEnd', '');
    await this.#expectMessage('clientEnd()');
    this.#anchors.set(dataset, next);
  }

  async quit(): Promise<void> {
    this.say('QUIT\n');
    for (;;) {
      const line = await this.lines.next();
      if (line === '211 Have a nice day!') break;
      if (line !== '200 Command okay' || !this.#send200) throw new Error(`not an answer to QUIT: ${line}`);
    }
    this.stream.destroy();
  }

  async #expectMessage(message: string): Promise<readonly WireValue[]> {
    const heard = await this.receive();
    if (heard.channel !== 'QD/Qtopia4Sync' || heard.message !== message) {
      throw new Error(`expected ${message}, heard ${heard.channel} ${heard.message}`);
    }
    return heard.args;
  }
}

function toChange({ message, args }: WireMessage): DeviceChange {
  const [value] = args;
  if (value !== undefined && 'bytes' in value) {
    const xml = value.bytes.toString('utf8');
    if (message === 'createClientRecord(QByteArray)') return { kind: 'create', xml };
    if (message === 'replaceClientRecord(QByteArray)') return { kind: 'replace', xml };
  }
  if (value !== undefined && 'string' in value && message === 'removeClientRecord(QString)') {
    return { kind: 'remove', id: value.string };
  }
  throw new Error(`not a change: ${message}`);
}

function seconds(time: number): number {
  return Math.floor(time / 1000);
}
