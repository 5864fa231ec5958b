/** From a document's tree to a record, by a dataset's table: tolerant of order, repetition and what is unknown. */
import type { ReadOptions, ReadRecord, RecordWarning } from '../definition.ts';
import { shortened } from '../record/characters.ts';
import { residueKey } from '../record/keys.ts';
import { RecordProblem } from '../record/record-problem.ts';
import type { XmlDocument } from '../record/read-xml.ts';
import { attributeOf, childElements, ownText, type XmlElement } from '../record/xml.ts';
import { writeXml } from '../record/write-xml.ts';
import type { Draft, RecordElement } from './element.ts';

/** First child of every record (spec: datasets 2.5). */
export const IDENTIFIER = 'Identifier';

/** More warnings than this of one record are not told one by one. */
export const MAX_WARNINGS = 20;

export interface RecordLayout {
  /** Name of the root element. */
  readonly root: string;
  readonly byName: ReadonlyMap<string, RecordElement>;
  /** What is left to do once all elements are read. */
  readonly received?: (draft: Draft) => void;
}

/** Errors, as RecordProblem: `record.wrong-root`, `record.structure`. */
export function readRecord(
  { root, byName, received }: RecordLayout,
  { root: document, repaired, undecoded }: XmlDocument,
  options: ReadOptions,
): ReadRecord {
  if (document.name !== root) throw new RecordProblem('record.wrong-root', shortened(document.name));
  const warnings: RecordWarning[] = [];
  const draft: Draft = {
    fields: {},
    blanked: new Set(),
    unreadable: new Set(),
    categoryAliases: options.categoryAliases ?? {},
    zonedTimes: options.zonedTimes ?? 'wall-clock',
    warn: (code, field, detail) => {
      if (warnings.length < MAX_WARNINGS) warnings.push({ code, field, detail });
    },
  };
  if (repaired) draft.warn('record.control-characters', root, '');

  const present = new Set<string>();
  const unusable = new Set<string>();
  const maxItems = new Map<string, number | null>();
  const residue: string[] = [];
  let identifier: XmlElement | undefined;
  for (const child of childElements(document)) {
    const element = byName.get(child.name);
    if (undecoded && isDamaged(child))
      draft.warn('record.bad-value', shortened(child.name), 'holds bytes that were no UTF-8');
    if (child.name === IDENTIFIER) identifier ??= child;
    else if (element === undefined) {
      draft.warn('record.unknown-element', shortened(child.name), '');
      residue.push(writeXml(child, 'compact'));
    } else if (present.has(child.name)) draft.warn('record.bad-value', child.name, 'it is there twice');
    else if (element.read(child, draft) === 'present') {
      present.add(child.name);
      if (element.list !== undefined) maxItems.set(child.name, itemLimit(child));
    } else unusable.add(child.name);
  }
  if (options.brief === true) addOmitted(byName, unusable, present, maxItems);
  received?.(draft);
  if (residue.length > 0) draft.fields[residueKey] = residue;
  const local = identifier === undefined ? undefined : attributeOf(identifier, 'localIdentifier');
  return {
    id: identifier === undefined ? '' : ownText(identifier),
    localIdentifier: local !== 'false' && local !== '0',
    fields: draft.fields,
    present,
    blanked: draft.blanked,
    unreadable: draft.unreadable,
    maxItems,
    warnings,
  };
}

/** What a brief document leaves out counts as there and empty, lists as replaced. */
function addOmitted(
  byName: ReadonlyMap<string, RecordElement>,
  unusable: ReadonlySet<string>,
  present: Set<string>,
  maxItems: Map<string, number | null>,
): void {
  for (const [name, element] of byName) {
    if (present.has(name) || unusable.has(name)) continue;
    present.add(name);
    if (element.list !== undefined) maxItems.set(name, 0);
  }
}

/** Whether there is a U+FFFD in it, which a decoder of UTF-8 puts where bytes made no sense. */
function isDamaged({ attributes, nodes }: XmlElement): boolean {
  return (
    attributes.some(([, value]) => value.includes('\ufffd')) ||
    nodes.some((node) => (typeof node === 'string' ? node.includes('\ufffd') : isDamaged(node)))
  );
}

/** `maxItems` as a number; null where it is absent or none. */
function itemLimit(container: XmlElement): number | null {
  const text = attributeOf(container, 'maxItems')?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
