/** Reads one XML document into a tree: bounded, in linear time, without document types or entities. */
import { SaxesParser } from 'saxes';
import type { RecordError } from '../definition.ts';
import { shortened, withoutForbidden } from './characters.ts';
import { RecordProblem } from './record-problem.ts';
import type { XmlAttribute, XmlElement } from './xml.ts';

export interface XmlLimits {
  /** UTF-16 units of the whole document. */
  readonly documentLength: number;
  /** UTF-16 units of one attribute's value. */
  readonly attributeLength: number;
  /** Levels of nesting, the root included. */
  readonly depth: number;
  /** Number of elements in the document. */
  readonly elements: number;
}

export const defaultXmlLimits: XmlLimits = {
  documentLength: 16 * 1024 * 1024,
  attributeLength: 64 * 1024,
  depth: 64,
  elements: 100_000,
};

export interface XmlDocument {
  readonly root: XmlElement;
  /** Characters that XML 1.0 does not allow were removed. */
  readonly repaired: boolean;
  /** There is a U+FFFD in it, which a decoder of UTF-8 puts where bytes made no sense. */
  readonly undecoded: boolean;
}

export type XmlOutcome =
  ({ readonly ok: true } & XmlDocument) | { readonly ok: false; readonly error: RecordError };

/**
 * Reads a document. Characters that XML 1.0 does not allow are removed first, and `repaired` tells so: devices
 * write them raw (spec: datasets 2.2).
 *
 * Errors: `record.not-xml` with line and column, `record.forbidden-xml` for a document type or an entity that
 * is not one of the five of XML, `record.too-large` for what exceeds the limits.
 */
export function readXml(document: string, limits: Partial<XmlLimits> = {}): XmlOutcome {
  try {
    return readBounded(document, { ...defaultXmlLimits, ...limits });
  } catch (error) {
    if (error instanceof RecordProblem) return { ok: false, error: error.problem };
    throw error;
  }
}

interface OpenElement {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly nodes: (XmlElement | string)[];
}

function readBounded(document: string, limits: XmlLimits): XmlOutcome {
  if (document.length > limits.documentLength) {
    tooLarge(`${document.length} characters; the limit is ${limits.documentLength}`);
  }
  const legal = withoutForbidden(document);
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  let count = 0;

  const parser = new SaxesParser({ xmlns: false, defaultXMLVersion: '1.0', forceXMLVersion: true });
  const place = () => `line ${parser.line}, column ${parser.column}`;
  const addText = (text: string) => open.at(-1)?.nodes.push(text);

  parser.on('error', (error) => {
    // Whatever the parser says of an entity is about one that the document would have to define itself.
    const code = error.message.includes('undefined entity') ? 'record.forbidden-xml' : 'record.not-xml';
    throw new RecordProblem(code, shortened(error.message, 200));
  });
  parser.on('doctype', () => {
    throw new RecordProblem('record.forbidden-xml', `document type at ${place()}`);
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentag', (tag) => {
    count += 1;
    if (count > limits.elements) tooLarge(`more than ${limits.elements} elements`);
    if (open.length >= limits.depth) tooLarge(`nested deeper than ${limits.depth} at ${place()}`);
    const attributes = Object.entries(tag.attributes);
    for (const [name, value] of attributes) {
      if (value.length > limits.attributeLength) {
        tooLarge(`attribute ${shortened(name)} at ${place()} is longer than ${limits.attributeLength}`);
      }
    }
    const element: OpenElement = { name: tag.name, attributes, nodes: [] };
    open.at(-1)?.nodes.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
  });

  // A declaration is allowed at the very start only; white space before it is a harmless slip of the sender.
  parser.write(legal.replace(/^\s+(?=<\?xml\s)/, '')).close();
  if (root === undefined) throw new RecordProblem('record.not-xml', 'no element');
  return { ok: true, root, repaired: legal.length !== document.length, undecoded: legal.includes('\ufffd') };
}

function tooLarge(detail: string): never {
  throw new RecordProblem('record.too-large', detail);
}
