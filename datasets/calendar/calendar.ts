/** The dataset `calendar`: its elements in document order (spec: datasets 4.1). */
import type { DatasetDefinition } from '../definition.ts';
import type { MutableFields } from '../record/keys.ts';
import { categorySetElement } from '../schema/category-set.ts';
import { defineDataset } from '../schema/define-dataset.ts';
import { keyValueListElement } from '../schema/key-value-list.ts';
import { notesElement, textElement } from '../schema/scalar.ts';
import { alarmElement } from './alarm.ts';
import { appointmentIdentity, appointmentLabel } from './identity.ts';
import { occurrenceRecord } from './occurrence-record.ts';
import { repeatElement } from './repeat.ts';
import { replaceable } from './replaceable.ts';
import { isAllDay, settleReadTimes, whenElement } from './when.ts';

const beforeRepeat = [
  textElement('Description', 'Title', { verbatim: true }),
  textElement('Location', 'Place', { verbatim: true }),
  textElement('TimeZone', 'Time zone'),
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
  elements: [...beforeRepeat, repeatElement(occurrence), ...afterRepeat],
  label: appointmentLabel,
  identity: (fields) => appointmentIdentity(calendar.canonical(fields)),
  received: settleReadTimes,
  settle: settleZone,
  replaceable,
});

/** Whole days are in no zone (spec: datasets 4.3). */
function settleZone(fields: MutableFields): void {
  if (isAllDay(fields.When)) Reflect.deleteProperty(fields, 'TimeZone');
}
