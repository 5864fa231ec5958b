/** Decodes canonical base64: standard alphabet, padded, nothing else in it; undefined when it is not. Linear. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Node's decoder skips what it does not know; only canonical text survives the way back unchanged.
  return bytes.toString('base64') === text ? bytes : undefined;
}
