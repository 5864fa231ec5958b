/**
 * Plays the device of a recording over TCP: says what it said once the desktop has said what it said before, and notes
 * where the desktop says something else. Logs everybody in.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { datasetDefinitions, type DatasetDefinition } from '../../../datasets/index.ts';
import type { RecordedMessage, RecordingEvent } from '../../../contract/recording.ts';
import {
  LineSplitter,
  decodeForDevice,
  encodeLine,
  encodeMessageLine,
  formatBanner,
  formatExtended,
  formatStatus,
  knownExtensions,
  parseLine,
  unwrapForwarded,
  type Call,
  type Extension,
  type MessageToDesktop,
  type MessageToDevice,
} from '../../../qdsync/index.ts';
import { eventsOf, onlyEvent } from './recording.ts';

/** What the device's screen is told hangs on how fast it goes. */
const NOTICES: ReadonlySet<string> = new Set([
  ...['syncStart', 'syncEnd', 'syncSteps', 'syncProgress', 'displayText'],
]);

interface Said {
  readonly direction: 'in' | 'out';
  readonly message: RecordedMessage;
}

export class RecordedDevice {
  readonly differences: string[] = [];
  readonly #server: Server;
  #said: readonly Said[] = [];
  #place = 0;
  #banner = '';
  #extensions: readonly Extension[] = [];
  #definition: DatasetDefinition | undefined;
  #socket: Socket | undefined;

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async listen(): Promise<RecordedDevice> {
    const device = new RecordedDevice();
    device.#server.listen(0, '127.0.0.1');
    await once(device.#server, 'listening');
    return device;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What is played from the next connection on. */
  load(events: readonly RecordingEvent[]): void {
    const { version, id, datasets, extensions } = onlyEvent(events, 'device');
    // Neither changes what is said, only how.
    this.#extensions = knownExtensions(extensions.filter((name) => !['deflate', 'tls'].includes(name))) ?? [];
    this.#banner = formatBanner({
      ...{ version, challenge: id, datasets, extensions: this.#extensions },
      ...{ loginName: 'root', displayName: '', model: 'Recording', hexVersion: 0x40403 },
    });
    this.#said = eventsOf(events, 'line').flatMap(({ direction, message }) =>
      message === undefined || NOTICES.has(message.name) ? [] : [{ direction, message }],
    );
    this.#place = 0;
  }

  /** How much of the recording was not played. */
  get left(): number {
    return this.#said.length - this.#place;
  }

  async close(): Promise<void> {
    this.#socket?.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#socket = socket;
    const splitter = new LineSplitter();
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      for (const line of splitter.push(bytes).lines) this.#line(socket, line);
    });
    socket.write(encodeLine(this.#banner));
  }

  #line(socket: Socket, bytes: Buffer): void {
    const line = parseLine(bytes);
    const say = (text: string): void => void socket.write(encodeLine(text));
    switch (line.kind) {
      case 'user':
        say(formatStatus(331));
        break;
      case 'pass':
        say(formatStatus(230));
        break;
      case 'extend':
        say(formatExtended(this.#extensions));
        break;
      case 'quit':
        say(formatStatus(211));
        break;
      case 'call':
        this.#call(socket, line.call);
        say(formatStatus(200));
        break;
      default:
    }
  }

  #call(socket: Socket, call: Call): void {
    const inner = unwrapForwarded(call);
    const decoded = inner.ok ? decodeForDevice(inner.value) : inner;
    if (!decoded.ok) {
      this.differences.push('the desktop said what is no message');
      return;
    }
    if (NOTICES.has(decoded.value.name)) return;
    this.#compare(decoded.value);
    for (let next = this.#said[this.#place]; next?.direction === 'in'; next = this.#said[this.#place]) {
      this.#place += 1;
      socket.write(encodeMessageLine(toMessage(next.message)));
    }
  }

  #compare(message: MessageToDevice): void {
    const recorded = this.#said[this.#place];
    if (message.name === 'serverSyncRequest') this.#definition = datasetDefinitions.get(message.dataset);
    const [now, then] = [this.#meaning(message), recorded && this.#meaning(recorded.message)];
    if (now !== then) this.differences.push(`message ${this.#place}: now ${now}; then ${then ?? 'nothing'}`);
    this.#place += 1;
  }

  /** What two messages that mean the same have in common. */
  #meaning(message: MessageToDevice | RecordedMessage): string {
    // When the PC synced last is its own business, and who it is changes with its store.
    if (['serverSyncAnchors', 'serverIdentity'].includes(message.name)) return message.name;
    if (!('record' in message)) return JSON.stringify(message);
    const told = typeof message.record === 'string' ? message.record : textOf(message.record as Uint8Array);
    const outcome = this.#definition?.read(told, { fields: true });
    if (outcome?.ok !== true) return `${message.name} ${told}`;
    const { id, localIdentifier, fields } = outcome.record;
    const canonical = Object.entries(this.#definition?.canonical(fields) ?? {});
    return JSON.stringify([
      message.name,
      id,
      localIdentifier,
      canonical.sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
  }
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

function toMessage(recorded: RecordedMessage): MessageToDesktop {
  const { record } = recorded;
  const message = typeof record === 'string' ? { ...recorded, record: Buffer.from(record) } : recorded;
  return message as unknown as MessageToDesktop;
}
