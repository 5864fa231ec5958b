/** The alarm of an appointment (spec: datasets 4.5). */
import type { RecordElement } from '../schema/element.ts';
import { groupElement } from './group-element.ts';

/** More minutes than this, in either direction, are no reminder: about 19 years. */
const MOST_MINUTES = 9_999_999;

interface Alarm {
  readonly [name: string]: string;
  /** Minutes before the start; negative after it, as reminders of whole days are. */
  readonly Delay: string;
  readonly Type: 'Visible' | 'Audible';
}

export const alarmElement: RecordElement = groupElement<Alarm>({
  name: 'Alarm',
  label: 'Reminder',
  parts: ['Type', 'Delay'],
  badValue: 'record.bad-value',

  isNone: ({ Type }) => Type === undefined || Type.trim() === '',

  parse(texts) {
    const type = texts.Type?.trim() ?? '';
    const delay = (texts.Delay ?? '').trim() || '0';
    if (type === '' || !/^[+-]?\d{1,9}$/.test(delay) || Math.abs(Number(delay)) > MOST_MINUTES)
      return undefined;
    // Any other token makes a sound on a device.
    return { Delay: String(Number(delay)), Type: type === 'Visible' ? 'Visible' : 'Audible' };
  },

  written: (alarm) => alarm,
  held: (alarm) => alarm,
});
