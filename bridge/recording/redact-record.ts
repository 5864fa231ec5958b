/** Records as a recording shows them: their structure, and pseudonyms for what people wrote. Pure. */
import {
  isFieldValue,
  isSideLocal,
  type FieldKey,
  type Fields,
  type FieldValue,
} from '../../datasets/index.ts';
import { isFieldsJson, joinFieldsJson, readFieldsJson } from '../../datasets/record/fields-json.ts';
import { readXml } from '../../datasets/record/read-xml.ts';
import { writeXml } from '../../datasets/record/write-xml.ts';
import type { XmlElement } from '../../datasets/record/xml.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** Elements and parts of fields that hold times, numbers and fixed words, which say when and how, but not who or what. */
const PLAIN_NAMES: ReadonlySet<string> = new Set([
  ...['Gender', 'TimeZone', 'Start', 'End', 'StartDate', 'EndDate', 'Type', 'Delay'],
  ...['Repeat', 'Frequency', 'Until', 'WeekMask', 'OriginalDate'],
  ...['Priority', 'Status', 'DueDate', 'StartedDate', 'CompletedDate', 'PercentCompleted'],
  ...['type', 'maxItems', 'localIdentifier'],
]);
/** Lists whose members' keys are fixed words or dates. */
const PLAIN_MEMBERS: ReadonlySet<string> = new Set(['PhoneNumbers', 'Addresses', 'Repeat']);
/** Whatever its name promises, a longer value is none of these. */
const PLAIN_VALUE = /^[\w+\-:./ ]{0,40}$/;
const PICTURE = 'Portrait';
const IDENTIFIER = 'Identifier';

/** A record as it is told, as XML or as JSON of its fields; what is no record of ours becomes a hash. */
export function redactRecord(pseudonyms: Pseudonyms, text: string): string {
  if (isFieldsJson(text)) return redactFieldsJson(pseudonyms, text);
  const outcome = readXml(text);
  if (!outcome.ok) return pseudonyms.opaque(text);
  return writeXml(redactElement(pseudonyms, outcome.root), 'compact');
}

function redactFieldsJson(pseudonyms: Pseudonyms, text: string): string {
  const outcome = readFieldsJson(text);
  if (!outcome.ok || !isFieldValue(outcome.fields)) return pseudonyms.opaque(text);
  const fields = redactFields(pseudonyms, outcome.fields);
  return joinFieldsJson(pseudonyms.id(outcome.id), JSON.stringify(fields));
}

function redactElement(pseudonyms: Pseudonyms, { name, attributes, nodes }: XmlElement): XmlElement {
  return {
    name: redactName(pseudonyms, name),
    attributes: attributes.map(([key, value]) => [
      redactName(pseudonyms, key),
      redactText(pseudonyms, key, value),
    ]),
    nodes: nodes.map((node) =>
      typeof node === 'string' ? redactText(pseudonyms, name, node) : redactElement(pseudonyms, node),
    ),
  };
}

/** A record as fields. */
export function redactFields(pseudonyms: Pseudonyms, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      redactKey(pseudonyms, key),
      isSideLocal(key)
        ? pseudonyms.opaque(JSON.stringify(value))
        : redactValue(pseudonyms, valueName(key), value),
    ]),
  );
}

/** The key of a field: a member's own name is what somebody wrote, unless its list has fixed ones. */
export function redactKey(pseudonyms: Pseudonyms, key: FieldKey): FieldKey {
  const slash = key.indexOf('/');
  if (slash === -1) return redactName(pseudonyms, key);
  const [list, member] = [key.slice(0, slash), key.slice(slash + 1)];
  const isPlain = PLAIN_MEMBERS.has(list) && PLAIN_VALUE.test(member);
  return `${redactName(pseudonyms, list)}/${isPlain ? member : pseudonyms.text(member)}`;
}

function redactValue(pseudonyms: Pseudonyms, name: string, value: FieldValue): FieldValue {
  if (typeof value === 'string') return redactText(pseudonyms, name, value);
  if (isList(value)) return value.map((member) => redactValue(pseudonyms, name, member));
  return redactFields(pseudonyms, value);
}

function redactText(pseudonyms: Pseudonyms, name: string, text: string): string {
  if (PLAIN_NAMES.has(name) && PLAIN_VALUE.test(text)) return text;
  if (name === PICTURE) return pseudonyms.opaque(text.trim());
  if (name === IDENTIFIER) return pseudonyms.id(text);
  return pseudonyms.text(text);
}

/** What the value of a field is called: `Until` of `Repeat@Until`, `Repeat` of `Repeat/2026-03-31`. */
function valueName(key: FieldKey): string {
  return /@([^/]*)$/.exec(key)?.[1] ?? key.split('/', 1)[0] ?? '';
}

/** Names of elements, attributes and fields are no secret, as long as they are names. */
function redactName(pseudonyms: Pseudonyms, name: string): string {
  return /^[A-Za-z~][\w@~.-]{0,40}$/.test(name) ? name : pseudonyms.text(name).slice(0, 40);
}

function isList(value: FieldValue): value is readonly FieldValue[] {
  return Array.isArray(value);
}
