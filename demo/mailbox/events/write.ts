import type { Backend } from '../backend.ts';
import { addressOf } from '../account/address.ts';
import { changedExtended, isSame } from '../items/extended-change.ts';
import { addOpenExtensions } from '../items/open-extensions.ts';
import { GraphFault } from '../protocol/fault.ts';
import type { ItemRow, Writer } from '../store/items.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import type { MailReason } from '../store/outgoing-mail.ts';
import { localOf, ianaOf } from '../time/zones.ts';
import type { EventChange } from './body.ts';
import { changedEvent, changedProperties, invalid, newEvent } from './change.ts';
import { personalProperties, type EventView } from './properties.ts';
import { contentOf } from './render.ts';
import {
  instanceOn,
  isSeries,
  neighbourDays,
  noParts,
  spanOf,
  type EventContent,
  type Exception,
  type SeriesView,
} from './series.ts';

/** Writes to calendars, by a program or by a person in Outlook (spec: graph 3.8, 3.9). */

export function createEvent(
  backend: Backend,
  mailbox: MailboxInfo,
  calendar: number,
  change: EventChange,
  writer: Writer,
): ItemRow {
  const owner = { name: mailbox.user, address: addressOf(mailbox.user) };
  const content: EventContent = {
    view: newEvent(change, owner),
    extended: changedExtended({}, change.extended),
    parts: { ...noParts, extensions: addOpenExtensions({}, change.extensions) },
  };
  return backend.db.transaction(() => {
    const row = backend.events.create(mailbox, calendar, { ...content, span: spanOf(content) }, writer);
    recordMail(backend, mailbox, row, 'invitation', undefined, content.view, writer);
    return row;
  });
}

/** Changes an event, or a series as such. */
export function changeEvent(
  backend: Backend,
  mailbox: MailboxInfo,
  row: ItemRow,
  change: EventChange,
  writer: Writer,
): ItemRow {
  const before = contentOf(row);
  const view = changedEvent(before.view, change, backend.switches);
  const properties = changedProperties(before.view, view);
  const extended = changedExtended(before.extended, change.extended);
  const moved = properties.some((name) => ['start', 'end', 'recurrence', 'isAllDay'].includes(name));
  const dropped = view.recurrence === null || (moved && backend.switches.seriesChange === 'dropsExceptions');
  const extensions = addOpenExtensions(before.parts.extensions, change.extensions);
  const parts = { ...(dropped ? noParts : before.parts), extensions };
  const names = [
    ...properties,
    ...(isSame(before.extended, extended) ? [] : ['*extended']),
    ...(isSame(before.parts, parts) ? [] : ['*parts']),
  ];
  return backend.db.transaction(() => {
    const after = { view, extended, parts };
    const written = backend.events.update(row, { ...after, span: spanOf(after) }, names, writer);
    recordMail(backend, mailbox, row, 'update', before.view, view, writer);
    return written;
  });
}

/** Changes one day of a series: it becomes an exception. Throws a GraphFault 400 when it would pass its neighbour. */
export function changeOccurrence(
  backend: Backend,
  mailbox: MailboxInfo,
  row: ItemRow,
  date: string,
  change: EventChange,
  writer: Writer,
): ItemRow {
  const series = seriesOf(row);
  const { content: before } = instanceOn(row, series, date);
  if (change.properties.recurrence !== undefined && change.properties.recurrence !== null) {
    throw invalid('an occurrence has no recurrence of its own');
  }
  const view = changedEvent(before.view, change, backend.switches);
  if (change.properties.start !== undefined) checkBoundaries(series, date, view);
  const known = series.parts.exceptions[date]?.changed ?? {};
  const own = Object.fromEntries(changedProperties(before.view, view).map((name) => [name, view[name]]));
  const exception: Exception = {
    changed: { ...known, ...own },
    extended: changedExtended(before.extended, change.extended),
    extensions: addOpenExtensions(before.parts.extensions, change.extensions),
  };
  const exceptions = { ...series.parts.exceptions, [date]: exception };
  return backend.db.transaction(() => {
    const written = writeParts(backend, row, { ...series, parts: { ...series.parts, exceptions } }, writer);
    recordMail(backend, mailbox, row, 'update', before.view, view, writer);
    return written;
  });
}

