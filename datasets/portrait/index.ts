/** Public face of portrait/. */
export { cleanBase64, decodeBase64, encodeBase64 } from './base64.ts';
export { samePicture } from './compare.ts';
export { decodePicture, type Picture, type PictureOutcome } from './decode.ts';
export { pictureFormat, pictureSize, type PictureSize } from './format.ts';
export { toJpeg, type JpegOutcome } from './to-jpeg.ts';
