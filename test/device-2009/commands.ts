/** Command lines after login (spec: qdsync protocol 2.3). */
import { argumentTypes, encodeString } from './values.ts';

export type Command =
  | { readonly kind: 'quit' }
  | {
      readonly kind: 'call';
      readonly channel: string;
      readonly message: string;
      /** The argument bytes; null without any. */
      readonly bytes: Buffer | null;
    }
  | { readonly kind: 'malformed' | 'unknown'; readonly reason: string };

/** Reads one trimmed line. */
export function parseCommand(line: string): Command {
  const [word = '', channel, message, ...rest] = line.split(' ');
  switch (word.toUpperCase()) {
    case 'QUIT':
      return { kind: 'quit' };
    case 'CALL':
      return parseCall(channel, message, rest);
    case 'CALLB':
      return parseBinaryCall(channel, message, rest);
    default:
      return { kind: 'unknown', reason: `unknown command ${word}` };
  }
}

function parseBinaryCall(channel: string | undefined, message: string | undefined, rest: string[]): Command {
  const [payload = ''] = rest;
  if (channel === undefined || message === undefined || rest.length > 1) return malformed('CALLB');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(payload) || payload.length % 4 !== 0) return malformed('CALLB base64');
  const bytes = payload === '' ? null : Buffer.from(payload, 'base64');
  return { kind: 'call', channel, message, bytes };
}

function parseCall(channel: string | undefined, message: string | undefined, rest: string[]): Command {
  if (channel === undefined || message === undefined) return malformed('CALL');
  const types = argumentTypes(message);
  if (types.length !== rest.length) return malformed('CALL arguments');
  const parts: Buffer[] = [];
  for (const [index, type] of types.entries()) {
    const value = legacyValue(type, unescapeArgument(rest[index] ?? ''));
    if (!value) return malformed(`CALL type ${type}`);
    parts.push(value);
  }
  return { kind: 'call', channel, message, bytes: parts.length > 0 ? Buffer.concat(parts) : null };
}

/** The legacy form knows three types, and writes a bool as an int. */
function legacyValue(type: string, text: string): Buffer | undefined {
  if (type === 'QString') return encodeString(text);
  if (type !== 'int' && type !== 'bool') return undefined;
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(text === 'true' ? 1 : Number.parseInt(text, 10) | 0);
  return bytes;
}

/** LF and CR are swapped in the escapes, at both ends. */
function unescapeArgument(text: string): string {
  return text
    .replaceAll('&0x20;', ' ')
    .replaceAll('&0x0d;', '\n')
    .replaceAll('&0x0a;', '\r')
    .replaceAll('&amp;', '&');
}

function malformed(what: string): Command {
  return { kind: 'malformed', reason: `malformed ${what}` };
}