/** Takes one day out of a series. */
export function cancelOccurrence(
  backend: Backend,
  mailbox: MailboxInfo,
  row: ItemRow,
  date: string,
  writer: Writer,
): ItemRow {
  const series = seriesOf(row);
  const { view } = instanceOn(row, series, date).content;
  const exceptions = Object.fromEntries(
    Object.entries(series.parts.exceptions).filter(([day]) => day !== date),
  );
  const cancelled = [...series.parts.cancelled, date].sort();
  return backend.db.transaction(() => {
    const parts = { ...series.parts, exceptions, cancelled };
    const written = writeParts(backend, row, { ...series, parts }, writer);
    recordMail(backend, mailbox, row, 'cancellation', view, undefined, writer);
    return written;
  });
}

export function removeEvent(backend: Backend, mailbox: MailboxInfo, row: ItemRow, writer: Writer): void {
  backend.db.transaction(() => {
    backend.events.remove(row, writer);
    recordMail(backend, mailbox, row, 'cancellation', contentOf(row).view, undefined, writer);
  });
}

function writeParts(backend: Backend, row: ItemRow, content: EventContent, writer: Writer): ItemRow {
  return backend.events.update(row, { ...content, span: spanOf(content) }, ['*parts'], writer);
}

function seriesOf(row: ItemRow): EventContent & { readonly view: SeriesView } {
  const content = contentOf(row);
  const { view } = content;
  if (!isSeries(view)) throw invalid('the event has no recurrence');
  return { ...content, view };
}

/** An occurrence keeps its place between its neighbours, by days (spec: graph 3.8). */
function checkBoundaries(
  series: EventContent & { readonly view: SeriesView },
  date: string,
  { start }: EventView,
): void {
  const zone = ianaOf(series.view.recurrence.range.recurrenceTimeZone) ?? 'UTC';
  const day = localOf(start.at, zone).slice(0, 10);
  const { before, after } = neighbourDays(series, date);
  if ((before === undefined || day > before) && (after === undefined || day < after)) return;
  throw new GraphFault(
    400,
    'ErrorOccurrenceCrossingBoundary',
    'Modified occurrence is crossing or overlapping adjacent occurrence.',
  );
}

/** What a program writes to a meeting goes out as mail, and there is no switch in Graph against it (spec: graph 3.9). */
function recordMail(
  backend: Backend,
  mailbox: MailboxInfo,
  row: ItemRow,
  reason: MailReason,
  before: EventView | undefined,
  after: EventView | undefined,
  writer: Writer,
): void {
  if (writer === 'person') return;
  const recipients = new Set([...addressesOf(before), ...addressesOf(after)]);
  if (recipients.size === 0) return;
  if (before !== undefined && after !== undefined && backend.switches.personalWrites === 'silent') {
    const changed: readonly string[] = changedProperties(before, after);
    if (changed.length > 0 && changed.every((name) => personalProperties.includes(name))) return;
  }
  backend.outgoingMail.add(mailbox, {
    at: backend.clock.now(),
    reason,
    item: row.id,
    subject: (after ?? before)?.subject ?? '',
    recipients: [...recipients],
  });
}

function addressesOf(view: EventView | undefined): string[] {
  return (view?.attendees ?? []).flatMap(({ emailAddress }) => {
    const address: unknown =
      typeof emailAddress === 'object' && emailAddress !== null && 'address' in emailAddress
        ? emailAddress.address
        : undefined;
    return typeof address === 'string' ? [address] : [];
  });
}
