/**
 * The wire as a desktop of 2009 writes and reads it. Deliberately a second implementation, independent of
 * qdsync/: what both ends misunderstand in the same way would pass unseen otherwise.
 */

/** One sync message, with its arguments as they are typed on the wire. */
export interface WireMessage {
  readonly channel: string;
  /** `serverVersion(int,int,int)` */
  readonly message: string;
  readonly args: readonly WireValue[];
}

export type WireValue =
  | { readonly int: number }
  | { readonly string: string }
  | { readonly bytes: Buffer }
  /** Milliseconds since 1970 UTC; null: never. `spec` is the last byte, as read. */
  | { readonly time: number | null; readonly spec?: number };

const FORWARDED = 'forwardedMessage(QString,QString,QByteArray)';
const MS_PER_DAY = 86_400_000;
const JULIAN_1970 = 2_440_588;

/** The line that takes a message to the device. */
export function callLine({ channel, message, args }: WireMessage): string {
  const inner = args.length === 0 ? nullBytes() : sized(Buffer.concat(args.map(encodeValue)));
  const payload = Buffer.concat([encodeText(channel), encodeText(message), inner]);
  return `CALLB QPE/QDSync ${FORWARDED} ${payload.toString('base64')}\n`;
}

/** Reads a line that came from the device; throws for whatever an original device would not write. */
export function parseCallLine(line: string): WireMessage {
  const [word, channel, message, base64, ...rest] = line.split(' ');
  if (word !== 'CALLB' || channel !== 'QD/QDSync' || message !== FORWARDED || rest.length > 0) {
    throw new Error(`not a message to the desktop: ${line.slice(0, 80)}`);
  }
  const payload = new Reader(Buffer.from(base64 ?? '', 'base64'));
  if (payload.bytes.toString('base64') !== base64) throw new Error('not plain base64');
  const inner = { channel: payload.text(), message: payload.text(), bytes: payload.sized() };
  payload.end();
  const types = /\((.*)\)$/.exec(inner.message)?.[1]?.split(',') ?? [];
  const named = types.filter((type) => type !== '');
  if (named.length === 0) {
    if (inner.bytes !== null) throw new Error('arguments of a message without any must be null');
    return { channel: inner.channel, message: inner.message, args: [] };
  }
  const reader = new Reader(inner.bytes ?? Buffer.alloc(0));
  const args = named.map((type) => reader.value(type));
  reader.end();
  return { channel: inner.channel, message: inner.message, args };
}

function encodeValue(value: WireValue): Buffer {
  if ('int' in value) return int32(value.int);
  if ('string' in value) return encodeText(value.string);
  if ('bytes' in value) return sized(value.bytes);
  return encodeTime(value.time);
}

function encodeText(text: string): Buffer {
  return sized(Buffer.from(text, 'utf16le').swap16());
}

function encodeTime(time: number | null): Buffer {
  if (time === null) return Buffer.from('00000000ffffffffff', 'hex');
  const days = Math.floor(time / MS_PER_DAY);
  return Buffer.concat([int32(days + JULIAN_1970), int32(time - days * MS_PER_DAY), Buffer.from([2])]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([int32(bytes.length), bytes]);
}

function nullBytes(): Buffer {
  return Buffer.from('ffffffff', 'hex');
}

class Reader {
  readonly bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  value(type: string): WireValue {
    switch (type) {
      case 'int':
        return { int: this.#take(4).readInt32BE() };
      case 'QString':
        return { string: this.text() };
      case 'QByteArray':
        return { bytes: this.sized() ?? Buffer.alloc(0) };
      case 'QDateTime':
        return this.#time();
      default:
        throw new Error(`no such type: ${type}`);
    }
  }

  text(): string {
    return Buffer.from(this.sized() ?? Buffer.alloc(0))
      .swap16()
      .toString('utf16le');
  }

  /** Null where the length says so. */
  sized(): Buffer | null {
    const length = this.#take(4).readUInt32BE();
    return length === 0xffff_ffff ? null : this.#take(length);
  }

  end(): void {
    if (this.#at !== this.bytes.length) throw new Error(`${this.bytes.length - this.#at} bytes too many`);
  }

  #time(): WireValue {
    const [day, ms] = [this.#take(4).readUInt32BE(), this.#take(4).readUInt32BE()];
    const spec = this.#take(1).readInt8();
    return { time: day === 0 ? null : (day - JULIAN_1970) * MS_PER_DAY + ms, spec };
  }

  #take(length: number): Buffer {
    const part = this.bytes.subarray(this.#at, this.#at + length);
    if (part.length !== length) throw new Error('cut off');
    this.#at += length;
    return part;
  }
}
