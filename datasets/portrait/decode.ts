/** Image files to pixels. Bounded in size, memory and time; a hostile file gives a result, never an exception. */
import jpeg from 'jpeg-js';
import { pictureFormat, pictureSize } from './format.ts';
import { decodePng } from './png.ts';

/** Pixels of red, green, blue and opacity, one byte each, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

export type PictureOutcome =
  { readonly ok: true; readonly picture: Picture } | { readonly ok: false; readonly detail: string };

/** The largest picture that is decoded: what the camera of a phone takes, and what fits into a bridge's memory. */
const MAX_PIXELS = 24_000_000;
const MAX_JPEG_MEMORY_MB = 384;
/** A progressive JPEG goes over its pixels once for each scan. Real ones have about ten. */
const MAX_JPEG_SCANS = 32;

/** Decodes a PNG or JPEG file. */
export function decodePicture(file: Uint8Array): PictureOutcome {
  const size = pictureSize(file);
  if (size === undefined) return refused('neither PNG nor JPEG');
  const pixels = size.width * size.height;
  if (pixels === 0 || pixels > MAX_PIXELS) return refused(`${size.width} × ${size.height} pixels`);
  try {
    return pictureFormat(file) === 'png' ? { ok: true, picture: decodePng(file) } : decodeJpeg(file);
  } catch (error) {
    // The decoders tell damage by exceptions of many kinds.
    return refused(error instanceof Error ? error.message : String(error));
  }
}

function decodeJpeg(file: Uint8Array): PictureOutcome {
  if (scanCount(file) > MAX_JPEG_SCANS) return refused(`more than ${MAX_JPEG_SCANS} scans`);
  const { width, height, data } = jpeg.decode(file, {
    useTArray: true,
    maxResolutionInMP: MAX_PIXELS / 1_000_000,
    maxMemoryUsageInMB: MAX_JPEG_MEMORY_MB,
  });
  return { ok: true, picture: { width, height, rgba: data } };
}

/** An upper bound of the scans: within compressed data FF is never followed by DA. */
function scanCount(file: Uint8Array): number {
  let count = 0;
  for (let at = file.indexOf(0xff); at !== -1; at = file.indexOf(0xff, at + 1)) {
    if (file[at + 1] === 0xda) count += 1;
  }
  return count;
}

function refused(detail: string): PictureOutcome {
  return { ok: false, detail };
}
