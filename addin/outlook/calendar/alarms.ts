/** Reminders: Outlook's minutes and sound to a record's alarm and back (spec: datasets 4.5, 9.2). Pure. */
import type { FieldValue } from '../../../datasets/index.ts';
import { isGroup, textOf } from '../../../datasets/record/keys.ts';
import { extendedKey, type ExtendedValues } from '../items/extended.ts';
import type { GraphInstance } from './graph-event.ts';
import { extended } from './properties.ts';

/** The field `Alarm`; undefined without a reminder. */
export function alarmOf(
  { isReminderOn, reminderMinutesBeforeStart }: GraphInstance,
  values: ExtendedValues,
): FieldValue | undefined {
  if (isReminderOn !== true) return undefined;
  const minutes = Math.round(reminderMinutesBeforeStart ?? 0);
  const kept = Number(values.get(extendedKey(extended.alarmDelay)) ?? minutes);
  // A kept delay is no longer true once a person has chosen another in Outlook.
  const delay = Number.isInteger(kept) && Math.max(0, kept) === minutes ? kept : minutes;
  return { Delay: String(delay), Type: hasSound(values) ? 'Audible' : 'Visible' };
}

const hasSound = (values: ExtendedValues): boolean =>
  values.get(extendedKey(extended.reminderOverride)) === 'true' &&
  values.get(extendedKey(extended.reminderSound)) === 'true';

export interface AlarmBody {
  readonly properties: Readonly<Record<string, unknown>>;
  /** Extended properties by id. */
  readonly extended: ReadonlyMap<string, string>;
}

/** What is to be written for an alarm, beside the extended properties that the item has now. */
export function alarmBody(alarm: FieldValue | undefined, values: ExtendedValues): AlarmBody {
  if (!isGroup(alarm)) return { properties: { isReminderOn: false }, extended: new Map() };
  const delay = Number(textOf(alarm.Delay));
  const sound = textOf(alarm.Type) === 'Audible';
  const own = new Map<string, string>();
  if (delay < 0 || values.has(extendedKey(extended.alarmDelay))) own.set(extended.alarmDelay, String(delay));
  if (sound !== hasSound(values)) {
    own.set(extended.reminderOverride, 'true');
    own.set(extended.reminderSound, String(sound));
  }
  return {
    properties: { isReminderOn: true, reminderMinutesBeforeStart: Math.max(0, delay) },
    extended: own,
  };
}
