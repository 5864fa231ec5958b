/** Small pictures, each unlike the others, as files of several kinds. */
import { encode as encodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import { SeededRandom } from '../../demo/sample-data/random.ts';
import { encodeBase64 } from '../../datasets/portrait/index.ts';

/** Red, green and blue of a place, each of 255; both coordinates run from 0 to 1. */
export type Painting = (x: number, y: number) => readonly [red: number, green: number, blue: number];

/** Pictures whose light and dark parts lie in different places. */
export const paintings: Readonly<Record<'slope' | 'disc' | 'stripes' | 'corner', Painting>> = {
  slope: (x, y) => [255 * x, 128 * (x + y), 255 * y],
  disc: (x, y) => (Math.hypot(x - 0.5, y - 0.5) < 0.3 ? [250, 220, 190] : [30, 40, 60]),
  stripes: (_, y) => (Math.floor(y * 4) % 2 === 0 ? [240, 240, 240] : [10, 60, 10]),
  corner: (x, y) => (x < 0.5 && y > 0.5 ? [255, 255, 255] : [90, 0, 0]),
};

/** The pixels of a painting: red, green, blue and an opacity of 255. */
export function painted(painting: Painting, width: number, height: number): Uint8Array {
  const rgba = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rgba.set([...painting((x + 0.5) / width, (y + 0.5) / height), 255], 4 * (y * width + x));
    }
  }
  return rgba;
}

export function pngOf(painting: Painting, width: number, height: number): string {
  return encodeBase64(encodePng({ width, height, data: painted(painting, width, height), channels: 4 }));
}

export function jpegOf(painting: Painting, width: number, height: number, quality: number): string {
  return encodeBase64(jpeg.encode({ width, height, data: painted(painting, width, height) }, quality).data);
}

/** A set of portraits for records. */
export const portraits: readonly string[] = Object.values(paintings).flatMap((painting) => [
  pngOf(painting, 12, 15),
  jpegOf(painting, 24, 30, 80),
]);

/** A JPEG of more than 3 MB, as a phone's camera takes them: noise that hardly compresses over a slope. */
export function noisePhoto(): string {
  const random = new SeededRandom(3);
  const [width, height] = [1600, 1200];
  const data = new Uint8Array(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const y = Math.floor(pixel / width) / height;
    data.set([110 * y + random.below(140), 40 + random.below(140), random.below(200), 255], 4 * pixel);
  }
  return encodeBase64(jpeg.encode({ width, height, data }, 92).data);
}

/** A JPEG file of about so many bytes that is quickly decoded: a small picture behind application data. */
export function paddedJpeg(painting: Painting, bytes: number): Buffer {
  const file = Buffer.from(jpeg.encode({ width: 24, height: 30, data: painted(painting, 24, 30) }, 80).data);
  const segment = Buffer.alloc(2 + 0xffff);
  // Marker APP15, then the segment's length without the marker.
  segment.writeUInt32BE(0xffefffff, 0);
  const count = Math.ceil((bytes - file.length) / segment.length);
  const padding = Array.from({ length: count }, () => segment);
  return Buffer.concat([file.subarray(0, 2), ...padding, file.subarray(2)]);
}
