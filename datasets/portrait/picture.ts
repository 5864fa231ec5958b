/**
 * Pictures of contacts: decoding, comparing by sight, and making the JPEG that Outlook wants. Bounded, and a hostile
 * image gives a result, never an exception.
 */
import { convertIndexedToRgb, decode as decodePng, type DecodedPng } from 'fast-png';
import jpeg from 'jpeg-js';
import { decodeBase64 } from './base64.ts';

/** Pixels of red, green, blue and opacity, one byte each, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

export type PictureOutcome =
  { readonly ok: true; readonly picture: Picture } | { readonly ok: false; readonly detail: string };

/** The largest picture that is decoded, in megapixels; what a phone's camera of today takes. */
const MAX_MEGAPIXELS = 50;
const MAX_MEMORY_MB = 512;
/** What a device of 2009 makes of every picture (spec: datasets 3.5). */
const DEVICE_WIDTH = 60;
const DEVICE_HEIGHT = 75;
/** Edge of the signature that pictures are compared by (spec: sync engine, section 1). */
const EDGE = 16;
/**
 * Mean difference of luminance, of 255, up to which two pictures show the same. Scaling to a device's size and JPEG of
 * quality 50 stay below 4; two different faces of the same format begin at about 20.
 */
export const SAME_BELOW = 8;
const JPEG_QUALITY = 90;

