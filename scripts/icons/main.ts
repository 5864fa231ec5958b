/**
 * Draws the add-in's icons into addin/assets, all of one description: two arrows that chase each other, on a
 * rounded square, which is still seen in 16 pixels. `npm run icons`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { ADDIN_ICON_SIZES, BUTTON_ICON_SIZES } from '../../contract/ribbon.ts';

const sizes = [...new Set([...BUTTON_ICON_SIZES, ...ADDIN_ICON_SIZES])];
/** Samples per pixel and direction. */
const fine = 4;

type Colour = readonly [red: number, green: number, blue: number];
const blue: Colour = [0x1b, 0x5f, 0xa8];
const white: Colour = [0xff, 0xff, 0xff];

/** Colour at a point of the unit square; undefined is transparent. */
function paint(x: number, y: number): Colour | undefined {
  if (!inRoundedSquare(x, y, 0.22)) return undefined;
  return inArrow(x, y) || inArrow(1 - x, 1 - y) ? white : blue;
}

function inRoundedSquare(x: number, y: number, radius: number): boolean {
  const dx = Math.max(radius - x, 0, x - (1 - radius));
  const dy = Math.max(radius - y, 0, y - (1 - radius));
  return Math.hypot(dx, dy) <= radius;
}

/** The upper half of a ring with a head at its right end. */
function inArrow(x: number, y: number): boolean {
  const distance = Math.hypot(x - 0.5, y - 0.5);
  const inRing = distance > 0.22 && distance < 0.33 && y < 0.46 && x < 0.74;
  const down = y - 0.36;
  const inHead = down >= 0 && down <= 0.18 && Math.abs(x - 0.755) <= 0.16 * (1 - down / 0.18);
  return inRing || inHead;
}

function draw(size: number): Uint8Array {
  const data = new Uint8Array(size * size * 4);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const sum = [0, 0, 0, 0];
      for (let sample = 0; sample < fine * fine; sample += 1) {
        const x = (column + ((sample % fine) + 0.5) / fine) / size;
        const y = (row + (Math.floor(sample / fine) + 0.5) / fine) / size;
        const colour = paint(x, y);
        if (colour === undefined) continue;
        colour.forEach((value, channel) => (sum[channel] = (sum[channel] ?? 0) + value));
        sum[3] = (sum[3] ?? 0) + 1;
      }
      const covered = sum[3] ?? 0;
      const at = (row * size + column) * 4;
      for (const channel of [0, 1, 2] as const)
        data[at + channel] = covered === 0 ? 0 : Math.round((sum[channel] ?? 0) / covered);
      data[at + 3] = Math.round((covered * 255) / (fine * fine));
    }
  }
  return encode({ width: size, height: size, data, channels: 4, depth: 8 });
}

const folder = join(process.cwd(), 'addin', 'assets');
mkdirSync(folder, { recursive: true });
for (const size of sizes) writeFileSync(join(folder, `icon-${size}.png`), draw(size));
