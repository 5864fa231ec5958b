/** The dataset `calendar`: its elements in document order (spec: datasets 4.1). */
import type { DatasetDefinition } from '../definition.ts';
import { categorySetElement } from '../schema/category-set.ts';
import { defineDataset } from '../schema/define-dataset.ts';
import { keyValueListElement } from '../schema/key-value-list.ts';
import { notesElement, textElement } from '../schema/scalar.ts';
import { alarmElement } from './alarm.ts';
import {
  acrossSides,
  canonicalAppointment,
  dropOutdatedNearest,
  preparedAppointment,
  settleAppointment,
  settleZone,
} from './consistency.ts';
import { appointmentIdentity, appointmentLabel } from './identity.ts';
import { occurrenceRecord } from './occurrence-record.ts';
import { repeatElement } from './repeat.ts';
import { replaceable } from './replaceable.ts';
import { spanOf, takesPlace } from './series.ts';
import { settleReadTimes, whenElement } from './when.ts';
import { zoneElement } from './zone-element.ts';

const beforeRepeat = [
  textElement('Description', 'Title', { verbatim: true }),
  textElement('Location', 'Place', { verbatim: true }),
  zoneElement,
  whenElement,
  alarmElement,
];

const afterRepeat = [
  notesElement('Notes', 'Notes', { verbatim: true }),
  categorySetElement({ name: 'Categories', label: 'Category', entry: 'Category', unfiled: 'Unfiled' }),
  keyValueListElement({
    name: 'CustomFields',
    label: 'Custom field',
    entry: 'Field',
    key: 'Key',
    value: 'Value',
  }),
];

const occurrence = occurrenceRecord({
  elements: [...beforeRepeat, ...afterRepeat],
  received: settleReadTimes,
  settle: settleZone,
});

export const calendar: DatasetDefinition = defineDataset({
  name: 'calendar',
  root: 'Appointment',
  titleField: 'Description',
  time: { span: spanOf, takesPlace },
  elements: [...beforeRepeat, repeatElement(occurrence), ...afterRepeat],
  // Outlook forgets what was done to single occurrences when a series moves.
  formatted: ['Notes', 'Location', 'When', 'TimeZone', 'Repeat'],
  label: appointmentLabel,
  identity: (fields) => appointmentIdentity(calendar.canonical(acrossSides(fields))),
  received: settleReadTimes,
  settle: settleAppointment,
  outdated: dropOutdatedNearest,
  canonical: canonicalAppointment,
  acrossSides,
  prepared: (fields) => preparedAppointment(fields),
  replaceable,
});
