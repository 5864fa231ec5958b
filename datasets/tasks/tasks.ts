/** The dataset `tasks`: its elements in document order (spec: datasets 5.1). */
import { categorySetElement } from '../schema/category-set.ts';
import { defineDataset } from '../schema/define-dataset.ts';
import type { RecordElement } from '../schema/element.ts';
import { keyValueListElement } from '../schema/key-value-list.ts';
import { choiceElement, dateElement, notesElement, numberElement, textElement } from '../schema/scalar.ts';
import { taskIdentity, taskLabel } from './identity.ts';
import { canonicalTask, lacksDate, normaliseTask, settleTask } from './normalise-task.ts';

/** A date that a device fills in by itself where the status asks for it; empty, it would change the status instead (5.3). */
function statusDate(name: 'StartedDate' | 'CompletedDate', label: string): RecordElement {
  const element = dateElement(name, label);
  return {
    ...element,
    write: (fields, target) =>
      target.style === 'desktop' && lacksDate(fields, name) ? undefined : element.write(fields, target),
  };
}

export const tasks = defineDataset({
  name: 'tasks',
  root: 'Task',
  titleField: 'Description',
  elements: [
    textElement('Description', 'Title', { verbatim: true }),
    choiceElement('Priority', 'Priority', ['Normal', 'VeryHigh', 'High', 'Low', 'VeryLow']),
    choiceElement('Status', 'Status', ['NotStarted', 'InProgress', 'Completed', 'Waiting', 'Deferred']),
    dateElement('DueDate', 'Due date'),
    statusDate('StartedDate', 'Started on'),
    statusDate('CompletedDate', 'Completed on'),
    numberElement('PercentCompleted', 'Percent completed', 100),
    notesElement('Notes', 'Notes', { verbatim: true }),
    categorySetElement({ name: 'Categories', label: 'Category', entry: 'Category', unfiled: 'Unfiled' }),
    keyValueListElement({
      name: 'CustomFields',
      label: 'Custom field',
      entry: 'Field',
      key: 'Key',
      value: 'Value',
    }),
  ],
  formatted: ['Notes'],
  label: taskLabel,
  identity: taskIdentity,
  settle: settleTask,
  canonical: canonicalTask,
  prepared: (fields, today) => normaliseTask(fields, today === undefined ? {} : { today }),
});
