/**
 * QDataStream values as a 2009 device reads and writes them (spec: qdsync protocol 3).
 *
 * Written apart from qdsync/ on purpose: a mistake there must not be shared by the device that tests it. The
 * types of a message's arguments are taken from its signature, `name(QString,int)`.
 */

/** QString, int, bool, QByteArray and QDateTime, in that order. Null stands for the null value of the last three and of QString. */
export type Argument = string | number | boolean | Buffer | Date | null;

/** Spec byte that a device puts behind its date-times. Readers must not rely on it. */
const DEVICE_SPEC = 0xff;
const NULL = 0xffffffff;
const MS_PER_DAY = 86_400_000;
/** Julian day number of 1970-01-01. */
const JULIAN_1970 = 2_440_588;

/** The argument types named in a signature: `['QString', 'int']` of `x(QString,int)`. */
export function argumentTypes(message: string): readonly string[] {
  const list = message.slice(message.indexOf('(') + 1, message.lastIndexOf(')'));
  return list === '' ? [] : list.split(',');
}

/** A QString's bytes. */
export function encodeString(value: string | null): Buffer {
  return value === null ? uint32(NULL) : encodeBytes(Buffer.from(value, 'utf16le').swap16());
}

/** A QByteArray's bytes. */
export function encodeBytes(value: Buffer | null): Buffer {
  return value === null ? uint32(NULL) : Buffer.concat([uint32(value.length), value]);
}

/** The argument bytes of a message; null (a null QByteArray) where it has no arguments. */
export function encodeArguments(message: string, values: readonly Argument[]): Buffer | null {
  const types = argumentTypes(message);
  if (types.length !== values.length) throw new TypeError(`${message} wants ${types.length} arguments`);
  if (types.length === 0) return null;
  return Buffer.concat(types.map((type, index) => encodeValue(type, values[index] ?? null)));
}

/** Reads argument bytes; undefined when they are not exactly what the signature says. */
export function decodeArguments(message: string, bytes: Buffer | null): readonly Argument[] | undefined {
  const reader = new ValueReader(bytes ?? Buffer.alloc(0));
  const values: Argument[] = [];
  for (const type of argumentTypes(message)) {
    const value = reader.read(type);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return reader.atEnd ? values : undefined;
}

function encodeValue(type: string, value: Argument): Buffer {
  if (type === 'QString' && (value === null || typeof value === 'string')) return encodeString(value);
  if (type === 'QByteArray' && (value === null || Buffer.isBuffer(value))) return encodeBytes(value);
  if (type === 'int' && typeof value === 'number') return uint32(value >>> 0);
  if (type === 'bool' && typeof value === 'boolean') return Buffer.from([value ? 1 : 0]);
  if (type === 'QDateTime' && (value === null || value instanceof Date)) return encodeDateTime(value);
  throw new TypeError(`not a ${type}: ${String(value)}`);
}

/** The date and time fields hold UTC; the spec byte says otherwise, as at a real device. */
function encodeDateTime(value: Date | null): Buffer {
  const bytes = Buffer.alloc(9);
  const day = value === null ? 0 : Math.floor(value.getTime() / MS_PER_DAY);
  bytes.writeUInt32BE(value === null ? 0 : day + JULIAN_1970, 0);
  bytes.writeUInt32BE(value === null ? NULL : value.getTime() - day * MS_PER_DAY, 4);
  bytes.writeUInt8(DEVICE_SPEC, 8);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Reads values one after the other; undefined when the bytes end too early or the type is unknown. */
class ValueReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  read(type: string): Argument | undefined {
    switch (type) {
      case 'QString':
        return this.#string();
      case 'QByteArray':
        return this.#block();
      case 'int':
        return this.#take(4)?.readInt32BE();
      case 'bool':
        return this.#boolean();
      case 'QDateTime':
        return this.#dateTime();
      default:
        return undefined;
    }
  }

  #string(): string | null | undefined {
    const block = this.#block();
    if (block === undefined || block === null) return block;
    return block.length % 2 === 0 ? Buffer.from(block).swap16().toString('utf16le') : undefined;
  }

  #block(): Buffer | null | undefined {
    const length = this.#take(4)?.readUInt32BE();
    if (length === undefined) return undefined;
    return length === NULL ? null : this.#take(length);
  }

  #boolean(): boolean | undefined {
    const byte = this.#take(1)?.readUInt8();
    return byte === undefined ? undefined : byte !== 0;
  }

  #dateTime(): Date | null | undefined {
    const bytes = this.#take(9);
    if (bytes === undefined) return undefined;
    const day = bytes.readUInt32BE(0);
    const time = bytes.readUInt32BE(4);
    if (day === 0) return null;
    return new Date((day - JULIAN_1970) * MS_PER_DAY + (time === NULL ? 0 : time));
  }

  #take(length: number): Buffer | undefined {
    if (this.#at + length > this.#bytes.length) return undefined;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
