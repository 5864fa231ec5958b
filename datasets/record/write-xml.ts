/** Writes a tree as XML, with the escapes and the layout of the originals (spec: datasets 2.2). */
import { withoutForbidden } from './characters.ts';
import { childElements, ownText, type XmlElement } from './xml.ts';

/** `compact`: no white space between elements. `indented`: as a device writes, from a leading line feed on. */
export type XmlLayout = 'compact' | 'indented';

const textEscapes: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
};
const attributeEscapes: Readonly<Record<string, string>> = {
  ...textEscapes,
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

// Most texts need no escape, which is quicker to see than to replace nothing.
const special = /[<>&"]/;
const specialInAttributes = /[<>&"\n\r\t]/;

export function escapeText(text: string): string {
  if (!special.test(text)) return text;
  return text.replace(/[<>&"]/g, (character) => textEscapes[character] ?? character);
}

export function escapeAttribute(text: string): string {
  if (!specialInAttributes.test(text)) return text;
  return text.replace(/[<>&"\n\r\t]/g, (character) => attributeEscapes[character] ?? character);
}

/** The document of a root element: no declaration, empty elements as start and end tag, legal characters only. */
export function writeXml(root: XmlElement, layout: XmlLayout): string {
  return withoutForbidden(layout === 'compact' ? compact(root) : indented(root, '\n'));
}

function compact(element: XmlElement): string {
  let content = '';
  for (const node of element.nodes) content += typeof node === 'string' ? escapeText(node) : compact(node);
  return startTag(element) + content + endTag(element);
}

function indented(element: XmlElement, margin: string): string {
  const children = childElements(element);
  // Indenting the children of an element that also has text of its own would change that text.
  if (children.length === 0 || ownText(element).trim() !== '') return margin + compact(element);
  let content = '';
  for (const child of children) content += indented(child, `${margin}    `);
  return margin + startTag(element) + content + margin + endTag(element);
}

function startTag(element: XmlElement): string {
  let tag = `<${element.name}`;
  for (const [name, value] of element.attributes) tag += ` ${name}="${escapeAttribute(value)}"`;
  return `${tag}>`;
}

function endTag(element: XmlElement): string {
  return `</${element.name}>`;
}
