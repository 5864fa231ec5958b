/**
 * QDataStream values in the format of Qt 4, big-endian (spec: qdsync protocol 3).
 *
 * Reading is total: a reader never throws. Its first problem sticks, later reads yield zero values, and `end()`
 * tells what was wrong.
 */
import { failure, success, type Result } from './result.ts';

/** The value that each serialised type stands for. Date-times are milliseconds since 1970, UTC; null: never. */
export interface ValueOfType {
  readonly int: number;
  readonly bool: boolean;
  readonly QString: string;
  readonly QByteArray: Uint8Array;
  readonly QDateTime: number | null;
}
export type ValueType = keyof ValueOfType;

const NULL_LENGTH = 0xffffffff;
const NULL_TIME = 0xffffffff;
const MS_PER_DAY = 86_400_000;
/** Julian day number of 1970-01-01. */
const JULIAN_1970 = 2_440_588;
const SPEC_UNKNOWN = -1;
const SPEC_UTC = 2;

export const INT_BYTES = 4;
const BOOL_BYTES = 1;
const DATE_TIME_BYTES = 9;

/** Texts of up to so many characters, such as ids, are written and read here: calls into the runtime cost more than they do. */
const SHORT_TEXT = 128;
const scratch = Buffer.alloc(SHORT_TEXT);

/** The argument bytes of what has none. */
export const NO_BYTES = new Uint8Array(0);

/** The same bytes. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function beginsWith(bytes: Buffer, head: Buffer): boolean {
  return bytes.length >= head.length && head.compare(bytes, 0, head.length) === 0;
}

/** Bytes that a QString takes; null is written as Qt's null string. */
export function stringSize(value: string | null): number {
  return 4 + (value === null ? 0 : value.length * 2);
}

/** Bytes that a QByteArray takes. */
export function bytesSize(value: Uint8Array | null): number {
  return 4 + (value === null ? 0 : value.byteLength);
}

