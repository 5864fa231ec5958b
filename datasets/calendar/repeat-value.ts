/** The value of the field `Repeat`: a rule without its end and exceptions. */
import { shortened } from '../record/characters.ts';
import type { Draft } from '../schema/element.ts';
import { WEEKDAYS } from './days.ts';
import type { Texts } from './group-element.ts';

export const REPEAT_TYPES = [
  'Daily',
  'Weekly',
  'MonthlyDate',
  'MonthlyDay',
  'MonthlyEndDay',
  'Yearly',
] as const;

export type RepeatType = (typeof REPEAT_TYPES)[number];

/** Texts in order of their names, as canonical forms are. */
export interface RepeatValue {
  readonly [name: string]: string;
  /** A whole number from 1. */
  readonly Frequency: string;
  readonly Type: RepeatType;
}

/** Steps longer than this end beyond the year 9999 at once. */
export const LONGEST_STEP = 9999;

const isType = (text: string): text is RepeatType => REPEAT_TYPES.some((type) => type === text);

/**
 * The rule of some texts, with `Nearest` only where it is true and `WeekMask` only where it names a day. Undefined where
 * the type is unknown: such a rule is no change (spec: datasets 4.1). Applied to its own result it changes nothing.
 */
export function parseRepeat(texts: Texts, draft?: Draft): RepeatValue | undefined {
  const type = texts.Type?.trim() ?? '';
  if (!isType(type)) {
    draft?.warn('record.bad-value', 'Repeat', `Type ${shortened(type)}`);
    return undefined;
  }
  const nearest = ['true', '1'].includes(texts.Nearest?.trim() ?? '');
  const mask = weekMask(texts.WeekMask ?? '', draft);
  return {
    Frequency: String(frequency(texts.Frequency ?? '', draft)),
    ...(nearest && { Nearest: 'true' }),
    Type: type,
    ...(mask !== '' && { WeekMask: mask }),
  };
}

/** A step below 1, or one that is no number, is 1 (spec: datasets 4.1). */
function frequency(text: string, draft: Draft | undefined): number {
  const digits = text.trim();
  if (digits === '') return 1;
  const known = /^[+-]?\d{1,9}$/.test(digits) && Number(digits) <= LONGEST_STEP;
  if (!known) draft?.warn('record.bad-value', 'Repeat', `Frequency ${shortened(digits)}`);
  return known ? Math.max(1, Number(digits)) : 1;
}

/** Names of weekdays, Monday first, each once, with single blanks between them. */
export function weekMask(text: string, draft?: Draft): string {
  const names = text.split(/\s+/).filter((name) => name !== '');
  const strange = names.find((name) => !WEEKDAYS.some((day) => day === name));
  if (strange !== undefined) draft?.warn('record.bad-value', 'Repeat', `WeekMask ${shortened(strange)}`);
  return WEEKDAYS.filter((day) => names.includes(day)).join(' ');
}
