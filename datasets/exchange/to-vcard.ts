/** A contact as a vCard 4.0 (RFC 6350, with the phonetics of RFC 9554; spec: datasets 10.1). Pure. */
import { contacts } from '../contacts/index.ts';
import { decodeBase64, pictureFormat } from '../portrait/index.ts';
import { simplified } from '../record/characters.ts';
import type { Fields } from '../record/fields.ts';
import { isGroup, textOf, textsOf } from '../record/keys.ts';
import { contentLine, type Params } from './content-lines.ts';
import { lossList, type ExchangeLoss, type LoseNote } from './losses.ts';
import { ADDRESS_PARTS, PHONES, shownName } from './contact-terms.ts';
import { categoryLines, customFieldLines, extensionLine, textLine } from './shared-properties.ts';
import { escaped, escapedUri } from './texts.ts';

export interface WrittenCard {
  /** One card, its lines ended by CRLF. */
  readonly text: string;
  readonly losses: readonly ExchangeLoss[];
}

/** The card of a contact; `id`: that of the record, any text. Fields of one side only are left out. */
export function toVcard(fields: Fields, id: string): WrittenCard {
  const { lose, all } = lossList();
  const text = [
    'BEGIN:VCARD\r\nVERSION:4.0\r\n',
    idLines(id),
    nameLines(fields, lose),
    organisationLines(fields, lose),
    peopleLines(fields, lose),
    dateLine('BDAY', fields.Birthday),
    dateLine('ANNIVERSARY', fields.Anniversary),
    genderLine(textOf(fields.Gender)),
    portraitLine(textOf(fields.Portrait), lose),
    textLine('NOTE', textOf(fields.Notes)),
    urlLine('work', textOf(fields.BusinessWebpage)),
    urlLine('home', textOf(fields.HomeWebpage)),
    addressLine('home', fields['Addresses/Home']),
    addressLine('work', fields['Addresses/Business']),
    phoneLines(fields),
    emailLines(fields),
    categoryLines(fields),
    customFieldLines(fields),
    'END:VCARD\r\n',
  ].join('');
  return { text, losses: all() };
}

/** A UID is a URI; another id is a text, and said once more for those who take no text. */
function idLines(id: string): string {
  if (/^[a-z][a-z0-9+.-]*:\S+$/i.test(id)) return contentLine('UID', escapedUri(id));
  return textLine('UID', id, { VALUE: 'text' }) + extensionLine('X-QDSYNC-ID', id);
}

function structured(...texts: readonly string[]): string {
  return texts.map(escaped).join(';');
}

function nameLines(fields: Fields, lose: LoseNote): string {
  const part = (name: string) => textOf(fields[name]);
  const [first, last] = [part('FirstName@pronunciation'), part('LastName@pronunciation')];
  const spoken = first !== '' || last !== '';
  if (spoken) lose('V2', 'FirstName, LastName');
  const name = structured(
    ...['LastName', 'FirstName', 'MiddleName', 'NameTitle', 'Suffix'].map((key) => part(key)),
  );
  return [
    contentLine('FN', escaped(shownName(fields) || contacts.label(fields))),
    contentLine('N', name, spoken ? { ALTID: '1' } : {}),
    spoken ? contentLine('N', structured(last, first, '', '', ''), { ALTID: '1', PHONETIC: 'script' }) : '',
    extensionLine('X-PHONETIC-FIRST-NAME', first),
    extensionLine('X-PHONETIC-LAST-NAME', last),
    textLine('NICKNAME', part('Nickname')),
  ].join('');
}

function organisationLines(fields: Fields, lose: LoseNote): string {
  const levels = ['Company', 'Department', 'Office'].map((key) => textOf(fields[key]));
  const spoken = textOf(fields['Company@pronunciation']);
  const isThere = levels.some((level) => level !== '');
  if (spoken !== '') lose('V2', 'Company');
  if (textOf(fields.Profession) !== '') lose('V4', 'Profession');
  const alternative: Params = spoken === '' ? {} : { ALTID: '1' };
  return [
    isThere || spoken !== '' ? contentLine('ORG', structured(...levels), alternative) : '',
    spoken === '' ? '' : contentLine('ORG', escaped(spoken), { ...alternative, PHONETIC: 'script' }),
    extensionLine('X-PHONETIC-ORG', spoken),
    textLine('TITLE', textOf(fields.JobTitle)),
    textLine('ROLE', textOf(fields.Profession)),
  ].join('');
}

function peopleLines(fields: Fields, lose: LoseNote): string {
  const [assistant, manager, children] = [fields.Assistant, fields.Manager, fields.Children].map(textOf);
  for (const [key, text] of Object.entries({ Assistant: assistant, Manager: manager })) {
    if (text !== '') lose('V5', key);
  }
  const related = (type: string, text: string) => textLine('RELATED', text, { TYPE: type, VALUE: 'text' });
  const pieces = (children ?? '').split(',').map((name) => name.trim());
  const names = pieces.filter((name) => name !== '');
  return [
    related('agent', assistant ?? ''),
    extensionLine('X-ASSISTANT', assistant ?? ''),
    extensionLine('X-MANAGER', manager ?? ''),
    related('spouse', textOf(fields.Spouse)),
    ...names.map((name) => related('child', name)),
    // How they are written down, where the names alone do not tell.
    names.join(', ') === children ? '' : extensionLine('X-QDSYNC-CHILDREN', children ?? ''),
  ].join('');
}

function dateLine(name: string, date: Fields[string] | undefined): string {
  const text = textOf(date);
  return text === '' ? '' : contentLine(name, text.replaceAll('-', ''));
}

function genderLine(gender: string): string {
  if (gender === 'Male') return contentLine('GENDER', 'M');
  return gender === 'Female' ? contentLine('GENDER', 'F') : '';
}

function portraitLine(portrait: string, lose: LoseNote): string {
  if (portrait === '') return '';
  const format = pictureFormat(decodeBase64(portrait.slice(0, 64)));
  if (format !== undefined) return contentLine('PHOTO', `data:image/${format};base64,${portrait}`);
  lose('V10', 'Portrait');
  return '';
}

function urlLine(type: string, url: string): string {
  return url.trim() === '' ? '' : contentLine('URL', escapedUri(url), { TYPE: type });
}

function addressLine(type: string, address: Fields[string] | undefined): string {
  if (!isGroup(address)) return '';
  const parts = ADDRESS_PARTS.map((part) => textOf(address[part]));
  return contentLine('ADR', structured('', '', ...parts), { TYPE: type });
}

function phoneLines(fields: Fields): string {
  let preferred = simplified(textOf(fields['PhoneNumbers@default']));
  return Object.entries(PHONES)
    .map(([type, types]) => {
      const number = textOf(fields[`PhoneNumbers/${type}`]);
      const isPreferred = preferred !== '' && simplified(number) === preferred;
      if (isPreferred) preferred = '';
      return textLine('TEL', number, { TYPE: types, ...(isPreferred && { PREF: '1' }) });
    })
    .join('');
}

function emailLines(fields: Fields): string {
  const addresses = textsOf(fields.EmailAddresses);
  const preferred = addresses.indexOf(textOf(fields['EmailAddresses@default']));
  return addresses
    .map((address, index) => textLine('EMAIL', address, index === preferred ? { PREF: '1' } : {}))
    .join('');
}
