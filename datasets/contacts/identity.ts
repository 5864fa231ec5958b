/** Who a contact is, for people and for pairing at a slow sync (spec: sync engine, section 5 step 3). */
import type { IdentityKeys } from '../definition.ts';
import { caseFolded } from '../record/characters.ts';
import type { Fields } from '../record/fields.ts';
import { memberOf, textOf, textsOf } from '../record/keys.ts';

const NAME_PARTS = ['FirstName', 'MiddleName', 'LastName', 'Suffix'] as const;
const SHOWN_PARTS = ['NameTitle', ...NAME_PARTS] as const;

/** "Ada Lovelace"; a company, an e-mail or a number where there is no name. */
export function contactLabel(fields: Fields): string {
  let name = '';
  for (const part of SHOWN_PARTS) {
    const text = textOf(fields[part]).trim();
    if (text !== '') name += name === '' ? text : ` ${text}`;
  }
  if (name !== '') return name;
  const others = [
    textOf(fields.Company),
    textOf(fields.Nickname),
    ...textsOf(fields.EmailAddresses),
    ...phonesOf(fields),
  ];
  return others.find((text) => text.trim() !== '')?.trim() ?? 'Contact without a name';
}

/** The full name, or of the nameless the company; phone numbers and e-mails as evidence. */
export function contactIdentity(fields: Fields): IdentityKeys | undefined {
  const name = NAME_PARTS.map((part) => caseFolded(textOf(fields[part])));
  const company = caseFolded(textOf(fields.Company));
  const named = name.some((part) => part !== '');
  if (!named && company === '') return undefined;
  return {
    key: named ? `name ${JSON.stringify(name)}` : `company ${company}`,
    evidence: [
      ...textsOf(fields.EmailAddresses).map((address) => `mail ${caseFolded(address)}`),
      ...phonesOf(fields).map((number) => `phone ${dialled(number)}`),
    ],
  };
}

function phonesOf(fields: Fields): string[] {
  return Object.keys(fields)
    .filter((key) => memberOf(key, 'PhoneNumbers') !== undefined)
    .map((key) => textOf(fields[key]));
}

/** A number without what only makes it readable. */
function dialled(number: string): string {
  const digits = number.replace(/[\s().\-/]/g, '');
  return digits === '' ? caseFolded(number) : digits.toLowerCase();
}
