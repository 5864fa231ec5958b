/** Lists of a record: how the device reads, writes and stores them (spec: datasets 2.6 to 2.9). */
import type { RecordEnvironment } from './record-kind.ts';
import { textOf, type ElementWalk, type XmlElement } from './xml-tree.ts';
import type { DeviceXml } from './xml-writer.ts';

/** Whether a container replaces the list whole: only when `maxItems` covers what the device holds now. */
export function replacesList(list: XmlElement, have: number): boolean {
  const text = list.attributes.get('maxItems') ?? '';
  const max = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : -1;
  return have <= max;
}

/** Reads the entries of a list up to the first empty one; the rest of the container is skipped. */
export function eachText(
  list: ElementWalk,
  name: string,
  visit: (text: string, element: XmlElement) => void,
): void {
  for (let entry = list.open(name); entry; entry = list.open(name)) {
    const text = textOf(entry);
    if (text === '') return;
    visit(text, entry);
  }
}

/** Ids, and texts that are no category yet, after `Categories` was read. */
export function readCategories(
  walk: ElementWalk,
  old: readonly string[],
  scope: string,
  { categories: book }: RecordEnvironment,
): readonly string[] {
  let categories = new Set(old);
  walk.inside('Categories', (list) => {
    if (replacesList(list.element, categories.size)) categories = new Set();
    eachText(list, 'Category', (text) => categories.add(book.resolve(text, scope)));
  });
  return [...categories];
}

export function readCustomFields(
  walk: ElementWalk,
  old: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  let fields = new Map(old);
  walk.inside('CustomFields', (list) => {
    if (replacesList(list.element, fields.size)) fields = new Map();
    for (let more = true; more;) {
      more = false;
      list.inside('Field', (field) => {
        const key = field.text('Key') ?? '';
        const value = field.text('Value') ?? '';
        if (key === '') return;
        more = true;
        put(fields, key, value);
      });
    }
  });
  return fields;
}

/** Sets a value; an empty one is not stored. */
export function put<K>(map: Map<K, string>, key: K, value: string): void {
  if (value === '') map.delete(key);
  else map.set(key, value);
}

export function writeCategories(
  xml: DeviceXml,
  ids: readonly string[],
  { categories }: RecordEnvironment,
): void {
  xml.group('Categories', inHashOrder(ids), (id) => xml.leaf('Category', categories.label(id)));
}

export function writeCustomFields(xml: DeviceXml, fields: ReadonlyMap<string, string>): void {
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  xml.group('CustomFields', sorted, ([key, value]) => {
    xml.group('Field', [key], () => {
      xml.leaf('Key', key);
      xml.leaf('Value', value);
    });
  });
}

/** Ids of the labels that a person picks; new ones become categories. */
export function enterCategories(
  labels: readonly string[],
  scope: string,
  { categories }: RecordEnvironment,
): readonly string[] {
  return labels.flatMap((label) => categories.settle(label, scope) ?? []);
}

/** Each id changed, those that become undefined dropped, none twice. */
export function mapIds(
  ids: readonly string[],
  change: (id: string) => string | undefined,
): readonly string[] {
  return [...new Set(ids.flatMap((id) => change(id) ?? []))];
}

/** Two values that differ in ASCII case only break the store's unique index: why the insert fails, if it does. */
export function caseOnlyTwin(what: string, values: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const value of values) {
    const folded = value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    if (seen.has(folded)) return `${what} ${value} twice`;
    seen.add(folded);
  }
  return undefined;
}

/** Categories come out of a hash table: their order says nothing, and is not the order in which they were put in. */
function inHashOrder(categories: readonly string[]): readonly string[] {
  return [...categories].sort((a, b) => hash(a) - hash(b) || (a < b ? -1 : 1));
}

function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index += 1) {
    value = ((value << 4) + text.charCodeAt(index)) >>> 0;
    value = (value ^ ((value & 0xf0000000) >>> 23)) & 0x0fffffff;
  }
  return value % 37;
}