/** Decodes a PNG or JPEG file. */
export function decodePicture(file: Uint8Array): PictureOutcome {
  try {
    if (isPng(file)) return { ok: true, picture: fromPng(file) };
    if (isJpeg(file)) {
      const options = {
        useTArray: true,
        maxResolutionInMP: MAX_MEGAPIXELS,
        maxMemoryUsageInMB: MAX_MEMORY_MB,
      } as const;
      const { width, height, data } = jpeg.decode(file, options);
      return { ok: true, picture: { width, height, rgba: data } };
    }
    return { ok: false, detail: 'neither PNG nor JPEG' };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Width and height in pixels as the file's head tells them, without decoding; undefined where it cannot be told. */
export function pictureSize(
  file: Uint8Array,
): { readonly width: number; readonly height: number } | undefined {
  if (isPng(file) && file.length >= 24) {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    return { width: view.getUint32(16), height: view.getUint32(20) };
  }
  const outcome = decodePicture(file);
  return outcome.ok ? { width: outcome.picture.width, height: outcome.picture.height } : undefined;
}

/** Whether a picture is no larger than what a device of 2009 keeps; such a one never replaces a larger that it matches. */
export function isDeviceSized(base64: string): boolean {
  const size = pictureSize(decodeBase64(base64));
  return size !== undefined && size.width <= DEVICE_WIDTH && size.height <= DEVICE_HEIGHT;
}

/** Whether two base64 texts show the same picture, whatever their format, size and quality. */
export function samePicture(a: string, b: string): boolean {
  if (a === b) return true;
  const first = decodePicture(decodeBase64(a));
  const second = decodePicture(decodeBase64(b));
  if (!first.ok || !second.ok) return false;
  const [left, right] = [signature(first.picture), signature(second.picture)];
  let difference = 0;
  for (let index = 0; index < left.length; index++)
    difference += Math.abs((left[index] ?? 0) - (right[index] ?? 0));
  return difference / left.length < SAME_BELOW;
}

/** Mean luminance of each field of a 16 × 16 grid laid over the picture, transparent parts on white. */
export function signature(picture: Picture): Float64Array {
  const grid = new Float64Array(EDGE * EDGE);
  for (let row = 0; row < EDGE; row++) {
    for (let column = 0; column < EDGE; column++) {
      grid[row * EDGE + column] = meanLuminance(picture, column, row);
    }
  }
  return grid;
}

/** A JPEG file of the picture; a JPEG stays as it is. */
export function toJpeg(
  file: Uint8Array,
): { readonly ok: true; readonly file: Uint8Array } | { readonly ok: false; readonly detail: string } {
  const outcome = decodePicture(file);
  if (!outcome.ok) return outcome;
  if (isJpeg(file)) return { ok: true, file };
  const { width, height, rgba } = outcome.picture;
  return {
    ok: true,
    file: Uint8Array.from(jpeg.encode({ width, height, data: onWhite(rgba) }, JPEG_QUALITY).data),
  };
}

/** Mean over the part of the picture under one field of the grid, edges weighted by how much of a pixel they cover. */
function meanLuminance(picture: Picture, column: number, row: number): number {
  const [left, right] = [(column * picture.width) / EDGE, ((column + 1) * picture.width) / EDGE];
  const [top, bottom] = [(row * picture.height) / EDGE, ((row + 1) * picture.height) / EDGE];
  let sum = 0;
  let weight = 0;
  for (let y = Math.floor(top); y < Math.ceil(bottom); y++) {
    const tall = Math.min(y + 1, bottom) - Math.max(y, top);
    for (let x = Math.floor(left); x < Math.ceil(right); x++) {
      const part = tall * (Math.min(x + 1, right) - Math.max(x, left));
      sum += part * luminance(picture.rgba, 4 * (y * picture.width + x));
      weight += part;
    }
  }
  return weight === 0 ? 0 : sum / weight;
}

function luminance(rgba: Uint8Array, at: number): number {
  const colour = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
  const opacity = (rgba[at + 3] ?? 255) / 255;
  return colour * opacity + 255 * (1 - opacity);
}

function onWhite(rgba: Uint8Array): Uint8Array {
  const flat = new Uint8Array(rgba.length);
  for (let at = 0; at < rgba.length; at += 4) {
    const opacity = (rgba[at + 3] ?? 255) / 255;
    for (let part = 0; part < 3; part++) {
      flat[at + part] = Math.round((rgba[at + part] ?? 0) * opacity + 255 * (1 - opacity));
    }
    flat[at + 3] = 255;
  }
  return flat;
}

function fromPng(file: Uint8Array): Picture {
  const size = pictureSize(file);
  if (size === undefined || size.width * size.height > MAX_MEGAPIXELS * 1_000_000)
    throw new Error('too large');
  const png = decodePng(file);
  const { width, height } = png;
  const pixels = width * height;
  const samples = png.palette === undefined ? eightBit(png) : convertIndexedToRgb(png);
  const channels = png.palette === undefined ? png.channels : (png.palette[0]?.length ?? 3);
  const rgba = new Uint8Array(4 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    const grey = channels < 3;
    for (let part = 0; part < 3; part++) rgba[4 * pixel + part] = samples[grey ? from : from + part] ?? 0;
    const opaque = channels === 1 || channels === 3;
    rgba[4 * pixel + 3] = opaque ? 255 : (samples[from + channels - 1] ?? 255);
  }
  return { width, height, rgba };
}

/** The samples as bytes, also where the file has 16, 4, 2 or 1 bits for each. */
function eightBit(png: DecodedPng): Uint8Array {
  const { data, depth, width, height, channels } = png;
  if (depth === 16) return Uint8Array.from(data, (sample) => sample >> 8);
  if (depth === 8) return Uint8Array.from(data);
  const perByte = 8 / depth;
  const rowBytes = Math.ceil((width * channels) / perByte);
  const largest = (1 << depth) - 1;
  const samples = new Uint8Array(width * height * channels);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width * channels; column++) {
      const byte = data[row * rowBytes + Math.floor(column / perByte)] ?? 0;
      const shift = 8 - depth * ((column % perByte) + 1);
      samples[row * width * channels + column] = (((byte >> shift) & largest) * 255) / largest;
    }
  }
  return samples;
}

function isPng(file: Uint8Array): boolean {
  return file[0] === 0x89 && file[1] === 0x50 && file[2] === 0x4e && file[3] === 0x47;
}

function isJpeg(file: Uint8Array): boolean {
  return file[0] === 0xff && file[1] === 0xd8;
}
