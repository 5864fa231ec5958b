/** Who a card is about: names, organisation, people, dates, gender, picture, notes. */
import { cleanBase64 } from '../portrait/index.ts';
import { caseFolded, oneLine, simplified } from '../record/characters.ts';
import type { Fields } from '../record/fields.ts';
import { parseDate } from '../schema/dates.ts';
import { typesOf, type Card } from './card.ts';
import { shownName } from './contact-terms.ts';
import { paramOf, type Property } from './content-lines.ts';
import { splitValue, textList, unescaped } from './texts.ts';

export function personFields(card: Card): Fields {
  const organisation = organisationFields(card);
  const name = nameFields(card);
  const named = { ...organisation, ...name };
  const shown = text(card.of('FN')[0]);
  // A card of the shortest kind has nothing but the name to show.
  const fields =
    shownName(named) === '' && card.of('N').length === 0 ? { ...named, ...splitName(shown) } : named;
  const expected = shownName(fields);
  if (shown !== '' && expected !== '' && caseFolded(shown) !== caseFolded(expected)) card.lose('V1', 'FN');
  return {
    ...fields,
    ...peopleFields(card),
    Nickname: nickname(card),
    JobTitle: only(card, 'TITLE'),
    Profession: only(card, 'ROLE'),
    Birthday: date(card, 'BDAY'),
    Anniversary: date(card, 'ANNIVERSARY'),
    Gender: gender(card),
    Portrait: portrait(card),
    Notes: notes(card),
  };
}

const text = (property: Property | undefined): string => unescaped(property?.value ?? '');

/** The text of the first one; further ones have no place. */
function only(card: Card, name: string): string {
  const [first, ...others] = card.of(name);
  if (others.length > 0) card.lose('V16', name);
  return text(first);
}

/** A name that is written and the same one as it is spoken. */
function withSpoken(
  card: Card,
  name: string,
): { written: Property | undefined; spoken: Property | undefined } {
  const isSpoken = ({ params }: Property) => params.has('phonetic') || params.has('script');
  const all = card.of(name);
  const [written, ...others] = all.filter((property) => !isSpoken(property));
  const [spoken] = all.filter(isSpoken);
  if (others.length > 0) card.lose('V16', name);
  return { written, spoken };
}

function nameFields(card: Card): Fields {
  const { written, spoken } = withSpoken(card, 'N');
  const part = (property: Property | undefined, index: number) =>
    textList(splitValue(property?.value ?? '', ';')[index] ?? '').join(' ');
  return {
    LastName: part(written, 0),
    FirstName: part(written, 1),
    MiddleName: part(written, 2),
    NameTitle: part(written, 3),
    Suffix: part(written, 4),
    'FirstName@pronunciation': part(spoken, 1) || text(card.of('X-PHONETIC-FIRST-NAME')[0]),
    'LastName@pronunciation': part(spoken, 0) || text(card.of('X-PHONETIC-LAST-NAME')[0]),
  };
}

function splitName(shown: string): Fields {
  const words = simplified(shown).split(' ');
  return { FirstName: words.slice(0, -1).join(' '), LastName: words.at(-1) ?? '' };
}

function organisationFields(card: Card): Fields {
  const { written, spoken } = withSpoken(card, 'ORG');
  const [company = '', department = '', office = '', ...further] = splitValue(written?.value ?? '', ';').map(
    unescaped,
  );
  const deeper = [department, office, ...further].filter((level) => level.trim() !== '');
  const isDeep = further.some((level) => level.trim() !== '');
  if (isDeep) card.lose('V3', 'ORG');
  return {
    Company: company,
    Department: isDeep ? deeper.join(' / ') : department,
    Office: isDeep ? '' : office,
    'Company@pronunciation': text(spoken) || text(card.of('X-PHONETIC-ORG')[0]),
  };
}

function peopleFields(card: Card): Fields {
  const related = (type: string): string[] =>
    card.of('RELATED').flatMap((property) => {
      if (!typesOf(property).has(type)) return [];
      if (paramOf(property, 'value') === 'text') return [text(property)];
      card.lose('V6', `RELATED ${type}`);
      return [];
    });
  const one = (type: string): string => {
    const [first = '', ...others] = related(type);
    if (others.length > 0) card.lose('V16', `RELATED ${type}`);
    return first;
  };
  const known = ['agent', 'spouse', 'child'];
  if (card.of('RELATED').some((property) => !known.some((type) => typesOf(property).has(type)))) {
    card.lose('V16', 'RELATED');
  }
  const assistant = one('agent');
  const names = related('child');
  const written = text(card.of('X-QDSYNC-CHILDREN')[0]);
  const same = (a: readonly string[], b: readonly string[]) => oneLine(a.join(',')) === oneLine(b.join(','));
  const pieces = written.split(',').map((name) => name.trim());
  return {
    Assistant: text(card.of('X-ASSISTANT')[0]) || assistant,
    Manager: text(card.of('X-MANAGER')[0]),
    Spouse: one('spouse'),
    // As our own card says, unless someone has changed the names since.
    Children: same(
      pieces.filter((name) => name !== ''),
      names,
    )
      ? written
      : names.join(', '),
  };
}

function nickname(card: Card): string {
  const names = card.of('NICKNAME').flatMap(({ value }) => textList(value));
  if (names.length > 1) card.lose('V7', 'NICKNAME');
  return names.join(', ');
}

function date(card: Card, name: string): string {
  const [property] = card.of(name);
  if (property === undefined) return '';
  const value = unescaped(property.value).trim();
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(T.*)?$/.exec(value);
  const found = match === null ? undefined : parseDate(match.slice(1, 4).join('-'));
  if (found === undefined || match?.[4] !== undefined) card.lose('V8', name);
  return found ?? '';
}

function gender(card: Card): string {
  const [property] = card.of('GENDER');
  if (property === undefined) return '';
  const [sex = '', comment = ''] = splitValue(property.value, ';');
  const known = { M: 'Male', F: 'Female' }[sex.trim().toUpperCase()];
  if (known === undefined || comment !== '') card.lose('V9', 'GENDER');
  return known ?? '';
}

/** The first picture that the card holds itself: as a `data:` address, or base64 as in version 3.0. */
function portrait(card: Card): string {
  const photos = card.of('PHOTO');
  for (const property of photos) {
    const value = unescaped(property.value);
    const [, data] = /^data:[^,]{0,200};base64,(.*)$/is.exec(value) ?? [];
    const isBase64 = ['b', 'base64'].includes(paramOf(property, 'encoding'));
    const picture = cleanBase64(data ?? (isBase64 ? value : ''));
    if (picture === undefined || picture === '') continue;
    if (photos.length > 1) card.lose('V10', 'PHOTO');
    return picture;
  }
  if (photos.length > 0) card.lose('V10', 'PHOTO');
  return '';
}

function notes(card: Card): string {
  const texts = card.of('NOTE').map(text);
  if (texts.length > 1) card.lose('V11', 'NOTE');
  return texts.join('\n\n');
}
