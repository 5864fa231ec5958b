/** The extensions of the protocol: their names, and how both ends come to agree on them (docs/protocol-extensions.md). */

/**
 * `deflate`: after login both ends speak in deflated segments of frames. `anchors`: anchors count to the millisecond.
 * `times`: the device tells when each record was last changed. `guard`: the device refuses to replace or remove a record
 * that was changed since it has told its changes. `brief`: a record that is created is written without what says nothing.
 * `fields`: it is told as JSON of its fields.
 */
export const extensions = ['deflate', 'anchors', 'times', 'guard', 'brief', 'fields'] as const;
export type Extension = (typeof extensions)[number];

/** Offered over TCP, and switched on before the login: the connection becomes TLS. */
export const TLS = 'tls';

/** The key in the device's banner; its value is names with blanks between them. */
export const EXTENSIONS_KEY = 'extensions';

/** The names that this version knows, in its own order; undefined when one is unknown or comes twice. */
export function knownExtensions(names: readonly string[]): readonly Extension[] | undefined {
  const known = commonExtensions(names, extensions);
  return known.length === names.length ? known : undefined;
}

/** What both ends have. Names that nobody here knows are the other end's business. */
export function commonExtensions(
  announced: readonly string[],
  wanted: readonly Extension[],
): readonly Extension[] {
  return extensions.filter((name) => announced.includes(name) && wanted.includes(name));
}

/** What the desktop says to switch extensions on, without the line end. */
export function formatExtend(names: readonly (Extension | typeof TLS)[]): string {
  return `EXTEND ${names.join(' ')}`;
}

/** The desktop's part of the pairing: its commitment, then its nonce. */
export function formatPair(value: string): string {
  return `PAIR ${value}`;
}

/** The device's nonce, in answer to the commitment. */
export function formatNonce(nonce: string): string {
  return `351 ${nonce}`;
}

/** The device has checked the desktop's nonce. */
export const PAIRED = '250 paired';

/** The device's answer, without the line end. */
export function formatExtended(names: readonly (Extension | typeof TLS)[]): string {
  return `250 ${names.join(' ')}`;
}
