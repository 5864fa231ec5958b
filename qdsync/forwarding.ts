/** QCop messages never travel bare: each is wrapped in a forwardedMessage (spec: qdsync protocol 2.4). */
import { encodeCallB, type Call } from './commands.ts';
import { failure, success, type Result } from './result.ts';
import { ValueReader, ValueWriter, bytesSize, stringSize } from './values.ts';

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
