import { deflateSync } from 'node:zlib';
import { encode as encodePng } from 'fast-png';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jpegOf, painted, paintings, pngOf } from '../../test/arbitraries/pictures.ts';
import { decodeBase64 } from './base64.ts';
import { decodePicture, type Picture } from './decode.ts';
import { pictureFormat, pictureSize } from './format.ts';

function decoded(file: Uint8Array): Picture {
  const outcome = decodePicture(file);
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome.picture;
}

function detailOf(file: Uint8Array): string | undefined {
  const outcome = decodePicture(file);
  return outcome.ok ? undefined : outcome.detail;
}

/** A PNG made of chunks as given; checksums are not looked at by decoders of pictures that matter here. */
function png(...chunks: readonly (readonly [type: string, data: Uint8Array])[]): Uint8Array {
  const parts = chunks.map(([type, data]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
  });
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts]);
}

function header(width: number, height: number, depth: number, colour: number): Uint8Array {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colour, 0, 0, 0], 8);
  return data;
}

const GREY = 0;
const PALETTE = 3;
const END = ['IEND', new Uint8Array(0)] as const;

describe('the head of a file', () => {
  it('tells format and size of PNG and JPEG, with no pixel decoded', () => {
    expect(pictureSize(decodeBase64(pngOf(paintings.disc, 60, 75)))).toEqual({ width: 60, height: 75 });
    expect(pictureSize(decodeBase64(jpegOf(paintings.disc, 33, 20, 50)))).toEqual({ width: 33, height: 20 });
    expect(pictureFormat(decodeBase64(jpegOf(paintings.disc, 8, 8, 50)))).toBe('jpeg');
    expect(pictureFormat(Buffer.from('GIF89a'))).toBeUndefined();
    expect(pictureSize(Buffer.from('GIF89a'))).toBeUndefined();
  });
});

describe('decoding', () => {
  it('gives the pixels of a PNG exactly', () => {
    const picture = decoded(decodeBase64(pngOf(paintings.slope, 7, 5)));
    expect(picture).toEqual({ width: 7, height: 5, rgba: painted(paintings.slope, 7, 5) });
  });

  it('gives the pixels of a JPEG nearly', () => {
    const picture = decoded(decodeBase64(jpegOf(paintings.slope, 32, 32, 95)));
    const original = painted(paintings.slope, 32, 32);
    const error = picture.rgba.reduce((sum, value, at) => sum + Math.abs(value - (original[at] ?? 0)), 0);
    expect(error / original.length).toBeLessThan(3);
  });

  it.each([1, 2, 4, 8] as const)('understands grey of %i bits', (depth) => {
    const rows = deflateSync(Buffer.from([0, 0b11_00_0000, 0, 0b00_11_0000].slice(0, 4)));
    const file = png(['IHDR', header(depth === 8 ? 1 : 2, 2, depth, GREY)], ['IDAT', rows], END);
    const { rgba } = decoded(file);
    expect(rgba[0]).toBe({ 1: 255, 2: 255, 4: 204, 8: 192 }[depth]);
    expect(rgba[3]).toBe(255);
  });

  it('understands 16 bits, grey with opacity, and palettes with opacity', () => {
    const deep = encodePng({
      width: 1,
      height: 1,
      depth: 16,
      channels: 3,
      data: new Uint16Array([65535, 256, 0]),
    });
    expect([...decoded(deep).rgba]).toEqual([255, 1, 0, 255]);
    const grey = encodePng({ width: 1, height: 1, channels: 2, data: new Uint8Array([9, 40]) });
    expect([...decoded(grey).rgba]).toEqual([9, 9, 9, 40]);
    const palette = png(
      ['IHDR', header(2, 1, 8, PALETTE)],
      ['PLTE', new Uint8Array([1, 2, 3, 4, 5, 6])],
      ['tRNS', new Uint8Array([7])],
      ['IDAT', deflateSync(new Uint8Array([0, 0, 1]))],
      END,
    );
    expect([...decoded(palette).rgba]).toEqual([1, 2, 3, 7, 4, 5, 6, 255]);
  });
});

describe('hostile pictures give a reason and no exception', () => {
  it('what is neither PNG nor JPEG', () => {
    expect(detailOf(new Uint8Array(0))).toBe('neither PNG nor JPEG');
    expect(detailOf(Buffer.from('<svg onload="alert(1)"/>'))).toBe('neither PNG nor JPEG');
  });

  it('sizes that no memory would hold', () => {
    const huge = png(
      ['IHDR', header(0x7fffffff, 0x7fffffff, 8, GREY)],
      ['IDAT', deflateSync(Buffer.alloc(9))],
      END,
    );
    expect(detailOf(huge)).toContain('2147483647');
    const empty = png(['IHDR', header(0, 5, 8, GREY)], ['IDAT', deflateSync(Buffer.alloc(9))], END);
    expect(detailOf(empty)).toContain('0 × 5');
  });

  it('a PNG that unpacks to far more than its size needs', () => {
    const bomb = deflateSync(Buffer.alloc(32 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(40_000);
    const file = png(['IHDR', header(10, 10, 8, GREY)], ['IDAT', bomb], END);
    expect(detailOf(file)).toContain('unpacks to more');
  });

  it('compressed chunks that no pixel needs are not even unpacked', () => {
    const bomb = Buffer.concat([Buffer.from('x\0\0'), deflateSync(Buffer.alloc(16 * 1024 * 1024))]);
    const file = png(
      ['IHDR', header(1, 1, 8, GREY)],
      ['iCCP', bomb],
      ['zTXt', bomb],
      ['IDAT', deflateSync(new Uint8Array([0, 77]))],
      END,
    );
    expect(decoded(file).rgba[0]).toBe(77);
  });

  it('a second header that contradicts the first', () => {
    const file = png(
      ['IHDR', header(1, 1, 8, GREY)],
      ['IHDR', header(20_000, 20_000, 8, GREY)],
      ['IDAT', deflateSync(new Uint8Array([0, 77]))],
      END,
    );
    expect(detailOf(file)).toBe('no single header');
  });

  it('a JPEG of very many scans', () => {
    const [start, rest] = [decodeBase64(jpegOf(paintings.disc, 16, 16, 50)), 2];
    const scans = Buffer.concat(Array.from({ length: 100 }, () => Buffer.from([0xff, 0xda, 0, 2])));
    const file = Buffer.concat([start.subarray(0, -rest), scans, start.subarray(-rest)]);
    expect(detailOf(file)).toContain('scans');
  });

  it('files cut off or changed anywhere', () => {
    const files = [
      decodeBase64(pngOf(paintings.disc, 12, 15)),
      decodeBase64(jpegOf(paintings.disc, 16, 16, 50)),
    ];
    const damage = fc.record({
      file: fc.constantFrom(...files),
      at: fc.nat(2000),
      byte: fc.integer({ min: 0, max: 255 }),
      end: fc.nat(2000),
    });
    fc.assert(
      fc.property(damage, ({ file, at, byte, end }) => {
        const damaged = Uint8Array.from(file);
        damaged[at % file.length] = byte;
        const outcome = decodePicture(damaged.subarray(0, file.length - (end % file.length)));
        expect(outcome.ok || outcome.detail.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