/** Writes values one after the other into a buffer of exactly the right size. */
export class ValueWriter {
  readonly buffer: Buffer;
  #at = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  int(value: number): void {
    this.#at = this.buffer.writeInt32BE(value, this.#at);
  }

  bool(value: boolean): void {
    this.#at = this.buffer.writeUInt8(value ? 1 : 0, this.#at);
  }

  string(value: string | null): void {
    if (value === null) {
      this.#length(NULL_LENGTH);
      return;
    }
    this.#length(value.length * 2);
    const { buffer } = this;
    if (value.length <= SHORT_TEXT) {
      for (let index = 0; index < value.length; index += 1) {
        const unit = value.charCodeAt(index);
        buffer[this.#at] = unit >> 8;
        buffer[this.#at + 1] = unit & 0xff;
        this.#at += 2;
      }
      return;
    }
    const written = buffer.write(value, this.#at, 'utf16le');
    buffer.subarray(this.#at, this.#at + written).swap16();
    this.#at += written;
  }

  bytes(value: Uint8Array | null): void {
    if (value === null) {
      this.#length(NULL_LENGTH);
      return;
    }
    this.#length(value.byteLength);
    this.raw(value);
  }

  /** Bytes that are values already. */
  raw(value: Uint8Array): void {
    this.buffer.set(value, this.#at);
    this.#at += value.byteLength;
  }

  dateTime(value: number | null): void {
    const days = value === null ? 0 : Math.floor(value / MS_PER_DAY);
    this.#length(value === null ? 0 : days + JULIAN_1970);
    this.#length(value === null ? NULL_TIME : value - days * MS_PER_DAY);
    this.#at = this.buffer.writeInt8(value === null ? SPEC_UNKNOWN : SPEC_UTC, this.#at);
  }

  #length(value: number): void {
    this.#at = this.buffer.writeUInt32BE(value, this.#at);
  }
}

/** Reads values one after the other. The QByteArrays it returns are views of the input. */
export class ValueReader {
  readonly #buffer: Buffer;
  #at = 0;
  #problem: string | undefined;

  constructor(bytes: Uint8Array) {
    this.#buffer = asBuffer(bytes);
  }

  int(): number {
    const at = this.#take(INT_BYTES, 'int');
    return at === undefined ? 0 : this.#buffer.readInt32BE(at);
  }

  bool(): boolean {
    const at = this.#take(BOOL_BYTES, 'bool');
    return at !== undefined && this.#buffer[at] !== 0;
  }

  string(): string | null {
    const length = this.#size('QString');
    if (length === undefined) return null;
    if (length % 2 !== 0) {
      this.#fail(`a QString of ${length} bytes is not whole UTF-16`);
      return null;
    }
    const at = this.#take(length, 'QString');
    if (at === undefined) return null;
    return latin1Of(this.#buffer, at, length) ?? utf16Of(this.#buffer.subarray(at, at + length));
  }

  bytes(): Buffer | null {
    const length = this.#size('QByteArray');
    if (length === undefined) return null;
    const at = this.#take(length, 'QByteArray');
    return at === undefined ? null : this.#buffer.subarray(at, at + length);
  }

  /** The date and time fields are UTC whatever the spec byte says (spec: qdsync protocol 3). */
  dateTime(): number | null {
    const at = this.#take(DATE_TIME_BYTES, 'QDateTime');
    if (at === undefined) return null;
    const day = this.#buffer.readUInt32BE(at);
    const time = this.#buffer.readUInt32BE(at + 4);
    if (day === 0) return null;
    if (time !== NULL_TIME && time >= MS_PER_DAY) {
      this.#fail(`a QDateTime has ${time} ms in its day`);
      return null;
    }
    return (day - JULIAN_1970) * MS_PER_DAY + (time === NULL_TIME ? 0 : time);
  }

  /** Succeeds when all was read without a problem and nothing is left over. */
  end(): Result<undefined> {
    const left = this.#buffer.length - this.#at;
    if (this.#problem === undefined && left > 0) this.#fail(`${left} bytes are left over`);
    return this.#problem === undefined ? success(undefined) : failure('bad-value', this.#problem);
  }

  #size(type: string): number | undefined {
    const at = this.#take(4, `${type} length`);
    if (at === undefined) return undefined;
    const length = this.#buffer.readUInt32BE(at);
    return length === NULL_LENGTH ? undefined : length;
  }

  #take(size: number, what: string): number | undefined {
    if (this.#problem !== undefined) return undefined;
    const at = this.#at;
    if (size > this.#buffer.length - at) {
      this.#fail(`${what} needs ${size} bytes at offset ${at}, only ${this.#buffer.length - at} are left`);
      return undefined;
    }
    this.#at = at + size;
    return at;
  }

  #fail(problem: string): void {
    this.#problem ??= problem;
  }
}

/** A short text in UTF-16BE without a character above U+00FF; undefined where it is none. */
function latin1Of(bytes: Buffer, start: number, length: number): string | undefined {
  if (length > 2 * SHORT_TEXT) return undefined;
  for (let at = 0; at < length; at += 2) {
    if (bytes[start + at] !== 0) return undefined;
    scratch[at >> 1] = bytes[start + at + 1] ?? 0;
  }
  return scratch.toString('latin1', 0, length >> 1);
}

function utf16Of(bytes: Buffer): string {
  return Buffer.from(bytes).swap16().toString('utf16le');
}

type Codec<T> = Readonly<{
  size: (value: T) => number;
  write: (writer: ValueWriter, value: T) => void;
  read: (reader: ValueReader) => T;
}>;

const codecs: { readonly [T in ValueType]: Codec<ValueOfType[T]> } = {
  int: { size: () => INT_BYTES, write: (w, value) => w.int(value), read: (r) => r.int() },
  bool: { size: () => BOOL_BYTES, write: (w, value) => w.bool(value), read: (r) => r.bool() },
  QString: { size: stringSize, write: (w, value) => w.string(value), read: (r) => r.string() ?? '' },
  QByteArray: { size: bytesSize, write: (w, value) => w.bytes(value), read: (r) => r.bytes() ?? NO_BYTES },
  QDateTime: {
    size: () => DATE_TIME_BYTES,
    write: (w, value) => w.dateTime(value),
    read: (r) => r.dateTime(),
  },
};

/** The codec of a type: its size, writing and reading of one value. Null strings and arrays are read as empty. */
export function codec<T extends ValueType>(type: T): Codec<ValueOfType[T]> {
  return codecs[type];
}
