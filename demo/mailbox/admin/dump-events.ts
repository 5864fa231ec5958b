import type { Backend } from '../backend.ts';
import type { OpenExtensions } from '../items/open-extensions.ts';
import type { ItemRow } from '../store/items.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import { wholeEvent } from '../events/query.ts';
import { contentOf, etagOf, renderEvent, type EventContext } from '../events/render.ts';
import { instanceOn, isSeries, masterOf, type EventContent, type EventInstance } from '../events/series.ts';

type Entity = Readonly<Record<string, unknown>>;

export interface DumpedEvent {
  /** The plain id; the immutable one beside it. */
  readonly id: string;
  readonly immutableId: string;
  readonly calendarId: string;
  readonly etag: string;
  /** What a GET without options shows in UTC, but for ids, versions and times of writing; the body as it was sent. */
  readonly event: Entity;
  readonly extended: Readonly<Record<string, string>>;
  readonly extensions: OpenExtensions;
  /** Original days of a series that are cancelled. */
  readonly cancelled: readonly string[];
  /** Changed days of a series by their original day. */
  readonly exceptions: Readonly<Record<string, Entity>>;
}

/** Every event of a mailbox, as it was written down. */
export function dumpEvents(backend: Backend, mailbox: MailboxInfo): DumpedEvent[] {
  const preferences = { ids: 'plain', timeZone: undefined, bodyType: 'text' } as const;
  const context: EventContext = { mailbox, switches: backend.switches, preferences };
  return backend.events.all(mailbox).map((row) => {
    const content = contentOf(row);
    const { parts } = content;
    return {
      id: mailbox.ids.plain(row.id, row.place),
      immutableId: mailbox.ids.immutable(row.id),
      calendarId: mailbox.ids.folder(row.folder),
      etag: etagOf(row),
      event: entityOf(masterOf(row, content), context),
      extended: content.extended,
      extensions: parts.extensions,
      cancelled: parts.cancelled,
      exceptions: exceptionsOf(row, content, context),
    };
  });
}

function exceptionsOf(row: ItemRow, content: EventContent, context: EventContext): Record<string, Entity> {
  const { view, parts } = content;
  if (!isSeries(view)) return {};
  const series = { ...content, view };
  const days = Object.keys(parts.exceptions).sort();
  return Object.fromEntries(days.map((date) => [date, entityOf(instanceOn(row, series, date), context)]));
}

const hidden = ['@odata.etag', 'id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'webLink'];

function entityOf(instance: EventInstance, context: EventContext): Entity {
  const shown = Object.entries(renderEvent(instance, wholeEvent, context));
  return {
    ...Object.fromEntries(shown.filter(([name]) => !hidden.includes(name))),
    body: instance.content.view.body,
  };
}
