/** The JPEG that Outlook wants of a picture (spec: datasets 9.1). */
import jpeg from 'jpeg-js';
import { decodePicture, type Picture } from './decode.ts';
import { pictureFormat, pictureSize } from './format.ts';

export type JpegOutcome =
  { readonly ok: true; readonly file: Uint8Array } | { readonly ok: false; readonly detail: string };

const QUALITY = 90;

/** A JPEG file of the picture, transparent parts on white. A JPEG stays as it is. */
export function toJpeg(file: Uint8Array): JpegOutcome {
  if (pictureFormat(file) === 'jpeg' && pictureSize(file) !== undefined) return { ok: true, file };
  const outcome = decodePicture(file);
  return outcome.ok ? { ok: true, file: encode(outcome.picture) } : outcome;
}

function encode({ width, height, rgba }: Picture): Uint8Array {
  return withBuffer(() => Uint8Array.from(jpeg.encode({ width, height, data: onWhite(rgba) }, QUALITY).data));
}

function onWhite(rgba: Uint8Array): Uint8Array {
  const flat = new Uint8Array(rgba.length);
  for (let at = 0; at < rgba.length; at += 4) {
    const opacity = (rgba[at + 3] ?? 255) / 255;
    for (let part = 0; part < 3; part += 1) {
      flat[at + part] = Math.round((rgba[at + part] ?? 0) * opacity + 255 * (1 - opacity));
    }
    flat[at + 3] = 255;
  }
  return flat;
}

/**
 * Runs the encoder, which ends with `Buffer.from(bytes)`. A browser has no Buffer, so it is lent what that call needs
 * for as long as the encoder runs; nothing else can run meanwhile.
 */
function withBuffer(work: () => Uint8Array): Uint8Array {
  if ('Buffer' in globalThis) return work();
  Reflect.set(globalThis, 'Buffer', { from: (bytes: readonly number[]) => Uint8Array.from(bytes) });
  try {
    return work();
  } finally {
    Reflect.deleteProperty(globalThis, 'Buffer');
  }
}
