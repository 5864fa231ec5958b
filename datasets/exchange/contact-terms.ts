/** What both directions between contacts and vCards must agree on (spec: datasets 10.1). */
import { simplified } from '../record/characters.ts';
import type { Fields } from '../record/fields.ts';
import { textOf } from '../record/keys.ts';

/** In the order of an ADR, after post box and extended address. */
export const ADDRESS_PARTS = ['Street', 'City', 'State', 'Zip', 'Country'] as const;

/** The types of TEL that stand for a type of ours. */
export const PHONES = {
  HomePhone: ['home', 'voice'],
  BusinessPhone: ['work', 'voice'],
  HomeMobile: ['home', 'cell'],
  BusinessMobile: ['work', 'cell'],
  HomeFax: ['home', 'fax'],
  BusinessFax: ['work', 'fax'],
  BusinessPager: ['work', 'pager'],
} as const satisfies Record<string, readonly string[]>;

export type PhoneType = keyof typeof PHONES;

const NAMES = ['NameTitle', 'FirstName', 'MiddleName', 'LastName', 'Suffix'];

/** The name to show: of its parts, else the company; empty where there is neither. */
export function shownName(fields: Fields): string {
  const name = simplified(NAMES.map((part) => textOf(fields[part])).join(' '));
  return name || simplified(textOf(fields.Company));
}
