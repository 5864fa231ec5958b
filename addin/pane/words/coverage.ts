/** What is synced and what is not: from the datasets' own tables and the error catalogue, and what neither can know. */
import { errorCatalogue } from '../../../contract/errors.ts';
import { datasetDefinitions, type DatasetDefinition } from '../../../datasets/index.ts';
import { datasetName } from './terms.ts';

export interface Coverage {
  readonly dataset: string;
  readonly name: string;
  /** Fields that go both ways. */
  readonly fields: readonly string[];
  /** Sentences on what is kept with a difference. */
  readonly differences: readonly string[];
  /** What stays where it is. */
  readonly left: readonly string[];
}

/** What the reference record has no field of its own for. */
const more: Readonly<Record<string, readonly string[]>> = {
  calendar: ['Start and end', 'Whole days', 'Recurrence with moved, changed and cancelled occurrences'],
};

const differenceCodes: Readonly<Record<string, readonly (keyof typeof errorCatalogue)[]>> = {
  contacts: ['mailbox.photo-kept'],
  calendar: [
    'mailbox.meeting',
    'mailbox.notes-kept',
    'loss.L-R1',
    'loss.L-R2',
    'loss.L-R3',
    'loss.L-R4',
    'loss.L-R5',
    'loss.L-R6',
    'loss.E1',
    'loss.E5',
  ],
  tasks: ['loss.task-extras', 'loss.E5'],
};

const left: Readonly<Record<string, readonly string[]>> = {
  contacts: [
    'Contact groups',
    'Other address, IM address and file-as name in Outlook',
    'Folders other than the main one',
  ],
  calendar: [
    'Attendees and their answers',
    'Attachments',
    'Colours and sensitivity',
    'Calendars other than the main one',
  ],
  tasks: ['Steps, linked items and attachments in To Do', 'Reminders in To Do', 'Flagged mail'],
};

export function coverage(): readonly Coverage[] {
  return [...datasetDefinitions.values()].map((definition) => ({
    dataset: definition.name,
    name: datasetName(definition.name),
    fields: [...(more[definition.name] ?? []), ...fieldsOf(definition)],
    differences: (differenceCodes[definition.name] ?? []).map((code) => errorCatalogue[code].message),
    left: left[definition.name] ?? [],
  }));
}

/** The elements of the record "what I support", by their names for people. */
function fieldsOf(definition: DatasetDefinition): readonly string[] {
  const read = definition.read(definition.referenceSchema());
  return read.ok ? [...read.record.present].map((key) => definition.fieldLabel(key)) : [];
}
