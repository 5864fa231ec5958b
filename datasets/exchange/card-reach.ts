/** How to reach whom a card is about: web pages, addresses, numbers, e-mails. */
import { simplified } from '../record/characters.ts';
import type { Fields } from '../record/fields.ts';
import type { MutableFields } from '../record/keys.ts';
import { preference, typesOf, type Card } from './card.ts';
import { ADDRESS_PARTS, type PhoneType } from './contact-terms.ts';
import { paramOf, type Property } from './content-lines.ts';
import { splitValue, textList, unescaped } from './texts.ts';

export function reachFields(card: Card): Fields {
  return { ...webpages(card), ...addresses(card), ...phones(card), ...emails(card) };
}

function webpages(card: Card): Fields {
  const fields: MutableFields = {};
  for (const property of card.of('URL')) {
    const key = typesOf(property).has('home') ? 'HomeWebpage' : 'BusinessWebpage';
    if (fields[key] === undefined) fields[key] = unescaped(property.value);
    else card.lose('V12', 'URL');
  }
  return fields;
}

function addresses(card: Card): Fields {
  const fields: MutableFields = {};
  for (const property of card.of('ADR')) {
    const key = typesOf(property).has('work') ? 'Addresses/Business' : 'Addresses/Home';
    const [box = [], extended = [], ...rest] = splitValue(property.value, ';').map(textList);
    const [street = [], ...others] = rest;
    const lines = [...box, ...extended, ...street];
    if (box.length + extended.length > 0) card.lose('V13', 'ADR');
    const texts = [lines.join('\n'), ...others.map((part) => part.join(', '))];
    const parts = Object.fromEntries(
      ADDRESS_PARTS.map((part, index) => [part, texts[index] ?? ''] as const)
        .filter(([, text]) => text.trim() !== '')
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    if (Object.keys(parts).length === 0) continue;
    if (fields[key] === undefined) fields[key] = parts;
    else card.lose('V13', 'ADR');
  }
  return fields;
}

/** Number types that are no telephone that rings. */
const OTHER_TYPES = ['text', 'video', 'textphone'];

/** The type of ours for those of a number; undefined: there is none. */
function phoneType(types: ReadonlySet<string>): PhoneType | undefined {
  const atWork = types.has('work');
  if (types.has('pager')) return types.has('home') ? undefined : 'BusinessPager';
  if (types.has('fax')) return atWork ? 'BusinessFax' : 'HomeFax';
  if (types.has('cell')) return atWork ? 'BusinessMobile' : 'HomeMobile';
  if (!types.has('voice') && OTHER_TYPES.some((type) => types.has(type))) return undefined;
  return atWork ? 'BusinessPhone' : 'HomePhone';
}

function phones(card: Card): Fields {
  const fields: MutableFields = {};
  let best = 101;
  for (const property of card.of('TEL')) {
    const type = phoneType(typesOf(property));
    const number = simplified(numberOf(property));
    if (number === '') continue;
    if (type === undefined || fields[`PhoneNumbers/${type}`] !== undefined) {
      card.lose('V14', `TEL ${[...typesOf(property)].join(',')}`);
      continue;
    }
    fields[`PhoneNumbers/${type}`] = number;
    if (preference(property) < best) {
      best = preference(property);
      fields['PhoneNumbers@default'] = number;
    }
  }
  return fields;
}

function numberOf(property: Property): string {
  const text = unescaped(property.value);
  return paramOf(property, 'value') === 'uri' ? text.replace(/^tel:/i, '') : text;
}

/** Types that say nothing of an address. */
const PLAIN_TYPES = ['internet', 'pref'];

function emails(card: Card): Fields {
  const list: string[] = [];
  let best = 101;
  let preferred: string | undefined;
  for (const property of card.of('EMAIL')) {
    const address = unescaped(property.value).trim();
    if ([...typesOf(property)].some((type) => !PLAIN_TYPES.includes(type))) card.lose('V15', 'EMAIL');
    if (address === '') continue;
    list.push(address);
    if (preference(property) < best) [best, preferred] = [preference(property), address];
  }
  return {
    ...(list.length > 0 && { EmailAddresses: list }),
    ...(preferred !== undefined && { 'EmailAddresses@default': preferred }),
  };
}
