/** Appointments as one kind of record that the device syncs. */
import { caseOnlyTwin, mapIds } from '../lists.ts';
import type { RecordKind } from '../record-kind.ts';
import type { Appointment, Replacement } from './model.ts';
import { APPOINTMENT_SCOPE, readAppointment } from './reader.ts';
import { writeAppointment } from './writer.ts';

export const appointmentKind: RecordKind<Appointment> = {
  dataset: 'calendar',
  root: 'Appointment',
  scope: APPOINTMENT_SCOPE,
  read: readAppointment,
  write: writeAppointment,

  clash(appointment) {
    for (const each of [appointment, ...replacementsOf(appointment).map((one) => one.appointment)]) {
      const reason =
        caseOnlyTwin('category', each.categories) ??
        caseOnlyTwin('custom field', [...each.customFields.keys()]);
      if (reason !== undefined) return reason;
    }
    return undefined;
  },

  /** The main row is written before the lists' own tables, so lists and exceptions are what stays behind. */
  halfReplaced(held, wanted) {
    const { exceptions, categories, customFields } = held;
    return { ...wanted, exceptions, categories, customFields };
  },

  mapCategories(appointment, change) {
    return withReplacements(
      { ...appointment, categories: mapIds(appointment.categories, change) },
      (replacement) => ({
        ...replacement,
        appointment: appointmentKind.mapCategories(replacement.appointment, change),
      }),
    );
  },

  reloaded: (appointment) => ({ ...appointment, repeat: { ...appointment.repeat, nearest: false } }),

  inner: {
    withIds: (appointment, newId) =>
      withReplacements(appointment, (replacement) =>
        replacement.id === '' ? { ...replacement, id: newId() } : replacement,
      ),
    ids: (appointment) => replacementsOf(appointment).map(({ id }) => id),
  },
};

function replacementsOf({ exceptions }: Appointment): readonly Replacement[] {
  return [...exceptions.values()].filter((exception) => exception !== 'deleted');
}

function withReplacements(
  appointment: Appointment,
  change: (replacement: Replacement) => Replacement,
): Appointment {
  const exceptions = [...appointment.exceptions].map(
    ([date, exception]) => [date, exception === 'deleted' ? exception : change(exception)] as const,
  );
  return { ...appointment, exceptions: new Map(exceptions) };
}
