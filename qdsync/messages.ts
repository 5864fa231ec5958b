/**
 * Every message of the protocol, once (spec: qdsync protocol 4 and 5). Types, signatures, encoding and decoding
 * derive from this table.
 */
import { encodeCallB, type Call } from './commands.ts';
import { FRAME_HEAD_BYTES } from './extension/frames.ts';
import { forward, forwardedAddress, forwardedHead, isForwarded, type Receiver } from './forwarding.ts';
import { failure, success, type Result } from './result.ts';
import { formatSignature } from './signature.ts';
import {
  INT_BYTES,
  NO_BYTES,
  ValueReader,
  ValueWriter,
  asBuffer,
  beginsWith,
  bytesSize,
  codec,
  type ValueOfType,
  type ValueType,
} from './values.ts';

interface MessageDefinition {
  readonly to: Receiver;
  readonly channel: string;
  /** Arguments in the order of the wire. */
  readonly args: Readonly<Record<string, ValueType>>;
}

const server = { to: 'device', channel: 'QPE/Qtopia4Sync' } as const;
const client = { to: 'desktop', channel: 'QD/Qtopia4Sync' } as const;
const notice = { to: 'device', channel: 'QPE/QDSync' } as const;
const request = { to: 'desktop', channel: 'QD/Server' } as const;

export const messages = {
  serverSyncRequest: { ...server, args: { dataset: 'QString' } },
  serverIdentity: { ...server, args: { identity: 'QString' } },
  serverVersion: { ...server, args: { major: 'int', minor: 'int', patch: 'int' } },
  serverSyncAnchors: { ...server, args: { last: 'QDateTime', next: 'QDateTime' } },
  requestTwoWaySync: { ...server, args: {} },
  requestSlowSync: { ...server, args: {} },
  createServerRecord: { ...server, args: { record: 'QByteArray' } },
  replaceServerRecord: { ...server, args: { record: 'QByteArray' } },
  removeServerRecord: { ...server, args: { clientId: 'QString' } },
  serverError: { ...server, args: {} },
  serverEnd: { ...server, args: {} },

  clientIdentity: { ...client, args: { identity: 'QString' } },
  clientVersion: { ...client, args: { major: 'int', minor: 'int', patch: 'int' } },
  clientSyncAnchors: { ...client, args: { last: 'QDateTime', next: 'QDateTime' } },
  createClientRecord: { ...client, args: { record: 'QByteArray' } },
  replaceClientRecord: { ...client, args: { record: 'QByteArray' } },
  removeClientRecord: { ...client, args: { clientId: 'QString' } },
  mappedId: { ...client, args: { serverId: 'QString', clientId: 'QString' } },
  clientError: { ...client, args: {} },
  clientEnd: { ...client, args: {} },

  // Of the extensions "times" and "guard" (docs/protocol-extensions.md)
  createClientRecordAt: { ...client, args: { record: 'QByteArray', changedAt: 'QDateTime' } },
  replaceClientRecordAt: { ...client, args: { record: 'QByteArray', changedAt: 'QDateTime' } },
  removeClientRecordAt: { ...client, args: { clientId: 'QString', changedAt: 'QDateTime' } },
  refusedRecord: { ...client, args: { clientId: 'QString' } },

  syncStart: { ...notice, args: {} },
  syncEnd: { ...notice, args: {} },
  syncSteps: { ...notice, args: { total: 'int' } },
  syncProgress: { ...notice, args: { step: 'int' } },
  displayText: { ...notice, args: { text: 'QString' } },

  startSync: { ...request, args: {} },
  cancelSync: { ...request, args: {} },
} as const satisfies Record<string, MessageDefinition>;

export type MessageName = keyof typeof messages;
type Arguments<N extends MessageName> = (typeof messages)[N]['args'];
type Values<A> = { readonly [K in keyof A]: A[K] extends ValueType ? ValueOfType[A[K]] : never };

/** A message by its name, with its arguments as properties: `{ name: 'syncSteps', total: 18 }`. */
export type Message<N extends MessageName = MessageName> = {
  [K in N]: { readonly name: K } & Values<Arguments<K>>;
}[N];

type NamesTo<R extends Receiver> = {
  [K in MessageName]: (typeof messages)[K]['to'] extends R ? K : never;
}[MessageName];
export type MessageToDevice = Message<NamesTo<'device'>>;
export type MessageToDesktop = Message<NamesTo<'desktop'>>;

/** The version of the sync messages that both sides must have (spec: qdsync protocol 4). */
export const SYNC_VERSION = [4, 3, 0] as const;

interface Field {
  readonly key: string;
  readonly type: ValueType;
}

interface Layout {
  readonly name: MessageName;
  readonly to: Receiver;
  readonly channel: string;
  readonly signature: string;
  readonly fields: readonly Field[];
  /** What a forwarded one begins with, and a frame with one. */
  readonly address: Buffer;
  readonly head: Buffer;
}

const layouts = new Map<string, Layout>();
const layoutsByAddress = new Map<string, Layout>();
/** By the size of their address in bytes. */
const layoutsBySize = { device: new Map<number, Layout[]>(), desktop: new Map<number, Layout[]>() };
const channels = { device: new Set<string>(), desktop: new Set<string>() };
for (const [name, definition] of Object.entries(messages)) {
  const fields = Object.entries<ValueType>(definition.args).map(([key, type]) => ({ key, type }));
  const signature = formatSignature(
    name,
    fields.map((field) => field.type),
  );
  const { to, channel } = definition;
  const address = forwardedAddress({ channel, signature });
  const head = forwardedHead(to, address);
  const layout = { name: name as MessageName, to, channel, signature, fields, address, head };
  layouts.set(name, layout);
  layoutsByAddress.set(addressText(channel, signature), layout);
  layoutsBySize[to].set(address.length, [...(layoutsBySize[to].get(address.length) ?? []), layout]);
  channels[to].add(channel);
}

