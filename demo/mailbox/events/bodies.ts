import type { Switches } from '../switches.ts';
import type { ItemBody } from './properties.ts';

/** Bodies as HTML and as text (spec: graph 3.5). */

/** A body as Graph shows it: a whole HTML document, or text if the request prefers it. */
export function showBody(body: ItemBody, as: ItemBody['contentType'], switches: Switches): ItemBody {
  const content = as === 'html' ? toHtml(body) : showText(toText(body), switches);
  return { contentType: as, content };
}

/** The first 255 characters of the text. */
export function previewOf(body: ItemBody): string {
  return toText(body).trim().slice(0, 255);
}

function showText(text: string, switches: Switches): string {
  if (switches.textBodies === 'asSent' || text === '') return text;
  const lines = text.replace(/\r\n?|\n/g, '\r\n');
  return lines.endsWith('\r\n') ? lines : `${lines}\r\n`;
}

function toHtml({ contentType, content }: ItemBody): string {
  if (content === '') return '';
  if (contentType === 'html') return /<html[\s>]/i.test(content) ? content : wrap(content);
  const escaped = content.replace(/[&<>]/g, (sign) => escapes[sign] ?? sign).replace(/\r\n?|\n/g, '<br>\r\n');
  return wrap(escaped);
}

function wrap(content: string): string {
  return `<html><head></head><body>${content}</body></html>`;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

function toText({ contentType, content }: ItemBody): string {
  if (contentType === 'text') return content;
  return content
    .replace(/<(style|script|head)\b[\s\S]*?<\/\1>/gi, '')
    .replace(/[\r\n]+/g, '')
    .replace(/<br\s*\/?>|<\/(?:p|div|li|tr|h[1-6])>/gi, '\r\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#\d{1,7}|#x[0-9a-f]{1,6}|\w+);/gi, decode);
}

/** The character that `&name;`, `&#9;` or `&#x9;` stands for. */
function decode(entity: string): string {
  const name = entity.slice(1, -1).toLowerCase();
  if (!name.startsWith('#')) return entities[name] ?? entity;
  const code = name.startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10_ffff ? String.fromCodePoint(code) : entity;
}
