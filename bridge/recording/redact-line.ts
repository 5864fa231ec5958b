/** Lines of the device link, as a recording shows them. Pure. */
import type { RecordedMessage } from '../../contract/recording.ts';
import {
  decodeForDesktop,
  decodeForDevice,
  formatStatus,
  isForwarded,
  parseLine,
  unwrapForwarded,
  type Call,
  type Line,
  type Message,
} from '../../qdsync/index.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { redactRecord } from './redact-record.ts';

export interface RecordedLine {
  readonly message?: RecordedMessage;
  readonly text?: string;
}

/** The one status line that tells nothing of anybody; of others, such as a greeting, the code alone is kept. */
const OKAY = formatStatus(200);

/** `text`: the line without its end, in latin1. */
export function redactLine(pseudonyms: Pseudonyms, direction: 'in' | 'out', text: string): RecordedLine {
  const line = parseLine(Buffer.from(text, 'latin1'));
  if (line.kind !== 'call') return { text: describe(line) };
  const message = messageIn(direction, line.call);
  if (message === undefined) return { text: `CALL of ${text.length} characters` };
  return { message: redactMessage(pseudonyms, message) };
}

/** Of the login, of what cannot be understood and of what was not asked for nothing is kept but what kind of line it was. */
function describe(line: Exclude<Line, { kind: 'call' }>): string {
  switch (line.kind) {
    case 'status':
      return `${line.code} ${line.text}` === OKAY ? OKAY : String(line.code);
    case 'helper':
      return `HELPER ${line.helper.kind}`;
    case 'user':
    case 'pass':
    case 'quit':
    case 'extend':
    case 'pair':
      return line.kind.toUpperCase();
    case 'malformed':
    case 'unknown':
      return line.kind;
  }
}

function messageIn(direction: 'in' | 'out', call: Call): Message | undefined {
  const receiver = direction === 'in' ? 'desktop' : 'device';
  const inner = isForwarded(receiver, call) ? unwrapForwarded(call) : undefined;
  if (inner?.ok !== true) return undefined;
  const decoded = direction === 'in' ? decodeForDesktop(inner.value) : decodeForDevice(inner.value);
  return decoded.ok ? decoded.value : undefined;
}

function redactMessage(pseudonyms: Pseudonyms, message: Message): RecordedMessage {
  const args = Object.entries(message).map(([key, value]): [string, unknown] => {
    if (value instanceof Uint8Array)
      return [key, redactRecord(pseudonyms, Buffer.from(value).toString('utf8'))];
    if (typeof value !== 'string') return [key, value];
    return [key, redactArgument(pseudonyms, key, value)];
  });
  return Object.fromEntries(args) as RecordedMessage;
}

function redactArgument(pseudonyms: Pseudonyms, key: string, value: string): string {
  switch (key) {
    case 'name':
    case 'dataset':
      return value;
    case 'text':
      // What the device's screen is told are sentences of ours (sync/device-words.ts).
      return value;
    case 'identity':
      return pseudonyms.opaque(value);
    default:
      return pseudonyms.id(value);
  }
}
