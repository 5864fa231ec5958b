/** Base64 with the standard alphabet, for pictures of some megabytes; neither Node's nor a browser's API needed. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const FOREIGN = 0xff;

const codeOf = new Uint8Array(128).fill(FOREIGN);
for (let index = 0; index < alphabet.length; index += 1) codeOf[alphabet.charCodeAt(index)] = index;

const clean = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The text with nothing but base64 in it, as a device reads it (spec: datasets 3.5: foreign characters are
 * skipped); undefined when too little is left to be anything.
 */
export function cleanBase64(text: string): string | undefined {
  const base64 = clean.test(text) ? text : text.replace(/[^A-Za-z0-9+/]/g, '');
  const digits = base64.replace(/=+$/, '');
  if (digits.length < 2) return undefined;
  // A single digit left over carries less than one byte.
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
  return whole + '='.repeat((4 - (whole.length % 4)) % 4);
}

/** The bytes of a base64 text. Foreign characters are skipped; bits that do not fill a byte are dropped. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4) + 3);
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = codeOf[text.charCodeAt(index)] ?? FOREIGN;
    if (code === FOREIGN) continue;
    bits = ((bits << 6) | code) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[length] = (bits >> held) & 0xff;
      length += 1;
    }
  }
  return bytes.subarray(0, length);
}

/** The base64 text of some bytes: one line, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(start, start + 3);
    const left = bytes.length - start;
    parts.push(
      digit(a >> 2) +
        digit(((a & 3) << 4) | (b >> 4)) +
        (left > 1 ? digit(((b & 15) << 2) | (c >> 6)) : '=') +
        (left > 2 ? digit(c & 63) : '='),
    );
  }
  return parts.join('');
}

function digit(code: number): string {
  return alphabet.charAt(code);
}
