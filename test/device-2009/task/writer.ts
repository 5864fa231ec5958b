/** The document that the device sends for a task: all eleven elements, empty when unset (spec: datasets 5.2). */
import { writeCategories, writeCustomFields } from '../lists.ts';
import type { RecordEnvironment } from '../record-kind.ts';
import { DeviceXml } from '../xml-writer.ts';
import type { Task } from './model.ts';

/** Writes a task. `id` goes out without the attribute: it is the device's own. */
export function writeTask(id: string, task: Task, environment: RecordEnvironment): string {
  const { status, started, completed, percent } = task.progress;
  const xml = new DeviceXml();
  xml.group('Task', [task], () => {
    xml.leaf('Identifier', id);
    xml.leaf('Description', task.description);
    xml.leaf('Priority', task.priority);
    xml.leaf('Status', status);
    xml.leaf('DueDate', task.due);
    xml.leaf('StartedDate', started);
    xml.leaf('CompletedDate', completed);
    xml.leaf('PercentCompleted', String(percent));
    xml.leaf('Notes', task.notes);
    writeCategories(xml, task.categories, environment);
    writeCustomFields(xml, task.customFields);
  });
  return xml.toString();
}
