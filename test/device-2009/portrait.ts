/**
 * Pictures of contacts: scaled down and compressed when they come in, always PNG when they go out
 * (spec: datasets 3.5). The bytes never survive a round trip.
 */
import { decode as decodePng, encode as encodePng } from 'fast-png';
import jpeg from 'jpeg-js';

const MAX_WIDTH = 60;
const MAX_HEIGHT = 75;
const JPEG_QUALITY = 50;

/** Pixels, four bytes each: red, green, blue, alpha. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** Whether the source's format could hold transparency or 16 bits a channel: such pictures are kept as PNG. */
  readonly keepsAlpha: boolean;
}

/** Decodes PNG or JPEG; undefined for anything else. */
export function decodePicture(bytes: Uint8Array): Picture | undefined {
  try {
    if (bytes[0] === 0x89) return fromPng(bytes);
    if (bytes[0] !== 0xff) return undefined;
    const { width, height, data } = jpeg.decode(bytes, { useTArray: true, maxResolutionInMP: 50 });
    return { width, height, data, keepsAlpha: false };
  } catch {
    // The decoders throw on damaged files; for the device such a picture is no picture.
    return undefined;
  }
}

/** Encodes as the device sends it. */
export function encodePicture({ width, height, data, keepsAlpha }: Picture): Buffer {
  if (keepsAlpha) return Buffer.from(encodePng({ width, height, data, channels: 4, depth: 8 }));
  const opaque = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    opaque.set(data.subarray(pixel * 4, pixel * 4 + 3), pixel * 3);
  }
  return Buffer.from(encodePng({ width, height, data: opaque, channels: 3, depth: 8 }));
}

/** Scales down to at most 60 x 75 pixels, keeping the proportions; smaller pictures stay as they are. */
export function scaleDown(picture: Picture): Picture {
  const scale = Math.min(MAX_WIDTH / picture.width, MAX_HEIGHT / picture.height, 1);
  if (scale === 1) return picture;
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data.set(average(picture, x, y, width, height), (y * width + x) * 4);
  }
  return { width, height, data, keepsAlpha: picture.keepsAlpha };
}

/** Mean of the source pixels under one target pixel. */
function average(source: Picture, x: number, y: number, width: number, height: number): number[] {
  const [left, right] = span(x, width, source.width);
  const [top, bottom] = span(y, height, source.height);
  const sum = [0, 0, 0, 0];
  for (let row = top; row < bottom; row += 1) {
    for (let column = left; column < right; column += 1) {
      const at = (row * source.width + column) * 4;
      for (let channel = 0; channel < 4; channel += 1) sum[channel]! += source.data[at + channel] ?? 0;
    }
  }
  const count = (right - left) * (bottom - top);
  return sum.map((value) => Math.round(value / count));
}

function span(index: number, target: number, source: number): [number, number] {
  const start = Math.floor((index * source) / target);
  return [start, Math.max(start + 1, Math.floor(((index + 1) * source) / target))];
}

function fromPng(bytes: Uint8Array): Picture {
  const { width, height, data, channels, depth, palette, transparency } = decodePng(bytes);
  const shift = depth === 16 ? 8 : 0;
  const grey = depth < 8 ? 255 / (2 ** depth - 1) : 1;
  const out = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const sample = (channel: number): number => (data[pixel * channels + channel] ?? 0) >> shift;
    out.set(palette ? rgba(palette[sample(0)] ?? []) : plain(sample, channels, grey), pixel * 4);
  }
  const clear = palette?.some((colour) => (colour[3] ?? 255) < 255) ?? false;
  const keepsAlpha = channels === 2 || channels === 4 || depth === 16 || clear || transparency !== undefined;
  return { width, height, data: out, keepsAlpha };
}

function rgba(colour: readonly number[]): number[] {
  return [colour[0] ?? 0, colour[1] ?? 0, colour[2] ?? 0, colour[3] ?? 255];
}

function plain(sample: (channel: number) => number, channels: number, grey: number): number[] {
  if (channels >= 3) return [sample(0), sample(1), sample(2), channels === 4 ? sample(3) : 255];
  const level = Math.round(sample(0) * grey);
  return [level, level, level, channels === 2 ? sample(1) : 255];
}

/** What the device shows and sends when a picture's file is gone. */
const GENERIC_ICON: Picture = {
  width: 16,
  height: 16,
  data: new Uint8Array(16 * 16 * 4).map((_, index) => (index % 4 === 3 ? 255 : (index * 7) % 256)),
  keepsAlpha: true,
};

/** The picture files beside the database: no part of its transactions, so a rollback does not bring one back. */
export class PortraitFiles {
  readonly #sent = new Map<string, Buffer>();
  #count = 0;

  /** Base64 that the device sends for a picture without a file. */
  static readonly genericIcon = encodePicture(GENERIC_ICON).toString('base64');

  /** Stores a picture and tells its file name; undefined when it cannot be decoded. */
  store(bytes: Uint8Array): string | undefined {
    const decoded = decodePicture(bytes);
    if (!decoded || decoded.width === 0 || decoded.height === 0) return undefined;
    const small = scaleDown(decoded);
    const kept = small.keepsAlpha ? small : recompress(small);
    this.#count += 1;
    const name = `portrait-${this.#count}`;
    this.#sent.set(name, encodePicture(kept));
    return name;
  }

  /** Stores base64 as the reader decodes it: characters outside the alphabet are skipped. */
  storeBase64(text: string): string | undefined {
    return this.store(Buffer.from(text.replace(/[^A-Za-z0-9+/]/g, ''), 'base64'));
  }

  /** Deletes a file. */
  remove(name: string | undefined): void {
    if (name !== undefined) this.#sent.delete(name);
  }

  /** Base64 of the PNG that is sent; the generic icon when the file is gone. */
  base64(name: string): string {
    return this.#sent.get(name)?.toString('base64') ?? PortraitFiles.genericIcon;
  }
}

/** What the picture looks like after it has been through the device's JPEG file. */
function recompress({ width, height, data }: Picture): Picture {
  const file = jpeg.encode({ width, height, data }, JPEG_QUALITY);
  const again = jpeg.decode(file.data, { useTArray: true });
  return { width: again.width, height: again.height, data: again.data, keepsAlpha: false };
}
