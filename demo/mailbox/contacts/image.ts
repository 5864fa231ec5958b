import { decode as decodePng } from 'fast-png';
import jpeg from 'jpeg-js';

export interface ImageSize {
  readonly kind: 'jpeg' | 'png';
  readonly width: number;
  readonly height: number;
}

/** Width and height of a JPEG or PNG file from its header, or undefined when it is neither. */
export function imageSize(file: Buffer): ImageSize | undefined {
  if (
    file.length >= 24 &&
    file.readUInt32BE(0) === 0x89504e47 &&
    file.toString('latin1', 12, 16) === 'IHDR'
  ) {
    return { kind: 'png', width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
  }
  if (file.length >= 4 && file.readUInt16BE(0) === 0xffd8) return jpegSize(file);
  return undefined;
}

function jpegSize(file: Buffer): ImageSize | undefined {
  let at = 2;
  while (at + 9 <= file.length && file[at] === 0xff) {
    const marker = file[at + 1] ?? 0;
    // Start-of-frame markers carry the size; C4, C8 and CC in their range are other things.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { kind: 'jpeg', width: file.readUInt16BE(at + 7), height: file.readUInt16BE(at + 5) };
    }
    at += 2 + file.readUInt16BE(at + 2);
  }
  return undefined;
}

/** The picture encoded anew as JPEG, as the service may do. */
export function recode(file: Buffer, size: ImageSize): Buffer {
  if (size.kind === 'jpeg') {
    const image = jpeg.decode(file, { useTArray: true, maxMemoryUsageInMB: 256 });
    return jpeg.encode(image, 85).data;
  }
  const { data, width, height, channels, depth } = decodePng(file);
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 4; channel++) {
      // One or two channels are grey (and alpha); three or four are colours (and alpha).
      const isAlpha = channel === 3;
      if (isAlpha && channels % 2 === 1) continue;
      const source = isAlpha ? channels - 1 : Math.min(channel, channels > 2 ? channel : 0);
      const value = data[pixel * channels + source] ?? 0;
      rgba[pixel * 4 + channel] = depth === 16 ? value >> 8 : value;
    }
  }
  return jpeg.encode({ data: rgba, width, height }, 85).data;
}
