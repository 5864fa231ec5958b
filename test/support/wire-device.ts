/**
 * The other end of the wire for tests of the desktop's side: says what a device says, byte by byte, with the
 * faults that a test asks for. It keeps records as text and does not look into them.
 */
import {
  LineSplitter,
  decodeForDevice,
  encodeLine,
  encodeMessageLine,
  formatBanner,
  formatChannelNotRegistered,
  formatHelper,
  formatStatus,
  isForwarded,
  parseLine,
  unwrapForwarded,
  type MessageToDesktop,
  type MessageToDevice,
} from '../../qdsync/index.ts';

export interface WireDeviceOptions {
  /** `silent`: the question stays on the screen. */
  readonly login?: 'allow' | 'deny' | 'silent';
  /** `late`: each 200 comes only with the next call. */
  readonly send200?: 'as-told' | 'never' | 'late';
  /** Over serial the device is silent until it has heard something. */
  readonly greets?: 'at-once' | 'when-spoken-to' | 'never';
  /** Creates that the device drops without a word. */
  readonly drops?: (xml: string) => boolean;
  /** Messages of the desktop that the device does not answer. */
  readonly ignores?: readonly MessageToDevice['name'][];
  readonly version?: readonly [number, number, number];
  readonly clock?: () => number;
}

/** What outlives a connection. */
export class WireDeviceStore {
  readonly records = new Map<string, string>();
  /** What a two-way sync reports; emptied by a commit. */
  changes: MessageToDesktop[] = [];
  last: number | null = null;
  nextId = 1;
  readonly passwords = new Set<string>();
}

interface Session {
  readonly dataset: string;
  readonly records: Map<string, string>;
  next: number | null;
}

export const CHALLENGE = '{0c39edd7-b32d-4968-86d1-30f5dbb11ba9}';
const CONTEXT = '{a7a2832c-cdb3-40b6-9d95-6cd31e05647d}';

export class WireDevice {
  /** Every line received, helper lines included. */
  readonly heard: string[] = [];
  /** Names of the messages received. */
  readonly messages: string[] = [];
  readonly #lines = new LineSplitter();
  readonly #write: (bytes: Buffer) => void;
  readonly #store: WireDeviceStore;
  readonly #options: WireDeviceOptions;
  #greeted = false;
  #loggedIn = false;
  #send200 = true;
  #owes200 = false;
  #session: Session | undefined;

  constructor(
    write: (bytes: Buffer) => void,
    store = new WireDeviceStore(),
    options: WireDeviceOptions = {},
  ) {
    this.#write = write;
    this.#store = store;
    this.#options = options;
    if ((options.greets ?? 'at-once') === 'at-once') this.greet();
  }

