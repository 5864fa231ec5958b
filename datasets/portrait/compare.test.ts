import { encode as encodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { jpegOf, painted, paintings, pngOf, type Painting } from '../../test/arbitraries/pictures.ts';
import { encodeBase64 } from './base64.ts';
import { samePicture } from './compare.ts';

/** A face before a background: what contacts' pictures are. Each number makes another one. */
function portrait(seed: number): Painting {
  const at = (place: number) => ((seed * 7919 + place * 104_729) % 997) / 997;
  const colour = (place: number) => [255 * at(place), 255 * at(place + 1), 255 * at(place + 2)] as const;
  const [ground, shirt] = [colour(1), colour(4)];
  const [skin, hair] = [
    [180 + 60 * at(7), 130 + 70 * at(8), 100 + 70 * at(9)] as const,
    [120 * at(10), 90 * at(11), 70 * at(12)] as const,
  ];
  const [middle, height] = [0.45 + 0.1 * at(13), 0.4 + 0.1 * at(14)];
  return (x, y) => {
    const face = ((x - middle) / 0.2) ** 2 + ((y - height) / 0.27) ** 2;
    const head = ((x - middle) / 0.25) ** 2 + ((y - height + 0.06) / 0.31) ** 2;
    if (face < 1)
      return Math.hypot(Math.abs(x - middle) - 0.07, y - height + 0.03) < 0.025 ? [20, 20, 20] : skin;
    if (head < 1) return hair;
    return y > 0.75 - (x - 0.5) ** 2 / 2 ? shirt : ground;
  };
}

/** White blocks on one colour, as services draw initials. */
function initials(letters: readonly number[]): Painting {
  return (x, y) => {
    const column = Math.floor((x - 0.2) / 0.2);
    const row = Math.floor((y - 0.3) / 0.08);
    const letter = letters[column] ?? 0;
    const isInside = column >= 0 && column < letters.length && row >= 0 && row < 5;
    const bit = 3 * row + Math.floor(((x - 0.2) % 0.2) / 0.0667);
    return isInside && (letter >> bit) % 2 === 1 ? [255, 255, 255] : [60, 90, 160];
  };
}

/** What a device of 2009 sends back: scaled down, smoothly or by leaving pixels out, JPEG, and then PNG. */
function fromDevice(painting: Painting, width: number, height: number, scaling: 'smooth' | 'coarse'): string {
  const scale = Math.min(60 / width, 75 / height);
  const [smallWidth, smallHeight] = [Math.round(width * scale), Math.round(height * scale)];
  const small = new Uint8Array(4 * smallWidth * smallHeight);
  const steps = scaling === 'smooth' ? 4 : 1;
  for (let y = 0; y < smallHeight; y += 1) {
    for (let x = 0; x < smallWidth; x += 1) {
      const sum = [0, 0, 0];
      for (let step = 0; step < steps ** 2; step += 1) {
        const [dx, dy] = steps === 1 ? [0, 0] : [(step % steps) / steps, Math.floor(step / steps) / steps];
        painting((x + dx) / smallWidth, (y + dy) / smallHeight).forEach((value, part) => {
          sum[part] = (sum[part] ?? 0) + value / steps ** 2;
        });
      }
      small.set([...sum, 255], 4 * (y * smallWidth + x));
    }
  }
  const stored = jpeg.encode({ width: smallWidth, height: smallHeight, data: small }, 50).data;
  const { data } = jpeg.decode(stored, { useTArray: true });
  return encodeBase64(encodePng({ width: smallWidth, height: smallHeight, data, channels: 4 }));
}

describe('the same picture (spec: sync engine, section 1)', () => {
  const faces = Array.from({ length: 4 }, (_, seed) => portrait(seed + 1));

  it('is known again after a device scaled it to 60 × 75 and stored it as JPEG of quality 50', () => {
    for (const painting of [...faces, ...Object.values(paintings), initials([0o57655, 0o75717])]) {
      const original = pngOf(painting, 120, 146);
      for (const scaling of ['smooth', 'coarse'] as const) {
        expect(samePicture(original, fromDevice(painting, 120, 146, scaling))).toBe(true);
      }
    }
  });

  it('is known again in another format', () => {
    for (const painting of Object.values(paintings)) {
      expect(samePicture(pngOf(painting, 60, 75), jpegOf(painting, 60, 75, 70))).toBe(true);
    }
  });

  it('is known again when transparent parts became white', () => {
    const rgba = painted(paintings.disc, 40, 40);
    for (let at = 0; at < rgba.length; at += 4) if ((rgba[at] ?? 0) < 100) rgba[at + 3] = 0;
    const clear = encodeBase64(encodePng({ width: 40, height: 40, data: rgba, channels: 4 }));
    const white: Painting = (x, y) =>
      paintings.disc(x, y)[0] < 100 ? [255, 255, 255] : paintings.disc(x, y);
    expect(samePicture(clear, jpegOf(white, 40, 40, 80))).toBe(true);
  });
});

describe('different pictures', () => {
  it('are told apart: faces of the same size and place', () => {
    const files = Array.from({ length: 12 }, (_, seed) => pngOf(portrait(seed + 1), 48, 60));
    files.forEach((a, i) => files.forEach((b, j) => expect(samePicture(a, b)).toBe(i === j)));
  });

  it('are told apart: one initial of two on the same ground', () => {
    expect(
      samePicture(pngOf(initials([0o57655, 0o75717]), 96, 96), pngOf(initials([0o57655, 0o22227]), 96, 96)),
    ).toBe(false);
  });

  it('are told apart: the same light in other colours', () => {
    const [red, green]: [Painting, Painting] = [() => [200, 40, 40], () => [40, 121, 40]];
    expect(samePicture(pngOf(red, 60, 60), pngOf(green, 60, 60))).toBe(false);
  });

  it('are never the same where one of them cannot be decoded, but for equal texts', () => {
    expect(samePicture('AAAA', pngOf(paintings.disc, 8, 8))).toBe(false);
    expect(samePicture('AAAA', 'AAAB')).toBe(false);
    expect(samePicture('AAAA', 'AAAA')).toBe(true);
  });
});
