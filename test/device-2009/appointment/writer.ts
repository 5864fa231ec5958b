/** The document that the device sends for an appointment: every element of it, empty when unset (spec: datasets 4.2). */
import { writeCategories, writeCustomFields } from '../lists.ts';
import type { RecordEnvironment } from '../record-kind.ts';
import { DeviceXml } from '../xml-writer.ts';
import { dateOf, type Appointment } from './model.ts';

/** Writes an appointment. `id` goes out without the attribute: it is the device's own. */
export function writeAppointment(
  id: string,
  appointment: Appointment,
  environment: RecordEnvironment,
): string {
  const xml = new DeviceXml();
  writeElements(xml, id, appointment, environment, () => writeRepeat(xml, appointment, environment));
  return xml.toString();
}

function writeElements(
  xml: DeviceXml,
  id: string,
  appointment: Appointment,
  environment: RecordEnvironment,
  repeat: () => void,
): void {
  const { alarm, times } = appointment;
  xml.group('Appointment', [appointment], () => {
    xml.leaf('Identifier', id);
    xml.leaf('Description', appointment.description);
    xml.leaf('Location', appointment.location);
    xml.leaf('TimeZone', times.allDay ? '' : appointment.zone);
    writeWhen(xml, appointment);
    xml.group('Alarm', alarm ? [alarm] : [], ({ type, delay }) => {
      xml.leaf('Type', type);
      xml.leaf('Delay', String(delay));
    });
    repeat();
    xml.leaf('Notes', appointment.notes);
    writeCategories(xml, appointment.categories, environment);
    writeCustomFields(xml, appointment.customFields);
  });
}

/** The `Z` says that there is a zone, and nothing else. */
function writeWhen(xml: DeviceXml, { times, zone }: Appointment): void {
  xml.group('When', [times], ({ allDay, start, end }) => {
    const mark = zone === '' ? '' : 'Z';
    xml.leaf(allDay ? 'StartDate' : 'Start', allDay ? dateOf(start) : start + mark);
    xml.leaf(allDay ? 'EndDate' : 'End', allDay ? dateOf(end) : end + mark);
  });
}

function writeRepeat(
  xml: DeviceXml,
  { repeat, exceptions }: Appointment,
  environment: RecordEnvironment,
): void {
  const { type } = repeat;
  xml.group('Repeat', type === undefined ? [] : [type], (token) => {
    xml.leaf('Type', token);
    xml.leaf('Frequency', String(repeat.frequency));
    xml.leaf('Until', repeat.until);
    if (repeat.nearest) xml.leaf('Nearest', 'true');
    if (repeat.weekMask.length > 0) xml.leaf('WeekMask', repeat.weekMask.join(' '));
    for (const [date, exception] of exceptions) {
      xml.group('Exception', [exception], () => {
        xml.leaf('OriginalDate', date);
        if (exception === 'deleted') return;
        writeElements(xml, exception.id, exception.appointment, environment, () => undefined);
      });
    }
  });
}
