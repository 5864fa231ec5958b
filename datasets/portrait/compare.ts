/**
 * Whether two image files show the same picture. A device of 2009 scales every picture down and compresses it again,
 * so that its bytes never come back (spec: datasets 3.5; sync engine, section 1).
 *
 * Two pictures that show the same count as equal values of a field. So neither ever replaces the other, and the
 * larger one stays where it is.
 */
import { decodeBase64 } from './base64.ts';
import { decodePicture, type Picture } from './decode.ts';

/** Edge of the grid that pictures are compared by. */
const EDGE = 16;

/**
 * What the same picture keeps after scaling to 60 × 75 and JPEG of quality 50. All figures are of 255. Measured with
 * smooth and coarse scaling of photos, noise and initials: mean up to 6.3, one field up to 47.
 * Different pictures begin at a mean of 12; a single changed initial shows in one field, with 130.
 */
const SAME = { mean: 7, field: 64, colour: 12 } as const;

export interface Signature {
  /** Mean luminance of each field of a 16 × 16 grid laid over the picture. */
  readonly luminance: Float64Array;
  /** Mean red, green and blue of the whole. */
  readonly colour: readonly [red: number, green: number, blue: number];
}

/** Whether two base64 texts show the same picture, whatever their format, size and quality. */
export function samePicture(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [signatureOf(a), signatureOf(b)];
  return left !== undefined && right !== undefined && alike(left, right);
}

function signatureOf(base64: string): Signature | undefined {
  const outcome = decodePicture(decodeBase64(base64));
  return outcome.ok ? signature(outcome.picture) : undefined;
}

function alike(a: Signature, b: Signature): boolean {
  const differences = a.luminance.map((value, index) => Math.abs(value - (b.luminance[index] ?? 0)));
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  return (
    mean <= SAME.mean &&
    differences.every((difference) => difference <= SAME.field) &&
    a.colour.every((value, index) => Math.abs(value - (b.colour[index] ?? 0)) <= SAME.colour)
  );
}

/** What a picture looks like from afar; transparent parts count as white. */
export function signature(picture: Picture): Signature {
  const luminance = new Float64Array(EDGE * EDGE);
  const colour: [number, number, number] = [0, 0, 0];
  for (let row = 0; row < EDGE; row += 1) {
    for (let column = 0; column < EDGE; column += 1) {
      const [red, green, blue] = meanColour(picture, column, row);
      luminance[row * EDGE + column] = 0.299 * red + 0.587 * green + 0.114 * blue;
      colour[0] += red / (EDGE * EDGE);
      colour[1] += green / (EDGE * EDGE);
      colour[2] += blue / (EDGE * EDGE);
    }
  }
  return { luminance, colour };
}

/** Mean over the part of the picture under one field of the grid, edges weighted by how much of a pixel they cover. */
function meanColour(picture: Picture, column: number, row: number): readonly [number, number, number] {
  const { width, height, rgba } = picture;
  const [left, right] = [(column * width) / EDGE, ((column + 1) * width) / EDGE];
  const [top, bottom] = [(row * height) / EDGE, ((row + 1) * height) / EDGE];
  let [red, green, blue, weight] = [0, 0, 0, 0];
  for (let y = Math.floor(top); y < Math.min(Math.ceil(bottom), height); y += 1) {
    const tall = Math.min(y + 1, bottom) - Math.max(y, top);
    for (let x = Math.floor(left); x < Math.min(Math.ceil(right), width); x += 1) {
      const part = tall * (Math.min(x + 1, right) - Math.max(x, left));
      const at = 4 * (y * width + x);
      const opaque = (part * (rgba[at + 3] ?? 255)) / 255;
      const white = 255 * (part - opaque);
      red += opaque * (rgba[at] ?? 0) + white;
      green += opaque * (rgba[at + 1] ?? 0) + white;
      blue += opaque * (rgba[at + 2] ?? 0) + white;
      weight += part;
    }
  }
  return weight === 0 ? [0, 0, 0] : [red / weight, green / weight, blue / weight];
}
