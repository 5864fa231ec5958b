/** Elements that hold one value: texts, dates, enumerations, pictures. All of them are texts in the field map. */
import { isBlank, lineFeeds, manyLines, oneLine, shortened } from '../record/characters.ts';
import type { WarningCode } from '../record/codes.ts';
import { attributeKey, textOf } from '../record/keys.ts';
import { attributeOf, xmlElement } from '../record/xml.ts';
import { cleanBase64 } from '../portrait/base64.ts';
import { samePicture } from '../portrait/compare.ts';
import { parseDate } from './dates.ts';
import type { RecordElement } from './element.ts';
import { valueContent } from './text-content.ts';

/** How the values of a scalar element are understood. */
interface ScalarKind {
  /** The value of a non-blank text, '' where the text says "none", undefined where it makes no sense. */
  parse(text: string): string | undefined;
  canonical(value: string): string;
  /** What a device makes of it. */
  held(value: string): string;
  /** What is written for no value. */
  readonly none: string;
  readonly badValue: WarningCode;
  /** Whether equal values speak for two records being the same. */
  readonly matches: boolean;
  readonly alike?: (a: string, b: string) => boolean;
}

interface ScalarOptions {
  /** Devices keep the text as it is, white space around it included; else they trim it (spec: datasets 2.7). */
  readonly verbatim?: boolean;
  /** Attributes of the element, each a one-line text and a field of its own, with its name for people. */
  readonly attributes?: Readonly<Record<string, string>>;
}

const trimmed = (value: string) => value.trim();
const verbatim = (value: string) => (isBlank(value) ? '' : value);
const oneLineText: ScalarKind = {
  parse: lineFeeds,
  canonical: oneLine,
  held: trimmed,
  none: '',
  badValue: 'record.bad-value',
  matches: true,
};
const manyLineText: ScalarKind = { ...oneLineText, canonical: manyLines };

const date: ScalarKind = {
  parse: parseDate,
  canonical: (value) => parseDate(value) ?? '',
  held: (value) => parseDate(value) ?? '',
  none: '',
  badValue: 'record.bad-date',
  matches: true,
};

const picture: ScalarKind = {
  parse: (text) => cleanBase64(text),
  canonical: (value) => cleanBase64(value) ?? '',
  held: (value) => cleanBase64(value) ?? '',
  none: '',
  badValue: 'record.bad-value',
  matches: false,
  alike: samePicture,
};

/** A whole number up to a limit; what is out of range is taken for the nearest end of it, and 0 counts as no value. */
function numberUpTo(most: number): ScalarKind {
  const parse = (text: string) => {
    if (!/^[+-]?\d{1,9}$/.test(text.trim())) return undefined;
    const value = Math.min(Math.max(Number(text), 0), most);
    return value === 0 ? '' : String(value);
  };
  return {
    ...date,
    parse,
    canonical: (value) => parse(value) ?? '',
    held: (value) => parse(value) ?? '',
    none: '0',
    badValue: 'record.bad-value',
  };
}

function tokens(values: readonly string[], none: string, writtenNone: string): ScalarKind {
  const parse = (text: string) => {
    const token = text.trim();
    if (token === none) return '';
    return values.includes(token) ? token : undefined;
  };
  return {
    parse,
    canonical: (value) => parse(value) ?? '',
    held: (value) => parse(value) ?? '',
    none: writtenNone,
    badValue: 'record.bad-value',
    matches: true,
  };
}

/** A text of one line. */
export function textElement(name: string, label: string, options: ScalarOptions = {}): RecordElement {
  return scalarElement(name, label, oneLineText, options);
}

/** A text of several lines. */
export function notesElement(name: string, label: string, options: ScalarOptions = {}): RecordElement {
  return scalarElement(name, label, manyLineText, options);
}

/** A calendar date, `YYYY-MM-DD`. */
export function dateElement(name: string, label: string): RecordElement {
  return scalarElement(name, label, date);
}

/** One of some tokens; the token for "none" counts as an empty element, and none is written as such a one. */
export function enumElement(
  name: string,
  label: string,
  values: readonly string[],
  none: string,
): RecordElement {
  return scalarElement(name, label, tokens(values, none, ''));
}

/** One of some tokens, always written: no value is written as the first of them. */
export function choiceElement(
  name: string,
  label: string,
  [usual, ...others]: readonly [string, ...string[]],
): RecordElement {
  return scalarElement(name, label, tokens(others, usual, usual));
}

/** A whole number from 0 to `most`, as decimal digits; 0 is no value and written as `0`. */
export function numberElement(name: string, label: string, most: number): RecordElement {
  return scalarElement(name, label, numberUpTo(most));
}

/** An image file as base64 text; two of them are alike when they show the same picture. */
export function pictureElement(name: string, label: string): RecordElement {
  return scalarElement(name, label, picture);
}

function scalarElement(
  name: string,
  label: string,
  kind: ScalarKind,
  options: ScalarOptions = {},
): RecordElement {
  const attributes = Object.entries(options.attributes ?? {}).map(([attribute, attributeLabel]) => ({
    attribute,
    key: attributeKey(name, attribute),
    label: attributeLabel,
  }));
  const ownKind = options.verbatim === true ? { ...kind, held: verbatim } : kind;
  const kindOf = (key: string) => (key === name ? ownKind : oneLineText);
  const orNothing = (value: string) => (value === '' ? undefined : value);

  return {
    name,
    keys: [name, ...attributes.map(({ key }) => key)],

    read(xml, draft) {
      const text = valueContent(xml);
      const value = text === '' ? '' : kind.parse(text);
      if (value === undefined) {
        draft.warn(kind.badValue, name, shortened(text));
        return 'absent';
      }
      if (value !== '') draft.fields[name] = value;
      for (const { attribute, key } of attributes) {
        const text = attributeOf(xml, attribute) ?? '';
        if (!isBlank(text)) draft.fields[key] = lineFeeds(text);
      }
      return 'present';
    },

    write(fields) {
      const text = textOf(fields[name]);
      const value = isBlank(text) ? '' : kind.parse(text);
      if (value === undefined) return undefined;
      return xmlElement(
        name,
        attributes.map(({ attribute, key }) => [attribute, lineFeeds(textOf(fields[key]))]),
        value === '' ? kind.none : value,
      );
    },

    template: () =>
      xmlElement(
        name,
        attributes.map(({ attribute }) => [attribute, '']),
        '',
      ),

    problem(key, value) {
      if (key !== name && !attributes.some((attribute) => attribute.key === key)) return 'no such field';
      if (typeof value !== 'string') return 'must be a text';
      return isBlank(value) || kindOf(key).parse(value) !== undefined ? undefined : 'cannot be understood';
    },

    canonicalValue: (key, value) =>
      typeof value === 'string' ? orNothing(kindOf(key).canonical(value)) : undefined,

    matchValue: (key, canonical) => (kindOf(key).matches ? canonical : undefined),

    heldValue: (key, value) =>
      typeof value === 'string' ? orNothing(kindOf(key).held(lineFeeds(value))) : undefined,

    alike: (key, a, b) => {
      const compare = kindOf(key).alike;
      return compare !== undefined && typeof a === 'string' && typeof b === 'string' && compare(a, b);
    },

    label: (key) => attributes.find((attribute) => attribute.key === key)?.label ?? label,
  };
}
