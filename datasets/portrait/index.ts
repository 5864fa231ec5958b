/** Public face of portrait/. */
export { cleanBase64, decodeBase64, encodeBase64 } from './base64.ts';
export { decodePicture, isDeviceSized, pictureSize, samePicture, toJpeg, type Picture } from './picture.ts';
