/**
 * How an appointment repeats (spec: datasets 4.1): the rule is one field, its end another, and every exception one of its
 * own, so that changes of different occurrences on both sides do not meet.
 *
 *     Repeat              the rule: Type, Frequency, and WeekMask and Nearest where they are set
 *     Repeat@Until        last date on which an occurrence may start; none: forever
 *     Repeat/2026-03-17   the occurrence of that date: `deleted`, or the record that replaces it
 */
import type { WriteTarget } from '../definition.ts';
import { shortened } from '../record/characters.ts';
import type { Fields, FieldValue } from '../record/fields.ts';
import { attributeKey, isGroup, memberKey, memberOf, textOf } from '../record/keys.ts';
import { childElements, ownText, xmlElement, type XmlElement } from '../record/xml.ts';
import { parseDate } from '../schema/dates.ts';
import type { Draft, RecordElement } from '../schema/element.ts';
import { textContent } from '../schema/text-content.ts';
import { childTexts, textsIn } from './group-element.ts';
import { OCCURRENCE, type OccurrenceRecord } from './occurrence-record.ts';
import { parseRepeat } from './repeat-value.ts';

export const REPEAT = 'Repeat';
export const UNTIL = attributeKey(REPEAT, 'Until');

/** Value of an exception that takes its occurrence away. */
export const DELETED = 'deleted';

/** Key of the exception of the occurrence that was to start on a date. */
export const exceptionKey = (date: string): string => memberKey(REPEAT, date);

/** Dates and values of the exceptions, in order of their dates. */
export function exceptionsOf(fields: Fields): [date: string, value: FieldValue][] {
  const found: [string, FieldValue][] = [];
  for (const key of Object.keys(fields)) {
    const date = memberOf(key, REPEAT);
    const value = fields[key];
    if (date !== undefined && value !== undefined) found.push([date, value]);
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

const RULE_PARTS = ['Type', 'Frequency', 'Until', 'Nearest', 'WeekMask'];
const ORIGINAL_DATE = 'OriginalDate';
const EXCEPTION = 'Exception';

export function repeatElement(occurrence: OccurrenceRecord): RecordElement {
  const isDate = (text: string) => parseDate(text) === text;

  const readException = (xml: XmlElement, draft: Draft) => {
    let date: string | undefined;
    let value: FieldValue = DELETED;
    for (const child of childElements(xml)) {
      if (child.name === ORIGINAL_DATE) date = parseDate(textContent(child));
      else if (child.name === OCCURRENCE) value = occurrence.read(child, draft);
      else draft.warn('record.unknown-element', REPEAT, `${shortened(child.name)} within ${EXCEPTION}`);
    }
    if (date === undefined) draft.warn('record.bad-date', REPEAT, `${EXCEPTION} without a date`);
    // A device does not store the second one of a date (spec: datasets 2.7).
    else draft.fields[exceptionKey(date)] ??= value;
  };

  const writeRule = (fields: Fields): XmlElement[] => {
    const rule = textsIn(fields[REPEAT]);
    return [
      xmlElement('Type', [], rule.Type ?? ''),
      xmlElement('Frequency', [], rule.Frequency ?? '1'),
      xmlElement('Until', [], parseDate(textOf(fields[UNTIL])) ?? ''),
      ...(rule.Nearest === 'true' ? [xmlElement('Nearest', [], 'true')] : []),
      ...(rule.WeekMask === undefined ? [] : [xmlElement('WeekMask', [], rule.WeekMask)]),
    ];
  };

  const writeExceptions = (fields: Fields, target: WriteTarget): XmlElement[] =>
    exceptionsOf(fields).map(([date, value]) =>
      xmlElement(
        EXCEPTION,
        [],
        [
          xmlElement(ORIGINAL_DATE, [], date),
          ...(isGroup(value) ? [occurrence.write(value, `${target.id}/${date}`, target)] : []),
        ],
      ),
    );

  const mappedException = (value: FieldValue, map: Parameters<OccurrenceRecord['mapped']>[1]) =>
    isGroup(value) ? occurrence.mapped(value, map) : value === DELETED ? value : undefined;

  return {
    name: REPEAT,
    keys: [REPEAT, UNTIL],

    read(xml, draft) {
      const children = childElements(xml);
      if (children.length === 0 && ownText(xml).trim() === '') return 'present';
      const rule = {
        ...xml,
        nodes: xml.nodes.filter((node) => typeof node === 'string' || node.name !== EXCEPTION),
      };
      const texts = childTexts(rule, RULE_PARTS, draft);
      const repeat = parseRepeat(texts, draft);
      if (repeat === undefined) return 'absent';
      draft.fields[REPEAT] = repeat;
      const until = parseDate(texts.Until ?? '');
      if (until !== undefined) draft.fields[UNTIL] = until;
      else if ((texts.Until ?? '').trim() !== '') {
        draft.warn('record.bad-date', UNTIL, shortened(texts.Until ?? ''));
        draft.unreadable.add(UNTIL);
      }
      for (const child of children) if (child.name === EXCEPTION) readException(child, draft);
      return 'present';
    },

    write(fields, target) {
      if (!isGroup(fields[REPEAT])) return xmlElement(REPEAT, [], '');
      return xmlElement(REPEAT, [], [...writeRule(fields), ...writeExceptions(fields, target)]);
    },

    template: () =>
      xmlElement(
        REPEAT,
        [],
        [
          ...RULE_PARTS.map((part) => xmlElement(part, [], '')),
          xmlElement(EXCEPTION, [], [xmlElement(ORIGINAL_DATE, [], ''), occurrence.template()]),
        ],
      ),

    problem(key, value) {
      if (key === REPEAT)
        return parseRepeat(textsIn(value)) === undefined ? 'cannot be understood' : undefined;
      if (key === UNTIL) return isDate(textOf(value)) ? undefined : 'must be a date';
      if (!isDate(memberOf(key, REPEAT) ?? '')) return 'no such field';
      return value === DELETED ? undefined : occurrence.problem(value);
    },

    canonicalValue(key, value) {
      if (key === REPEAT) return parseRepeat(textsIn(value));
      if (key === UNTIL) return parseDate(textOf(value));
      if (!isDate(memberOf(key, REPEAT) ?? '')) return undefined;
      return mappedException(value, (element, part, text) => element.canonicalValue(part, text));
    },

    matchValue(key, canonical) {
      if (key === UNTIL) return canonical;
      if (key !== REPEAT)
        return mappedException(canonical, (element, part, text) => element.matchValue(part, text));
      return withoutNearest(canonical);
    },

    heldValue(key, value) {
      if (key === REPEAT) {
        const repeat = parseRepeat(textsIn(value));
        return repeat && withoutNearest(repeat);
      }
      if (key === UNTIL) return parseDate(textOf(value));
      return mappedException(value, (element, part, text) => element.heldValue(part, text));
    },

    label(key) {
      if (key === UNTIL) return 'Repeats until';
      const date = memberOf(key, REPEAT);
      return date === undefined ? 'Repeats' : `Occurrence of ${shortened(date)}`;
    },
  };
}

/** A device has no place for it (spec: datasets 8.4). */
export function withoutNearest(repeat: FieldValue): FieldValue {
  if (!isGroup(repeat)) return repeat;
  return Object.fromEntries(Object.entries(repeat).filter(([name]) => name !== 'Nearest'));
}