  receive(bytes: Uint8Array): void {
    if (!this.#greeted && this.#options.greets === 'when-spoken-to') this.greet();
    for (const line of this.#lines.push(bytes).lines) this.#line(line);
  }

  /** A message that the desktop did not cause. */
  say(message: MessageToDesktop): void {
    this.#write(encodeMessageLine(message));
  }

  sayLine(line: string): void {
    this.#write(encodeLine(line));
  }

  /** Says the 220, as when a session begins. */
  greet(): void {
    this.#greeted = true;
    this.sayLine(
      formatBanner({
        version: '4.4.3',
        challenge: CHALLENGE,
        loginName: 'root',
        displayName: 'Joe Owner',
        model: 'Uncustomized Device',
        hexVersion: 263_171,
        datasets: ['calendar', 'contacts', 'tasks'],
        extensions: [],
      }),
    );
  }

  #line(bytes: Buffer): void {
    this.heard.push(bytes.toString('latin1'));
    const line = parseLine(bytes);
    switch (line.kind) {
      case 'helper':
        if (line.helper.kind === 'init') this.#send200 = line.helper.send200;
        if (line.helper.kind === 'init' && line.helper.ack) this.sayLine(formatHelper({ kind: 'ack' }));
        break;
      case 'user':
        this.sayLine(formatStatus(331));
        break;
      case 'pass':
        this.#password(line.password);
        break;
      case 'quit':
        this.#session = undefined;
        this.#loggedIn = false;
        this.sayLine(formatStatus(211));
        break;
      case 'call': {
        if (!this.#loggedIn) {
          this.sayLine(formatStatus(530));
          break;
        }
        const inner = isForwarded('device', line.call) ? unwrapForwarded(line.call) : undefined;
        const message = inner?.ok === true ? decodeForDevice(inner.value) : undefined;
        if (message?.ok !== true) {
          this.sayLine(formatChannelNotRegistered(line.call.channel));
          break;
        }
        if (this.#owes200) this.sayLine(formatStatus(200));
        this.#message(message.value);
        this.#owes200 = this.#send200 && this.#options.send200 === 'late';
        if (this.#send200 && (this.#options.send200 ?? 'as-told') === 'as-told')
          this.sayLine(formatStatus(200));
        break;
      }
      default:
        this.sayLine(line.kind === 'malformed' ? formatStatus(500) : formatStatus(502));
    }
  }

  #password(password: string): void {
    const { login = 'allow' } = this.#options;
    if (login === 'silent' && !this.#store.passwords.has(password)) return;
    this.#loggedIn = login !== 'deny';
    if (this.#loggedIn) this.#store.passwords.add(password);
    this.sayLine(formatStatus(this.#loggedIn ? 230 : 530));
  }

  #message(message: MessageToDevice): void {
    this.messages.push(message.name);
    if (this.#options.ignores?.includes(message.name) === true) return;
    switch (message.name) {
      case 'serverSyncRequest':
        if (this.#session !== undefined) throw new Error('a second serverSyncRequest');
        this.#session = { dataset: message.dataset, records: new Map(this.#store.records), next: null };
        break;
      case 'serverVersion': {
        const [major, minor, patch] = this.#options.version ?? [4, 3, 0];
        this.say({ name: 'clientIdentity', identity: CHALLENGE });
        this.say({ name: 'clientVersion', major, minor, patch });
        break;
      }
      case 'serverSyncAnchors': {
        const next = (this.#options.clock ?? Date.now)();
        this.#active(message.name).next = next;
        this.say({ name: 'clientSyncAnchors', last: this.#store.last, next });
        break;
      }
      case 'requestSlowSync':
        for (const xml of this.#active(message.name).records.values()) {
          this.say({ name: 'createClientRecord', record: Buffer.from(xml) });
        }
        this.say({ name: 'clientEnd' });
        break;
      case 'requestTwoWaySync':
        this.#active(message.name);
        for (const change of this.#store.changes) this.say(change);
        this.say({ name: 'clientEnd' });
        break;
      case 'createServerRecord':
        this.#create(Buffer.from(message.record).toString('utf8'), this.#active(message.name));
        break;
      case 'replaceServerRecord': {
        const xml = Buffer.from(message.record).toString('utf8');
        const id = identifierOf(xml);
        const { records } = this.#active(message.name);
        if (records.has(id)) records.set(id, xml);
        break;
      }
      case 'removeServerRecord':
        this.#active(message.name).records.delete(message.clientId);
        break;
      case 'serverEnd':
        this.#commit(this.#active(message.name));
        break;
      case 'serverError':
        this.#session = undefined;
        this.say({ name: 'clientError' });
        break;
      case 'serverIdentity':
      case 'syncStart':
      case 'syncEnd':
      case 'syncSteps':
      case 'syncProgress':
      case 'displayText':
        break;
    }
  }

  #create(xml: string, session: Session): void {
    if (this.#options.drops?.(xml) === true) return;
    const serverId = identifierOf(xml);
    const clientId = `${CONTEXT}:${this.#store.nextId}`;
    this.#store.nextId += 1;
    session.records.set(clientId, withIdentifier(xml, clientId));
    this.say({ name: 'mappedId', serverId, clientId });
  }

  #commit(session: Session): void {
    if (session.next === null) throw new Error('serverEnd without serverSyncAnchors');
    this.#store.records.clear();
    for (const [id, xml] of session.records) this.#store.records.set(id, xml);
    this.#store.last = Math.floor(session.next / 1000) * 1000;
    this.#store.changes = [];
    this.#session = undefined;
    this.say({ name: 'clientEnd' });
  }

  /** What an original device does not survive. */
  #active(what: string): Session {
    if (this.#session === undefined) throw new Error(`${what} without a session`);
    return this.#session;
  }
}

export function identifierOf(xml: string): string {
  return /<Identifier[^>]*>([^<]*)<\/Identifier>/.exec(xml)?.[1] ?? '';
}

export function withIdentifier(xml: string, id: string): string {
  return xml.replace(/<Identifier[^>]*>[^<]*<\/Identifier>/, `<Identifier>${id}</Identifier>`);
}
