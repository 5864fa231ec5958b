/** QCop messages never travel bare: each is wrapped in a forwardedMessage (spec: qdsync protocol 2.4). */
import { encodeCallB, encodeRawCall, type Call } from './commands.ts';
import { failure, success, type Result } from './result.ts';
import { ValueReader, ValueWriter, beginsWith, bytesSize, stringSize } from './values.ts';

/** Who a message is for. */
export type Receiver = 'device' | 'desktop';

/** Where the receiver's end of the forwarding listens. */
export const forwardingChannel = { device: 'QPE/QDSync', desktop: 'QD/QDSync' } as const;
export const FORWARDED_MESSAGE = 'forwardedMessage(QString,QString,QByteArray)';

/** Wraps a message for the receiver. */
export function forward(to: Receiver, call: Call): Call {
  const size = stringSize(call.channel) + stringSize(call.signature) + bytesSize(call.args);
  const payload = new ValueWriter(size);
  payload.string(call.channel);
  payload.string(call.signature);
  payload.bytes(call.args);
  return { channel: forwardingChannel[to], signature: FORWARDED_MESSAGE, args: payload.buffer };
}

/** What the arguments of a forwardedMessage begin with: whom the message is for, and what it is. */
export function forwardedAddress({ channel, signature }: Omit<Call, 'args'>): Buffer {
  const address = new ValueWriter(stringSize(channel) + stringSize(signature));
  address.string(channel);
  address.string(signature);
  return address.buffer;
}

/** What the content of a frame begins with that brings such a message (extension/frames.ts). */
export function forwardedHead(to: Receiver, address: Buffer): Buffer {
  return encodeRawCall({ channel: forwardingChannel[to], signature: FORWARDED_MESSAGE, args: address });
}

const NO_ADDRESS = Buffer.alloc(0);
const receivers = ['device', 'desktop'] as const;
const frames = receivers.map((to) => ({
  channel: forwardingChannel[to],
  head: forwardedHead(to, NO_ADDRESS),
}));

/** The call in the content of a frame, where that is one of a forwardedMessage, as nearly all are. */
export function forwardedIn(content: Buffer): Call | undefined {
  const frame = frames.find(({ head }) => beginsWith(content, head));
  if (frame === undefined) return undefined;
  const { channel, head } = frame;
  return { channel, signature: FORWARDED_MESSAGE, args: content.subarray(head.length) };
}

/** Wraps a message for the receiver: a whole CALLB line as bytes, with its LF. */
export function encodeForwarded(to: Receiver, call: Call): Buffer {
  return encodeCallB(forward(to, call));
}

export function isForwarded(to: Receiver, call: Call): boolean {
  return call.channel === forwardingChannel[to] && call.signature === FORWARDED_MESSAGE;
}

/** The message that a forwardedMessage carries. */
export function unwrapForwarded(call: Call): Result<Call> {
  if (call.args === null) return failure('bad-message', 'forwardedMessage without arguments');
  const reader = new ValueReader(call.args);
  const inner: Call = {
    channel: reader.string() ?? '',
    signature: reader.string() ?? '',
    args: reader.bytes(),
  };
  const end = reader.end();
  return end.ok ? success(inner) : failure('bad-message', `forwardedMessage: ${end.problem.detail}`);
}
