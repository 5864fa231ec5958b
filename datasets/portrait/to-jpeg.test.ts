import { afterEach, describe, expect, it } from 'vitest';
import { jpegOf, paintings, pngOf } from '../../test/arbitraries/pictures.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { samePicture } from './compare.ts';
import { pictureFormat } from './format.ts';
import { toJpeg } from './to-jpeg.ts';

describe('the JPEG for Outlook', () => {
  const { Buffer: nodeBuffer } = globalThis;
  afterEach(() => {
    globalThis.Buffer = nodeBuffer;
  });

  const png = pngOf(paintings.disc, 60, 75);

  it('shows the picture of a PNG', () => {
    const outcome = toJpeg(decodeBase64(png));
    if (!outcome.ok) throw new Error(outcome.detail);
    expect(pictureFormat(outcome.file)).toBe('jpeg');
    expect(samePicture(encodeBase64(outcome.file), png)).toBe(true);
  });

  it('is made in a browser too, which has no Buffer', () => {
    Reflect.deleteProperty(globalThis, 'Buffer');
    const outcome = toJpeg(decodeBase64(png));
    const hasBuffer = 'Buffer' in globalThis;
    globalThis.Buffer = nodeBuffer;
    expect(outcome).toEqual(toJpeg(decodeBase64(png)));
    expect(hasBuffer).toBe(false);
  });

  it('is the file itself where that is a JPEG', () => {
    const file = decodeBase64(jpegOf(paintings.slope, 20, 20, 60));
    expect(toJpeg(file)).toEqual({ ok: true, file });
  });

  it('is none of what is no picture, and says why', () => {
    expect(toJpeg(new TextEncoder().encode('GIF89a'))).toEqual({ ok: false, detail: 'neither PNG nor JPEG' });
    expect(toJpeg(decodeBase64(png).subarray(0, 60))).toMatchObject({ ok: false });
    expect(toJpeg(new Uint8Array([0xff, 0xd8, 0xff]))).toMatchObject({ ok: false });
  });
});
