/** Shortcuts for tests that read and write single appointments and tasks. */
import { calendar, tasks, type Fields, type WriteTarget } from '../../datasets/index.ts';
import type { ReadOptions, ReadRecord } from '../../datasets/index.ts';
import { readRecord } from './records.ts';

export const DEVICE_ID = '{8b6d2f10-2a43-4f0c-8a3e-0d9f6f4c1b22}:1';

/** The record of a document made of some elements. */
export function readAppointment(elements: string, options: ReadOptions = {}): ReadRecord {
  const xml = `<Appointment><Identifier>${DEVICE_ID}</Identifier>${elements}</Appointment>`;
  return readRecord(calendar, xml, options);
}

export function readTask(elements: string, options: ReadOptions = {}): ReadRecord {
  return readRecord(tasks, `<Task><Identifier>${DEVICE_ID}</Identifier>${elements}</Task>`, options);
}

/** A record as it is sent to a device that has it already. */
export function writeAppointment(fields: Fields, options: Partial<WriteTarget> = {}): string {
  return calendar.write(fields, { id: DEVICE_ID, own: true, style: 'desktop', ...options });
}

export function writeTask(fields: Fields, options: Partial<WriteTarget> = {}): string {
  return tasks.write(fields, { id: DEVICE_ID, own: true, style: 'desktop', ...options });
}

/** A floating appointment of an hour. */
export const at = (start: string, rest: Fields = {}): Fields => ({
  When: { End: `${start}T10:00:00`, Start: `${start}T09:00:00` },
  ...rest,
});

/** An appointment of whole days. */
export const allDay = (from: string, to = from, rest: Fields = {}): Fields => ({
  When: { EndDate: to, StartDate: from },
  ...rest,
});
