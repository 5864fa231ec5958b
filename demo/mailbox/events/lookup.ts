import type { Backend } from '../backend.ts';
import { folderOfKind } from '../folders/lookup.ts';
import { GraphFault, malformedId, notFound } from '../protocol/fault.ts';
import type { Call } from '../router.ts';
import type { ItemRow } from '../store/items.ts';
import type { FolderRow, MailboxInfo } from '../store/mailboxes.ts';
import { checkZone } from './body.ts';
import { contentOf, type EventContext } from './render.ts';
import { hasInstance, instanceOn, isSeries, masterOf, type EventInstance } from './series.ts';

/** What ids and paths name in calendars. */

/** An event, or one day of a series. */
export interface FoundEvent {
  readonly row: ItemRow;
  /** The original day of an occurrence or exception. */
  readonly date: string | undefined;
}

/** The event that an id in a URL names. Throws a GraphFault: 400 for no id, 404 for none there. */
export function findEvent(backend: Backend, mailbox: MailboxInfo, text: string): FoundEvent {
  const id = mailbox.ids.readItem(text);
  if (id === 'malformed') throw malformedId();
  if (id === 'unknown') throw notFound();
  const row = backend.events.get(mailbox, id.item);
  // A plain id names the item at its place: after a move it is another one.
  if (row === undefined || (id.kind === 'plain' && row.place !== id.place)) throw notFound();
  if (id.date !== undefined && !hasInstance(contentOf(row), id.date)) throw notFound();
  return { row, date: id.date };
}

/** The event that a call's path names; in the calendar that the path names, if it names one. */
export function eventOf(backend: Backend, call: Call): FoundEvent {
  const found = findEvent(backend, call.mailbox, call.variables.id ?? '');
  if (call.variables.calendar !== undefined && found.row.folder !== calendarOf(backend, call).id) {
    throw notFound();
  }
  return found;
}

/** The event with its content; what it was before its last change, if the call reads stale. */
export function readInstance(
  backend: Backend,
  { row, date }: FoundEvent,
  reads: Call['reads'],
): EventInstance {
  const shown = reads === 'stale' ? backend.events.previous(row) : row;
  const content = contentOf(shown);
  if (date === undefined) return masterOf(shown, content);
  const { view } = content;
  if (isSeries(view) && hasInstance(content, date)) return instanceOn(shown, { ...content, view }, date);
  return readInstance(backend, { row, date }, 'current');
}

/** The calendar that a path names; without one the default calendar. */
export function calendarOf(backend: Backend, { mailbox, variables }: Call): FolderRow {
  const text = variables.calendar ?? mailbox.ids.folder(mailbox.defaultCalendar);
  return folderOfKind(backend, mailbox, 'calendar', text);
}

/** Throws a GraphFault 403 for a calendar that can only be read. */
export function checkEditable(calendar: FolderRow): void {
  const { canEdit } = JSON.parse(calendar.details) as { readonly canEdit?: boolean };
  if (canEdit !== false) return;
  throw new GraphFault(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
}

/** What a call's answer is rendered with. Throws a GraphFault 400 for a preferred zone that nobody knows. */
export function contextOf(backend: Backend, { mailbox, request }: Call): EventContext {
  const { preferences } = request;
  if (preferences.timeZone !== undefined) checkZone(preferences.timeZone, backend.switches);
  return { mailbox, switches: backend.switches, preferences };
}
