/** The command layer: what a line says, and lines that say it (spec: qdsync protocol 2.2 and 2.3). */
import { decodeBase64 } from './base64.ts';
import { parseHelper, type HelperLine } from './helper.ts';
import { argumentTypes } from './signature.ts';
import { ValueWriter, stringSize } from './values.ts';

/** A QCop message addressed to a channel. `args` are the serialised arguments; null: none. */
export interface Call {
  readonly channel: string;
  /** Name and argument types: `syncSteps(int)`. */
  readonly signature: string;
  readonly args: Uint8Array | null;
}

export type Line =
  | { readonly kind: 'helper'; readonly helper: HelperLine }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'pass'; readonly password: string }
  | { readonly kind: 'quit' }
  /** Switches extensions on (docs/protocol-extensions.md). */
  | { readonly kind: 'extend'; readonly names: readonly string[] }
  /** The desktop's part of a pairing. */
  | { readonly kind: 'pair'; readonly value: string }
  /** CALL and CALLB alike. */
  | { readonly kind: 'call'; readonly call: Call }
  /** A CALL or CALLB that cannot be understood: to be answered 500. */
  | { readonly kind: 'malformed'; readonly detail: string }
  /** `220 Qtopia …` and the like. */
  | { readonly kind: 'status'; readonly code: number; readonly text: string }
  /** Anything else: a device answers 502. */
  | { readonly kind: 'unknown'; readonly word: string };

/** Status lines that carry no data of their own. */
export const statusTexts = {
  200: 'Command okay',
  211: 'Have a nice day!',
  230: 'User logged in, proceed',
  331: 'User name ok, need password',
  500: 'Syntax error in parameters or arguments',
  502: 'Command not implemented',
  530: 'Please login with USER and PASS',
} as const;

export function formatStatus(code: keyof typeof statusTexts): string {
  return `${code} ${statusTexts[code]}`;
}

export function formatChannelNotRegistered(channel: string): string {
  return `599 ChannelNotRegistered ${channel}`;
}

/** What the desktop puts before its password (spec: qdsync protocol 2.2). */
export const PASSWORD_PREFIX = 'Qtopia15';

export function formatUser(name: string): string {
  return `USER ${name}`;
}

export function formatPass(password: string): string {
  return `PASS ${password}`;
}

export const QUIT = 'QUIT';

const LONGEST_WORD_SHOWN = 40;

/** Reads one trimmed, non-empty line. Total: what cannot be understood is `malformed` or `unknown`. */
export function parseLine(line: Buffer): Line {
  const space = line.indexOf(0x20);
  const head = line.toString('latin1', 0, space === -1 ? Math.min(line.length, LONGEST_WORD_SHOWN) : space);
  const word = head.toUpperCase();
  switch (word) {
    case 'CALLB':
      return parseCallB(line);
    case 'CALL':
      return parseCall(line.toString('utf8'));
    case 'USER':
      return { kind: 'user', name: rest(line, space) };
    case 'PASS':
      return { kind: 'pass', password: rest(line, space) };
    case 'QUIT':
      return { kind: 'quit' };
    case 'EXTEND':
      return { kind: 'extend', names: rest(line, space).split(' ') };
    case 'PAIR':
      return { kind: 'pair', value: rest(line, space) };
  }
  if (/^\d{3}$/.test(word)) return { kind: 'status', code: Number(word), text: rest(line, space) };
  const helper = word.startsWith('HELPER_') ? parseHelper(line.toString('latin1')) : undefined;
  if (helper !== undefined) return { kind: 'helper', helper };
  return { kind: 'unknown', word: head.slice(0, LONGEST_WORD_SHOWN) };
}

function rest(line: Buffer, space: number): string {
  return space === -1 ? '' : line.toString('utf8', space + 1);
}

function parseCallB(line: Buffer): Line {
  const [, channel, signature, base64, ...more] = line.toString('latin1').split(' ', 5);
  if (channel === undefined || signature === undefined)
    return malformed('CALLB needs a channel and a message');
  if (more.length > 0) return malformed('CALLB has too many arguments');
  if (base64 === undefined) return { kind: 'call', call: { channel, signature, args: null } };
  const args = decodeBase64(base64);
  if (args === undefined) return malformed('the arguments of CALLB are not base64');
  return { kind: 'call', call: { channel, signature, args } };
}

const CALLB = 'CALLB ';

/** `CALLB <channel> <message>`, of which the arguments come after one more blank. */
function callHead(call: Call): string {
  return `${CALLB}${call.channel} ${call.signature}`;
}