function addressText(channel: string, signature: string): string {
  return `${channel} ${signature}`;
}

function layoutOf(name: MessageName): Layout {
  const layout = layouts.get(name);
  if (layout === undefined) throw new TypeError(`no message ${name}`);
  return layout;
}

export function signatureOf(name: MessageName): string {
  return layoutOf(name).signature;
}

/** Whether the receiver listens on a channel at all; if not, the answer is 599. */
export function isChannelOf(to: Receiver, channel: string): boolean {
  return channels[to].has(channel);
}

/** Serialises a message for its channel. Without arguments `args` is null, as the original writes it. */
export function encodeMessage(message: Message): Call {
  const { channel, signature, fields } = layoutOf(message.name);
  if (fields.length === 0) return { channel, signature, args: null };
  const writer = new ValueWriter(argumentsSize(fields, message));
  writeArguments(writer, fields, message);
  return { channel, signature, args: writer.buffer };
}

function argumentsSize(fields: readonly Field[], message: Message): number {
  const values = message as unknown as Readonly<Record<string, never>>;
  let size = 0;
  for (const { key, type } of fields) size += codec(type).size(values[key] as never);
  return size;
}

function writeArguments(writer: ValueWriter, fields: readonly Field[], message: Message): void {
  const values = message as unknown as Readonly<Record<string, never>>;
  for (const { key, type } of fields) codec(type).write(writer, values[key] as never);
}

/** The call that brings a message to its receiver. */
export function forwardMessage(message: Message): Call {
  return forward(layoutOf(message.name).to, encodeMessage(message));
}

/** The whole line of a message, wrapped and ended by LF. */
export function encodeMessageLine(message: Message): Buffer {
  return encodeCallB(forwardMessage(message));
}

/** The same as a frame (extension/frames.ts), written in one go. */
export function encodeMessageFrame(message: Message): Buffer {
  const { head, fields } = layoutOf(message.name);
  const size = argumentsSize(fields, message);
  const content = head.length + bytesSize(null) + size;
  const writer = new ValueWriter(FRAME_HEAD_BYTES + content);
  writer.int(content);
  writer.raw(head);
  if (fields.length === 0) writer.bytes(null);
  else writer.int(size);
  writeArguments(writer, fields, message);
  return writer.buffer;
}

function decode(to: Receiver, call: Call): Result<Message> {
  const layout = layoutsByAddress.get(addressText(call.channel, call.signature));
  if (layout?.to !== to) {
    return failure('unknown-message', `${shown(call.channel)} ${shown(call.signature)}`);
  }
  return readArguments(layout, call.args ?? NO_BYTES);
}

function readArguments(layout: Layout, args: Uint8Array): Result<Message> {
  const reader = new ValueReader(args);
  const message: Record<string, unknown> = { name: layout.name };
  for (const { key, type } of layout.fields) message[key] = codec(type).read(reader);
  const end = reader.end();
  if (!end.ok) return failure('bad-message', `${layout.signature}: ${end.problem.detail}`);
  return success(message as unknown as Message);
}

function readForwarded(to: Receiver, call: Call): Message | undefined {
  if (call.args === null || !isForwarded(to, call)) return undefined;
  const args = asBuffer(call.args);
  const layout = layoutsBySize[to].get(addressSize(args))?.find(({ address }) => beginsWith(args, address));
  if (layout === undefined) return undefined;
  const reader = new ValueReader(args.subarray(layout.address.length));
  const inner = reader.bytes();
  if (!reader.end().ok) return undefined;
  const message = readArguments(layout, inner ?? NO_BYTES);
  return message.ok ? message.value : undefined;
}

/** How many bytes of a forwardedMessage's arguments say whom it is for and what it is; 0: they are no such arguments. */
function addressSize(args: Buffer): number {
  const channelSize = args.length < INT_BYTES ? args.length : args.readUInt32BE(0);
  const start = INT_BYTES + channelSize;
  return args.length < start + INT_BYTES ? 0 : start + INT_BYTES + args.readUInt32BE(start);
}

/**
 * The message that a call brings to the device, read without taking its wrapping apart; undefined where that is not one
 * of ours, or is broken, of which `unwrapForwarded` and `decodeForDevice` tell more.
 */
export function readForDevice(call: Call): MessageToDevice | undefined {
  return readForwarded('device', call) as MessageToDevice | undefined;
}

/** The same of a call that came to the desktop. */
export function readForDesktop(call: Call): MessageToDesktop | undefined {
  return readForwarded('desktop', call) as MessageToDesktop | undefined;
}

/** Reads a message that came to the desktop./** Reads a message that came to the desktop. `unknown-message` may be ignored; `bad-message` has lost its content. */
export function decodeForDesktop(call: Call): Result<MessageToDesktop> {
  return decode('desktop', call) as Result<MessageToDesktop>;
}

/** Reads a message that came to the device; problems as in `decodeForDesktop`. */
export function decodeForDevice(call: Call): Result<MessageToDevice> {
  return decode('device', call) as Result<MessageToDevice>;
}

const LONGEST_SHOWN = 80;

/** Text of the other end, fit for a log line. */
function shown(text: string): string {
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
}

/** A message for logs: names and small values; records only by their size. */
export function describeMessage(message: Message): string {
  const values = message as unknown as Readonly<Record<string, unknown>>;
  const args = layoutOf(message.name).fields.map(({ key }) => {
    const value = values[key];
    if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`;
    return typeof value === 'string' ? shown(value) : JSON.stringify(value);
  });
  return `${message.name}(${args.join(', ')})`;
}
