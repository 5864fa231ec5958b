/** What texts may hold on the wire, and the forms in which they are compared. Pure functions of strings. */

// Everything that the Char production of XML 1.0 does not allow, lone surrogates included.
const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

// Quicker to look for: what is forbidden, and surrogates, which are allowed in pairs.
const suspicious = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/;

/** The text without the characters that XML 1.0 does not allow (spec: datasets 2.2). */
export function withoutForbidden(text: string): string {
  return suspicious.test(text) ? text.replace(forbidden, '') : text;
}

/** CRLF and single CR become LF. */
export function lineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

export function isBlank(text: string): boolean {
  return text.trim() === '';
}

// Letters that neither white space nor composition touches: Latin, Cyrillic, kana, Chinese characters, Korean syllables.
const plainWord = String.raw`[!-~\u00a1-\u02ff\u0400-\u0482\u3041-\u3096\u30a1-\u30fc\u4e00-\u9fff\uac00-\ud7a3]+`;

// Texts that are canonical as they stand, by far the most of them: telling so is quicker than making them so.
const plainLine = new RegExp(`^${plainWord}(?: ${plainWord})*$`);
/** Of many more words than this the expression would remember too much. */
const LONGEST_PLAIN_LINE = 10_000;

function isPlainLine(text: string): boolean {
  return text.length <= LONGEST_PLAIN_LINE && plainLine.test(text);
}

/** Trimmed, with every run of white space as one blank: what a device makes of phone numbers (2.7). */
export function simplified(text: string): string {
  return isPlainLine(text) ? text : text.trim().replace(/\s+/g, ' ');
}

/** Canonical form of a text of one line (7.5 rule 3). */
export function oneLine(text: string): string {
  if (isPlainLine(text)) return text;
  return simplified(withoutForbidden(text)).normalize('NFC');
}

/** Canonical form of a text of several lines (7.5 rule 3). */
export function manyLines(text: string): string {
  return lineFeeds(withoutForbidden(text)).trim().normalize('NFC');
}

/**
 * The form under which labels, keys and addresses that differ only in case are the same one. Lower case, not
 * full case folding, which would make one of pairs like "Masse" and "Maße".
 */
export function caseFolded(text: string): string {
  return isPlainLine(text) ? text.toLowerCase() : oneLine(text).toLowerCase().normalize('NFC');
}

/** A text for a message: at most `length` characters, on one line. */
export function shortened(text: string, length = 80): string {
  const line = simplified(text.slice(0, 4 * length));
  return line.length <= length && text.length <= 4 * length ? line : `${line.slice(0, length - 1)}…`;
}
