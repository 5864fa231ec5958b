/** What an appointment is called, and what pairs it at a slow sync (spec: sync engine, section 5 step 3). */
import type { IdentityKeys } from '../definition.ts';
import { caseFolded } from '../record/characters.ts';
import type { Fields } from '../record/fields.ts';
import { stableJson } from '../record/stable-json.ts';
import { isGroup, textOf } from '../record/keys.ts';

export function appointmentLabel(fields: Fields): string {
  return textOf(fields.Description).trim() || textOf(fields.Location).trim() || 'Appointment without a title';
}

/** Same description, start and recurrence, of canonical fields; one without description or start is never guessed. */
export function appointmentIdentity(canonical: Fields): IdentityKeys | undefined {
  const description = caseFolded(textOf(canonical.Description));
  const { When: when, Repeat: repeat } = canonical;
  if (description === '' || !isGroup(when)) return undefined;
  const start = textOf(when.StartDate) || textOf(when.Start);
  return {
    key: stableJson([
      description,
      start,
      textOf(canonical.TimeZone),
      repeat ?? '',
      textOf(canonical['Repeat@Until']),
    ]),
    evidence: [],
  };
}
