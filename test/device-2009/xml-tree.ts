/**
 * XML as the device's reader sees it: a cursor over start tags that never looks back or ahead
 * (spec: datasets 2.4).
 */
import { SaxesParser } from 'saxes';

/** The document is not a record for the device; it is dropped without a word to the desktop. */
export class RecordParseError extends Error {
  override readonly name = 'RecordParseError';
}

export interface XmlElement {
  /** Qualified name: a prefix is part of it. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside, comments skipped. */
  readonly text: string;
}

interface Building {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Building[];
  text: string;
}

/** Parses a document. Throws RecordParseError where it is ill-formed or not UTF-8. */
export function parseXml(bytes: Buffer): XmlElement {
  const parser = new SaxesParser();
  const open: Building[] = [];
  let root: Building | undefined;
  parser.on('error', (error) => {
    throw new RecordParseError(error.message);
  });
  parser.on('opentag', (tag) => {
    const element = {
      name: tag.name,
      attributes: new Map(Object.entries(tag.attributes)),
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const addText = (text: string): void => {
    const inside = open.at(-1);
    if (inside) inside.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(decode(bytes)).close();
  if (!root) throw new RecordParseError('no element');
  return root;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new RecordParseError('not UTF-8', { cause: error });
  }
}

/** Text of an element that may hold nothing but text. Throws RecordParseError when it holds an element. */
export function textOf(element: XmlElement): string {
  const [child] = element.children;
  if (child) throw new RecordParseError(`<${child.name}> inside <${element.name}>`);
  return element.text;
}

/**
 * Walks the children of one element in the order in which the reader asks for them. A child that is not the
 * one asked for is not passed: it blocks all that follow it.
 */
export class ElementWalk {
  readonly element: XmlElement;
  readonly #notice: (what: string) => void;
  #next = 0;

  constructor(element: XmlElement, notice: (what: string) => void) {
    this.element = element;
    this.#notice = notice;
  }

  /** The next child if it has this name; undefined, without moving, if not. */
  open(name: string): XmlElement | undefined {
    const child = this.element.children[this.#next];
    if (child?.name !== name) return undefined;
    this.#next += 1;
    return child;
  }

  /** Text of the next child if it has this name. */
  text(name: string): string | undefined {
    const child = this.open(name);
    return child && textOf(child);
  }

  /** Walks the next child, if it has this name, and closes it: what is left in it is skipped. Tells whether it was there. */
  inside(name: string, visit: (walk: ElementWalk) => void): boolean {
    const child = this.open(name);
    if (!child) return false;
    const walk = new ElementWalk(child, this.#notice);
    visit(walk);
    walk.close();
    return true;
  }

  /** Ends the walk and tells what was never read. */
  close(): void {
    const unread = this.element.children.slice(this.#next).map((child) => child.name);
    if (unread.length > 0) this.#notice(`not read in ${this.element.name}: ${unread.join(', ')}`);
  }
}
