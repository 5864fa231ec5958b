/** Values of text in vCard and iCalendar (RFC 6350 3.4, RFC 5545 3.3.11): their escapes, and lists of them. Pure. */
import { lineFeeds, withoutForbidden } from '../record/characters.ts';

/** A text as a value, whatever stands beside it: `\`, `,`, `;` and line feeds are escaped. */
export function escaped(text: string): string {
  return lineFeeds(withoutForbidden(text))
    .replace(/[\\,;]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

/** An address of the web: its commas and semicolons are its own. */
export function escapedUri(text: string): string {
  return lineFeeds(withoutForbidden(text)).replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** The text of a value, without characters that records cannot hold. */
export function unescaped(value: string): string {
  const text = value.replace(/\\([\\,;:nN])/g, (_, char: string) =>
    char === 'n' || char === 'N' ? '\n' : char,
  );
  return lineFeeds(withoutForbidden(text));
}

/** The values between delimiters that are not escaped, themselves still escaped. */
export function splitValue(value: string, delimiter: ',' | ';'): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length; at += 1) {
    const char = value[at];
    if (char === '\\') at += 1;
    else if (char === delimiter) {
      parts.push(value.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(value.slice(from));
  return parts;
}

/** The texts of a list with commas, blank ones left out. */
export function textList(value: string): string[] {
  return splitValue(value, ',')
    .map(unescaped)
    .filter((text) => text.trim() !== '');
}
