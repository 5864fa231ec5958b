/** What a device of 2009 cannot come to by a replace (spec: datasets 4.3). */
import type { Fields } from '../record/fields.ts';
import { isGroup } from '../record/keys.ts';
import { isAllDay, isZoned } from './when.ts';

/** False where the recurrence is dropped, whole days become a time, or a time loses its zone. */
export function replaceable(held: Fields, wanted: Fields): boolean {
  const timed = isGroup(wanted.When) && !isAllDay(wanted.When);
  if (isGroup(held.Repeat) && !isGroup(wanted.Repeat)) return false;
  if (timed && isAllDay(held.When)) return false;
  return !(timed && isZoned(held) && !isZoned(wanted));
}
