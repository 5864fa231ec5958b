/**
 * Graph's ids: URL-safe base64 of 113 bytes for items (152 characters) and 89 bytes for folders (120 characters), both
 * ending in "=", alike but for their tails, and told apart only by case sometimes (spec: graph 1 line 11).
 *
 * An item has two: the immutable one names the item, the plain one names the item at its place, and a move to another
 * folder gives it another place. An occurrence of a series has the series' id with the day of the occurrence in it, 168
 * characters (spec: graph 3.8).
 */

export type ItemId =
  | { readonly kind: 'immutable'; readonly item: number; readonly date?: string }
  | { readonly kind: 'plain'; readonly item: number; readonly place: number; readonly date?: string };

/** Random bytes of a mailbox that all its ids begin with. */
export const mailboxKeyBytes = 93;

const folderKeyBytes = 69;
const tailBytes = 17;
const occurrenceTailBytes = 28;
const millisecondsTo1970 = 62_135_596_800_000n;
const contactResource = 1;
const plainPrefix = Buffer.from('AAMk', 'base64');
const immutablePrefix = Buffer.from('AAkA', 'base64');

/** Makes and reads the ids of one mailbox. */
export class IdCodec {
  readonly #plainHead: string;
  readonly #immutableHead: string;
  readonly #folderHead: string;

  /** `key`: `mailboxKeyBytes` bytes, fixed for the mailbox's life. */
  constructor(key: Buffer) {
    this.#plainHead = urlSafe(Buffer.concat([plainPrefix, key]));
    this.#immutableHead = urlSafe(Buffer.concat([immutablePrefix, key]));
    this.#folderHead = urlSafe(Buffer.concat([plainPrefix, key.subarray(0, folderKeyBytes)]));
  }

  plain(item: number, place: number): string {
    return this.#plainHead + tail(item, place);
  }

  immutable(item: number): string {
    return this.#immutableHead + tail(item, 0);
  }

  folder(folder: number): string {
    return this.#folderHead + tail(folder, 0);
  }

  plainOccurrence(item: number, place: number, date: string): string {
    return this.#plainHead + tail(item, place, date);
  }

  immutableOccurrence(item: number, date: string): string {
    return this.#immutableHead + tail(item, 0, date);
  }

  /**
   * What an id of an item or an occurrence names; `unknown` for one of another mailbox, `malformed` for anything else.
   * `date` is the occurrence's day, `YYYY-MM-DD`.
   */
  readItem(id: string): ItemId | 'unknown' | 'malformed' {
    if (!/^(?:[\w-]{151}=|[\w-]{166}==)$/.test(id)) return 'malformed';
    const numbers = readTail(id.slice(128));
    if (numbers === undefined) return 'malformed';
    const { item, place, ...date } = numbers;
    if (id.startsWith(this.#immutableHead)) return { kind: 'immutable', item, ...date };
    if (id.startsWith(this.#plainHead)) return { kind: 'plain', item, place, ...date };
    return 'unknown';
  }

  /** The number of the folder that an id names; `unknown` and `malformed` as above. */
  readFolder(id: string): number | 'unknown' | 'malformed' {
    if (!/^[\w-]{119}=$/.test(id)) return 'malformed';
    const numbers = readTail(id.slice(96));
    if (numbers === undefined) return 'malformed';
    return id.startsWith(this.#folderHead) ? numbers.item : 'unknown';
  }
}

function urlSafe(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function tail(item: number, place: number, date?: string): string {
  const bytes = Buffer.alloc(date === undefined ? tailBytes : occurrenceTailBytes);
  bytes[0] = contactResource;
  bytes.writeUIntBE(place, 1, 6);
  bytes.writeUIntBE(item, 7, 6);
  if (date !== undefined) bytes.writeBigUInt64BE(ticksOf(date), tailBytes);
  return urlSafe(bytes);
}

interface Tail {
  readonly place: number;
  readonly item: number;
  readonly date?: string;
}

function readTail(text: string): Tail | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes[0] !== contactResource) return undefined;
  const numbers = { place: bytes.readUIntBE(1, 6), item: bytes.readUIntBE(7, 6) };
  if (bytes.length === tailBytes) return numbers;
  if (bytes.length !== occurrenceTailBytes) return undefined;
  const date = dateOf(bytes.readBigUInt64BE(tailBytes));
  return date === undefined ? undefined : { ...numbers, date };
}

/** .NET ticks, 100 ns since the year 1, at a day's midnight. */
function ticksOf(date: string): bigint {
  return (BigInt(Date.parse(`${date}T00:00:00Z`)) + millisecondsTo1970) * 10_000n;
}

function dateOf(ticks: bigint): string | undefined {
  const time = new Date(Number(ticks / 10_000n - millisecondsTo1970));
  const text = Number.isNaN(time.getTime()) ? '' : time.toISOString();
  return /^\d{4}-\d{2}-\d{2}T00:00:00.000Z$/.test(text) ? text.slice(0, 10) : undefined;
}

/** A change key of 16 characters that holds the version's number. */
export function changeKey(version: number): string {
  const bytes = Buffer.alloc(12);
  bytes[0] = 0x11;
  bytes[4] = 0x16;
  bytes.writeUIntBE(version, 6, 6);
  return bytes.toString('base64');
}
