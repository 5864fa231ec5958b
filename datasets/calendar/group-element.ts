/** An element that holds one group of texts and is one field: when an appointment is, its alarm. */
import { shortened } from '../record/characters.ts';
import type { Fields, FieldValue } from '../record/fields.ts';
import { isGroup, sameData, textOf } from '../record/keys.ts';
import { childElements, ownText, xmlElement, type XmlElement } from '../record/xml.ts';
import type { WarningCode } from '../record/codes.ts';
import type { WriteTarget } from '../definition.ts';
import type { Draft, RecordElement } from '../schema/element.ts';
import { textContent } from '../schema/text-content.ts';

export type Texts = Readonly<Record<string, string>>;

export interface GroupTable<Group> {
  readonly name: string;
  readonly label: string;
  /** Names of the children, in document order. */
  readonly parts: readonly string[];
  readonly badValue: WarningCode;
  /** The value of some texts; undefined where they make no sense. Applied to its own result it changes nothing. */
  parse(texts: Texts, draft?: Draft): Group | undefined;
  /** The texts that go on the wire. */
  written(group: Group, fields: Fields, target: WriteTarget): Texts;
  /** What a device makes of it. */
  held(group: Group): Group;
  /** Whether the texts say that there is none. Without it the element cannot be empty, and is left out where it lacks. */
  isNone?(texts: Texts): boolean;
}

/** The texts of a group; nothing of another value. */
export function textsIn(value: FieldValue | undefined): Texts {
  if (!isGroup(value)) return {};
  return Object.fromEntries(Object.keys(value).map((name) => [name, textOf(value[name])]));
}

export function groupElement<Group extends Texts>(table: GroupTable<Group>): RecordElement {
  const { name, parts } = table;
  const parsed = (value: FieldValue | undefined) =>
    isGroup(value) ? table.parse(textsIn(value)) : undefined;

  return {
    name,
    keys: [name],

    read(xml, draft) {
      const texts = childTexts(xml, parts, draft);
      if (table.isNone?.(texts) === true) return 'present';
      const group = table.parse(texts, draft);
      if (group === undefined) {
        draft.warn(table.badValue, name, shortened(Object.values(texts).join(' ')));
        return 'absent';
      }
      draft.fields[name] = group;
      return 'present';
    },

    write(fields, target) {
      const group = parsed(fields[name]);
      if (group === undefined) return table.isNone === undefined ? undefined : xmlElement(name, [], '');
      const texts = table.written(group, fields, target);
      return xmlElement(
        name,
        [],
        parts.flatMap((part) => (texts[part] === undefined ? [] : [xmlElement(part, [], texts[part])])),
      );
    },

    template: () =>
      xmlElement(
        name,
        [],
        parts.map((part) => xmlElement(part, [], '')),
      ),

    problem(key, value) {
      if (key !== name) return 'no such field';
      const group = parsed(value);
      if (group === undefined) return 'cannot be understood';
      return sameData(group, value) ? undefined : `must be written as ${JSON.stringify(group)}`;
    },

    canonicalValue: (_key, value) => parsed(value),
    matchValue: (_key, canonical) => canonical,

    heldValue(_key, value) {
      const group = parsed(value);
      return group === undefined ? undefined : table.held(group);
    },

    label: () => table.label,
  };
}

/** The texts of the children that are known; a stranger among them is told of. */
export function childTexts(xml: XmlElement, parts: readonly string[], draft: Draft): Record<string, string> {
  const texts: Record<string, string> = {};
  const stray = ownText(xml).trim();
  if (stray !== '') draft.warn('record.bad-value', xml.name, shortened(stray));
  for (const child of childElements(xml)) {
    if (!parts.includes(child.name)) {
      draft.warn('record.unknown-element', xml.name, shortened(child.name));
    } else texts[child.name] ??= textContent(child);
  }
  return texts;
}
