/** PNG files to pixels. A few bytes of a PNG can unpack to gigabytes, so that its data is measured first. */
import { convertIndexedToRgb, decode, type DecodedPng } from 'fast-png';
import { Unzlib } from 'fflate';
import type { Picture } from './decode.ts';
import { pictureSize, uint32 } from './format.ts';

const SIGNATURE_LENGTH = 8;
/** Length, type and checksum around the data of a chunk. */
const CHUNK_OVERHEAD = 12;
const HEADER = 'IHDR';
const DATA = 'IDAT';
/** The chunks that pixels are made of. All others are passed over: some of them are compressed too. */
const NEEDED = new Set([HEADER, 'PLTE', 'tRNS', DATA, 'IEND']);
/** Compressed data is unpacked in pieces of this many bytes, at most about 16 MB each once unpacked. */
const PIECE = 16 * 1024;

interface Chunk {
  readonly type: string;
  /** The chunk with its length, type and checksum. */
  readonly whole: Uint8Array;
  readonly data: Uint8Array;
}

/** Decodes a PNG whose size the caller has found acceptable. Throws an Error for a damaged or deceitful file. */
export function decodePng(file: Uint8Array): Picture {
  const chunks = chunksOf(file).filter((chunk) => NEEDED.has(chunk.type));
  const [header, ...others] = chunks;
  if (header?.type !== HEADER || header.data.length !== 13 || others.some(({ type }) => type === HEADER)) {
    throw new Error('no single header');
  }
  const data = others.filter(({ type }) => type === DATA).map((chunk) => chunk.data);
  if (unpackedLength(data, largestData(file, header.data)) === 0) throw new Error('no data');
  return pixelsOf(
    decode(joined([file.subarray(0, SIGNATURE_LENGTH), ...chunks.map((chunk) => chunk.whole)])),
  );
}

function chunksOf(file: Uint8Array): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_LENGTH; at + CHUNK_OVERHEAD <= file.length;) {
    const length = uint32(file, at);
    const end = at + CHUNK_OVERHEAD + length;
    if (end > file.length) throw new Error('chunk beyond the end of the file');
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    chunks.push({ type, whole: file.subarray(at, end), data: file.subarray(at + 8, at + 8 + length) });
    at = end;
  }
  return chunks;
}

/** How many bytes the pixels take at most: four samples each, a byte before each row, seven interlaced passes. */
function largestData(file: Uint8Array, header: Uint8Array): number {
  const { width, height } = pictureSize(file) ?? { width: 0, height: 0 };
  const rowBytes = Math.ceil((width * 4 * (header[8] ?? 0)) / 8);
  return height * (rowBytes + 1) + 7 * (height + rowBytes);
}

/** The length of the unpacked data. Throws as soon as it exceeds the limit. */
function unpackedLength(parts: readonly Uint8Array[], limit: number): number {
  let length = 0;
  const unpacker = new Unzlib((unpacked) => {
    length += unpacked.length;
    if (length > limit) throw new Error('unpacks to more than its size needs');
  });
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE) unpacker.push(part.subarray(at, at + PIECE));
  }
  return length;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function pixelsOf(png: DecodedPng): Picture {
  const { width, height } = png;
  const samples = png.palette === undefined ? eightBit(png) : convertIndexedToRgb(png);
  const channels = png.palette === undefined ? png.channels : (png.palette[0]?.length ?? 3);
  const isGrey = channels < 3;
  const isOpaque = channels === 1 || channels === 3;
  const rgba = new Uint8Array(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const from = pixel * channels;
    for (let part = 0; part < 3; part += 1) {
      rgba[4 * pixel + part] = samples[isGrey ? from : from + part] ?? 0;
    }
    rgba[4 * pixel + 3] = isOpaque ? 255 : (samples[from + channels - 1] ?? 255);
  }
  return { width, height, rgba };
}

/** The samples as bytes, also where the file has 16, 4, 2 or 1 bits for each. */
function eightBit({ data, depth, width, height, channels }: DecodedPng): Uint8Array {
  if (depth === 16) return Uint8Array.from(data, (sample) => sample >> 8);
  if (depth === 8) return Uint8Array.from(data);
  const perByte = 8 / depth;
  const perRow = width * channels;
  const rowBytes = Math.ceil(perRow / perByte);
  const largest = (1 << depth) - 1;
  const samples = new Uint8Array(perRow * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < perRow; column += 1) {
      const byte = data[row * rowBytes + Math.floor(column / perByte)] ?? 0;
      const shift = 8 - depth * ((column % perByte) + 1);
      samples[row * perRow + column] = (((byte >> shift) & largest) * 255) / largest;
    }
  }
  return samples;
}
