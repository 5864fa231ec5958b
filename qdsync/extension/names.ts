/** The extensions of the protocol: their names, and how both ends come to agree on them (docs/protocol-extensions.md). */

/**
 * `deflate`: after login both ends speak in deflated segments of frames. `anchors`: anchors count to the millisecond.
 * `times`: the device tells when each record was last changed. `guard`: the device refuses to replace or remove a record
 * that was changed since it has told its changes.
 */
export const extensions = ['deflate', 'anchors', 'times', 'guard'] as const;
export type Extension = (typeof extensions)[number];

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
export function formatExtend(names: readonly Extension[]): string {
  return `EXTEND ${names.join(' ')}`;
}

/** The device's answer, without the line end. */
export function formatExtended(names: readonly Extension[]): string {
  return `250 ${names.join(' ')}`;
}
