/** What the device makes of a picture (spec: datasets 3.5). */
import { decode as decodePng, encode as encodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { decodePicture, PortraitFiles } from './portrait.ts';

/** A picture with a gradient; every fourth byte is the alpha value. */
function pixels(width: number, height: number, alpha = 255): Uint8Array {
  return new Uint8Array(width * height * 4).map((_, at) => (at % 4 === 3 ? alpha : (at * 3) % 251));
}

function jpegOf(width: number, height: number): Uint8Array {
  return jpeg.encode({ width, height, data: pixels(width, height) }, 90).data;
}

/** What comes back for a picture that is sent. */
function sentBack(bytes: Uint8Array): ReturnType<typeof decodePng> {
  const files = new PortraitFiles();
  const name = files.store(bytes);
  expect(name).toBeDefined();
  return decodePng(Buffer.from(files.base64(name!), 'base64'));
}

describe('a portrait', () => {
  it.each([
    [300, 300, 60, 60],
    [100, 250, 30, 75],
    [200, 50, 60, 15],
    [60, 75, 60, 75],
    [20, 10, 20, 10],
    [4000, 2, 60, 1],
  ])('of %d x %d pixels comes back as %d x %d, as PNG', (width, height, newWidth, newHeight) => {
    expect(sentBack(jpegOf(width, height))).toMatchObject({
      width: newWidth,
      height: newHeight,
      channels: 3,
    });
  });

  it('with transparency is kept without loss', () => {
    const data = pixels(10, 10, 128);
    const back = sentBack(encodePng({ width: 10, height: 10, data, channels: 4, depth: 8 }));
    expect(back.channels).toBe(4);
    expect(Buffer.from(back.data as Uint8Array)).toEqual(Buffer.from(data));
  });

  it('of 16 bits is kept as PNG too', () => {
    const data = new Uint16Array(4 * 4).fill(0x8000);
    const back = sentBack(encodePng({ width: 4, height: 4, data, channels: 1, depth: 16 }));
    expect([back.channels, back.data[0]]).toEqual([4, 0x80]);
  });

  it('without transparency goes through a JPEG of quality 50 and comes back similar, not equal', () => {
    const data = pixels(16, 16);
    const opaque = new Uint8Array(16 * 16 * 3).map((_, at) => data[Math.floor(at / 3) * 4 + (at % 3)]!);
    const back = sentBack(encodePng({ width: 16, height: 16, data: opaque, channels: 3, depth: 8 }));
    const mean = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((a, b) => a + b, 0) / values.length;
    expect(Buffer.from(back.data as Uint8Array)).not.toEqual(Buffer.from(opaque));
    expect(Math.abs(mean(back.data) - mean(opaque))).toBeLessThan(10);
  });

  it.each([
    ['text', Buffer.from('no picture')],
    ['nothing', Buffer.alloc(0)],
    ['a damaged PNG', Buffer.from(encodePng({ width: 2, height: 2, data: pixels(2, 2) })).subarray(0, 40)],
    ['a damaged JPEG', Buffer.from(jpegOf(8, 8)).subarray(0, 20)],
  ])('cannot be made of %s', (_, bytes) => {
    expect(decodePicture(bytes)).toBeUndefined();
    expect(new PortraitFiles().store(bytes)).toBeUndefined();
  });

  it('is decoded from base64 with foreign characters in it', () => {
    const files = new PortraitFiles();
    const text = Buffer.from(jpegOf(8, 8))
      .toString('base64')
      .replace(/(.{10})/g, '$1\n -');
    expect(files.storeBase64(text)).toBeDefined();
  });

  it('whose file is gone is sent as the generic icon', () => {
    const files = new PortraitFiles();
    const name = files.store(jpegOf(8, 8))!;
    files.remove(name);
    expect(files.base64(name)).toBe(PortraitFiles.genericIcon);
    expect(decodePicture(Buffer.from(PortraitFiles.genericIcon, 'base64'))).toMatchObject({ width: 16 });
  });
});
