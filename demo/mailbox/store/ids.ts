/**
 * Graph's ids: URL-safe base64 of 113 bytes for items (152 characters) and 89 bytes for folders (120 characters), both
 * ending in "=", alike but for their tails, and told apart only by case sometimes (spec: graph 1 line 11).
 *
 * An item has two: the immutable one names the item, the plain one names the item at its place, and a move to another
 * folder gives it another place.
 */

export type ItemId =
  | { readonly kind: 'immutable'; readonly item: number }
  | { readonly kind: 'plain'; readonly item: number; readonly place: number };

/** Random bytes of a mailbox that all its ids begin with. */
export const mailboxKeyBytes = 93;

const folderKeyBytes = 69;
const tailBytes = 17;
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

  /** What an item's id names; `unknown` for an id of another mailbox, `malformed` for anything else. */
  readItem(id: string): ItemId | 'unknown' | 'malformed' {
    if (!/^[\w-]{151}=$/.test(id)) return 'malformed';
    const numbers = readTail(id.slice(128));
    if (numbers === undefined) return 'malformed';
    if (id.startsWith(this.#immutableHead)) return { kind: 'immutable', item: numbers.item };
    if (id.startsWith(this.#plainHead)) return { kind: 'plain', ...numbers };
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

function tail(item: number, place: number): string {
  const bytes = Buffer.alloc(tailBytes);
  bytes[0] = contactResource;
  bytes.writeUIntBE(place, 1, 6);
  bytes.writeUIntBE(item, 7, 6);
  return urlSafe(bytes);
}

function readTail(text: string): { readonly item: number; readonly place: number } | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== tailBytes || bytes[0] !== contactResource) return undefined;
  return { place: bytes.readUIntBE(1, 6), item: bytes.readUIntBE(7, 6) };
}

/** A change key of 16 characters that holds the version's number. */
export function changeKey(version: number): string {
  const bytes = Buffer.alloc(12);
  bytes[0] = 0x11;
  bytes[4] = 0x16;
  bytes.writeUIntBE(version, 6, 6);
  return bytes.toString('base64');
}
