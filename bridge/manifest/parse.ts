/** The manifest's XML as a tree, as far as the checks need it. Pure. */
import { SaxesParser } from 'saxes';

export interface ManifestElement {
  /** As written: `bt:Image`. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly ManifestElement[];
  readonly text: string;
}

interface Growing extends ManifestElement {
  readonly children: Growing[];
  text: string;
}

/** @throws Error where the text is no well-formed XML */
export function parseManifest(xml: string): ManifestElement {
  const root: Growing = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const element: Growing = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text.trim();
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  const [top] = root.children;
  if (top === undefined) throw new Error('the document is empty');
  return top;
}

/** The element itself and all below, but neither elements of the name `except` nor what lies in them. */
export function withDescendants(element: ManifestElement, except?: string): ManifestElement[] {
  const below = element.children.filter(({ name }) => name !== except);
  return [element, ...below.flatMap((child) => withDescendants(child, except))];
}
