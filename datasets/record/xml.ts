/** A record as a tree of XML elements, as far as records need XML: no namespaces, comments or declarations. */

export type XmlAttribute = readonly [name: string, value: string];

export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly nodes: readonly (XmlElement | string)[];
}

export function xmlElement(
  name: string,
  attributes: readonly XmlAttribute[],
  content: string | readonly XmlElement[],
): XmlElement {
  return { name, attributes, nodes: typeof content === 'string' ? [content] : content };
}

export function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.attributes.find(([candidate]) => candidate === name)?.[1];
}

export function childElements(element: XmlElement): XmlElement[] {
  return element.nodes.filter((node) => typeof node !== 'string');
}

/** The element's own text, without that of its children. */
export function ownText(element: XmlElement): string {
  const [first] = element.nodes;
  if (element.nodes.length === 1 && typeof first === 'string') return first;
  return element.nodes.filter((node) => typeof node === 'string').join('');
}
