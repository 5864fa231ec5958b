/** vCards as contacts (spec: datasets 10.1): version 4.0, and what version 3.0 has in common with it. Pure. */
import { contacts } from '../contacts/index.ts';
import type { Fields, FieldValue } from '../record/fields.ts';
import type { MutableFields } from '../record/keys.ts';
import { propertiesOf, readComponents, type Component } from './components.ts';
import { personFields } from './card-person.ts';
import { reachFields } from './card-reach.ts';
import type { Card } from './card.ts';
import { checked, type Imported, type ImportedRecord } from './imported.ts';
import { lossList } from './losses.ts';
import { firstText, listFields } from './shared-properties.ts';

const VCARD = 'VCARD';

/** Of no use to a contact, or read where they belong, if they are needed. */
const SILENT = [
  ...['VERSION', 'REV', 'PRODID', 'KIND', 'UID', 'X-QDSYNC-ID', 'CATEGORIES', 'X-QDSYNC-CF'],
  ...['X-PHONETIC-FIRST-NAME', 'X-PHONETIC-LAST-NAME', 'X-PHONETIC-ORG'],
];

/** The contacts of a text with any number of cards, in their order; what cannot be read is a problem of its own. */
export function fromVcards(text: string): Imported {
  const imported: { records: ImportedRecord[]; problems: Imported['problems'][number][] } = {
    records: [],
    problems: [],
  };
  for (const outcome of readComponents(text, [VCARD])) {
    if (!outcome.ok) imported.problems.push(outcome.problem);
    else if (outcome.component.name !== VCARD) {
      const { line, name } = outcome.component;
      imported.problems.push({ line, reason: 'unsupported', detail: name });
    } else imported.records.push(fromCard(outcome.component));
  }
  return imported;
}

function fromCard(component: Component): ImportedRecord {
  const properties = propertiesOf(component);
  const used = new Set(SILENT);
  const { lose, all } = lossList();
  const card: Card = {
    lose,
    of(name) {
      used.add(name);
      return properties.get(name) ?? [];
    },
  };
  const fields: MutableFields = { ...personFields(card), ...reachFields(card), ...listFields(properties) };
  for (const name of properties.keys()) if (!used.has(name)) lose('V16', name);
  const id = firstText(properties, 'X-QDSYNC-ID') || firstText(properties, 'UID');
  const kept = checked(contacts, filled(fields), (key) => lose('V16', key));
  return { id, line: component.line, fields: kept, losses: all() };
}

/** The fields without empty texts. */
function filled(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]: [string, FieldValue]) => typeof value !== 'string' || value.trim() !== '',
    ),
  );
}
