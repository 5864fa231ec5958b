/** What a CALL of the device is to us (spec: qdsync protocol 3, 4). Pure. */
import {
  decodeForDesktop,
  isChannelOf,
  isForwarded,
  readForDesktop,
  unwrapForwarded,
  type Call,
  type MessageToDesktop,
} from '../../qdsync/index.ts';

export type HeardCall =
  | { readonly kind: 'message'; readonly message: MessageToDesktop }
  /** Cannot be read. */
  | { readonly kind: 'bad'; readonly detail: string }
  /** One that we do not know, on a channel of ours. */
  | { readonly kind: 'ignored'; readonly detail: string }
  /** Nobody listens on that channel here. */
  | { readonly kind: 'unheard'; readonly channel: string };

export function readCall(call: Call): HeardCall {
  const known = readForDesktop(call);
  if (known !== undefined) return { kind: 'message', message: known };
  if (!isForwarded('desktop', call)) return { kind: 'unheard', channel: call.channel };
  const inner = unwrapForwarded(call);
  if (!inner.ok) return { kind: 'bad', detail: inner.problem.detail };
  const message = decodeForDesktop(inner.value);
  if (message.ok) return { kind: 'message', message: message.value };
  const { kind, detail } = message.problem;
  if (kind !== 'unknown-message') return { kind: 'bad', detail };
  const { channel } = inner.value;
  if (isChannelOf('desktop', channel)) return { kind: 'ignored', detail: `unknown message ${detail}` };
  return { kind: 'unheard', channel };
}