/** A call whose arguments stand as they are instead of as base64: the form that it has in a frame (frames.ts). */
export function encodeRawCall(call: Call): Buffer {
  if (call.args === null) return Buffer.from(callHead(call), 'latin1');
  return Buffer.concat([Buffer.from(`${callHead(call)} `, 'latin1'), call.args]);
}

/** Reads what `encodeRawCall` or a line of text has become in a frame. */
export function parseRaw(content: Buffer): Line {
  if (content.toString('latin1', 0, CALLB.length).toUpperCase() !== CALLB) return parseLine(content);
  const channelEnd = content.indexOf(0x20, CALLB.length);
  const channel = content.toString('latin1', CALLB.length, channelEnd === -1 ? 0 : channelEnd);
  const found = channelEnd === -1 ? -1 : content.indexOf(0x20, channelEnd + 1);
  const signatureEnd = found === -1 ? content.length : found;
  const signature = channelEnd === -1 ? '' : content.toString('latin1', channelEnd + 1, signatureEnd);
  if (channel === '' || signature === '') return malformed('CALLB needs a channel and a message');
  const args = found === -1 ? null : content.subarray(found + 1);
  return { kind: 'call', call: { channel, signature, args } };
}

function parseCall(text: string): Line {
  const [, channel, signature, ...tokens] = text.split(' ');
  if (channel === undefined || signature === undefined)
    return malformed('CALL needs a channel and a message');
  const types = argumentTypes(signature);
  if (types === undefined) return malformed(`CALL names a message without argument types`);
  if (tokens.length > types.length) return malformed(`${signature} has ${tokens.length} arguments`);
  const values: (string | number)[] = [];
  for (const [index, type] of types.entries()) {
    // An empty QString at the end is trimmed away with its blank.
    const value = legacyValue(type, tokens[index] ?? '');
    if (value === undefined) return malformed(`argument ${index + 1} of ${signature} is not of its type`);
    values.push(value);
  }
  return { kind: 'call', call: { channel, signature, args: legacyArguments(values) } };
}

function malformed(detail: string): Line {
  return { kind: 'malformed', detail };
}

/** ints and bools both become 32-bit ints in the argument bytes. */
function legacyValue(type: string, token: string): string | number | undefined {
  if (type === 'QString') return unescapeArgument(token);
  if (type === 'bool' && /^(true|false)$/i.test(token)) return token.toLowerCase() === 'true' ? 1 : 0;
  if (type !== 'int' && type !== 'bool') return undefined;
  const value = /^[+-]?\d{1,10}$/.test(token) ? Number(token) : Number.NaN;
  return (value | 0) === value ? value : undefined;
}

function legacyArguments(values: readonly (string | number)[]): Buffer | null {
  if (values.length === 0) return null;
  const writer = new ValueWriter(
    values.reduce<number>((size, value) => size + (typeof value === 'string' ? stringSize(value) : 4), 0),
  );
  for (const value of values) {
    if (typeof value === 'string') writer.string(value);
    else writer.int(value);
  }
  return writer.buffer;
}

/** `CALLB <channel> <message> <base64>` as bytes, with its LF. */
export function encodeCallB(call: Call): Buffer {
  const head = callHead(call);
  if (call.args === null) return Buffer.from(`${head}\n`, 'latin1');
  const args = Buffer.from(call.args.buffer, call.args.byteOffset, call.args.byteLength);
  return Buffer.from(`${head} ${args.toString('base64')}\n`, 'latin1');
}

/** The legacy form `CALL <channel> <message> <arg>…`, without the line end. */
export function formatCall(
  channel: string,
  signature: string,
  args: readonly (string | number | boolean)[],
): string {
  const tokens = args.map((value) =>
    typeof value === 'string' ? escapeArgument(value) : String(Number(value)),
  );
  return ['CALL', channel, signature, ...tokens].join(' ');
}

// LF and CR are swapped in the original; both sides agree on it (spec: qdsync protocol 2.3).
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  ' ': '&0x20;',
  '\n': '&0x0d;',
  '\r': '&0x0a;',
};
const unescapes = new Map(Object.entries(escapes).map(([character, escape]) => [escape, character]));

export function escapeArgument(text: string): string {
  return text.replace(/[& \n\r]/g, (character) => escapes[character] ?? character);
}

export function unescapeArgument(text: string): string {
  return text.replace(/&(?:amp|0x20|0x0d|0x0a);/g, (escape) => unescapes.get(escape) ?? escape);
}
