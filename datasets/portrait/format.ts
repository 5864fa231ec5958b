/** What the head of an image file tells without decoding it. */

export type PictureFormat = 'png' | 'jpeg';

export interface PictureSize {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

export function pictureFormat(file: Uint8Array): PictureFormat | undefined {
  if (startsWith(file, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  return startsWith(file, [0xff, 0xd8, 0xff]) ? 'jpeg' : undefined;
}

/** Width and height as the file tells them; undefined where it is no PNG or JPEG, or tells none. */
export function pictureSize(file: Uint8Array): PictureSize | undefined {
  switch (pictureFormat(file)) {
    case 'png':
      return pngSize(file);
    case 'jpeg':
      return jpegSize(file);
    case undefined:
      return undefined;
  }
}

function pngSize(file: Uint8Array): PictureSize | undefined {
  // The first chunk is the header: 4 bytes of length, `IHDR`, then width and height.
  return file.length < 24 ? undefined : { width: uint32(file, 16), height: uint32(file, 20) };
}

function jpegSize(file: Uint8Array): PictureSize | undefined {
  let at = 2;
  while (at + 9 <= file.length) {
    const marker = file[at + 1] ?? 0;
    if (file[at] !== 0xff) return undefined;
    // Fill bytes may stand before a marker.
    if (marker === 0xff) at += 1;
    else if (isStartOfFrame(marker)) return { width: uint16(file, at + 7), height: uint16(file, at + 5) };
    else at += 2 + uint16(file, at + 2);
  }
  return undefined;
}

/** C0 to CF, but for three markers of tables that share the range. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function startsWith(file: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => file[index] === byte);
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Four bytes, most significant first. */
export function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);
}
