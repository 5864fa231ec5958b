/** Size of a PNG file by its header (PNG specification, 5.2 and 11.2.2). Pure. */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const WIDTH_AT = 16;
const HEIGHT_AT = 20;

/** Width and height in pixels; null for what is no PNG. */
export function pngSize(bytes: Uint8Array): readonly [number, number] | null {
  if (bytes.length < HEIGHT_AT + 4 || SIGNATURE.some((byte, index) => bytes[index] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [view.getUint32(WIDTH_AT), view.getUint32(HEIGHT_AT)];
}
