import type { Backend } from '../backend.ts';
import { readEventBody, type EventChange } from '../events/body.ts';
import type { CalendarDetails } from '../events/calendars.ts';
import { findEvent, readInstance, type FoundEvent } from '../events/lookup.ts';
import { contentOf } from '../events/render.ts';
import { hasInstance } from '../events/series.ts';
import {
  cancelOccurrence,
  changeEvent,
  changeOccurrence,
  createEvent,
  removeEvent,
} from '../events/write.ts';
import { folderOfKind } from '../folders/lookup.ts';
import { notFound } from '../protocol/fault.ts';
import type { ItemRow } from '../store/items.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import type { OutgoingMail } from '../store/outgoing-mail.ts';
import { bothIds, seedEach, type ItemIds } from './seeding.ts';

type Body = Readonly<Record<string, unknown>>;

/** An event to put into a calendar: the body of a POST, and what has become of single days of a series. */
export interface SeedEvent {
  readonly event: Body;
  /** Changes by the original day, `YYYY-MM-DD` in the zone of the recurrence. */
  readonly exceptions?: Readonly<Record<string, Body>> | undefined;
  readonly cancelled?: readonly string[] | undefined;
}

/**
 * Calendars as a person in Outlook changes them: what only the service sets (organizer, isCancelled, responseStatus, …)
 * can be written too, and no mail is recorded.
 */
export class CalendarAdmin {
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Puts many events into the default calendar (or another) in one transaction. Throws a GraphFault. */
  seed(user: string, seeds: readonly SeedEvent[], calendarId?: string): ItemIds[] {
    const mailbox = this.#backend.mailboxes.of(user);
    const calendar = this.#calendar(mailbox, calendarId);
    return this.#backend.db.transaction(() =>
      seedEach('events', seeds, (seed) => bothIds(mailbox, this.#seedOne(mailbox, calendar, seed))),
    );
  }

  /** Changes an event, or the day of a series that the id names: the body of a PATCH. */
  edit(user: string, id: string, change: Body): ItemIds {
    const { mailbox, found } = this.#find(user, id);
    return bothIds(mailbox, this.#change(mailbox, found, change));
  }

  /** Changes the day of a series by its original date. */
  editDay(user: string, id: string, date: string, change: Body): ItemIds {
    const { mailbox, found } = this.#findDay(user, id, date);
    return bothIds(mailbox, this.#change(mailbox, found, change));
  }

  /** Removes an event, or the day of a series that the id names. */
  remove(user: string, id: string): void {
    const { mailbox, found } = this.#find(user, id);
    this.#remove(mailbox, found);
  }

  removeDay(user: string, id: string, date: string): void {
    const { mailbox, found } = this.#findDay(user, id, date);
    this.#remove(mailbox, found);
  }

  /** Moves an event to another calendar; its plain id changes. */
  move(user: string, id: string, calendarId: string): ItemIds {
    const { mailbox, found } = this.#find(user, id);
    const calendar = this.#calendar(mailbox, calendarId);
    return bothIds(mailbox, this.#backend.events.move(found.row, calendar, 'person'));
  }

  addCalendar(user: string, name: string, details: CalendarDetails = {}): { readonly id: string } {
    const mailbox = this.#backend.mailboxes.of(user);
    const folder = this.#backend.mailboxes.addFolder(mailbox, mailbox.root, name, 'calendar', { details });
    return { id: mailbox.ids.folder(folder.id) };
  }

  /** The mails that a program's writes to meetings would have sent (spec: graph 13 line 18). */
  outgoingMail(user: string): OutgoingMail[] {
    return this.#backend.outgoingMail.all(this.#backend.mailboxes.of(user));
  }

  clearOutgoingMail(user: string): void {
    this.#backend.outgoingMail.clear(this.#backend.mailboxes.of(user));
  }

  #seedOne(mailbox: MailboxInfo, calendar: number, seed: SeedEvent): ItemRow {
    const change = this.#read(seed.event, undefined);
    let row = createEvent(this.#backend, mailbox, calendar, change, 'person');
    for (const [date, changes] of Object.entries(seed.exceptions ?? {})) {
      row = this.#change(mailbox, this.#dayOf(row, date), changes);
    }
    for (const date of seed.cancelled ?? []) {
      row = cancelOccurrence(this.#backend, mailbox, this.#dayOf(row, date).row, date, 'person');
    }
    return row;
  }

  #change(mailbox: MailboxInfo, found: FoundEvent, body: Body): ItemRow {
    const { view } = readInstance(this.#backend, found, 'current').content;
    const change = this.#read(body, view);
    return found.date === undefined
      ? changeEvent(this.#backend, mailbox, found.row, change, 'person')
      : changeOccurrence(this.#backend, mailbox, found.row, found.date, change, 'person');
  }

  #remove(mailbox: MailboxInfo, { row, date }: FoundEvent): void {
    if (date === undefined) removeEvent(this.#backend, mailbox, row, 'person');
    else cancelOccurrence(this.#backend, mailbox, row, date, 'person');
  }

  #read(body: Body, before: Parameters<typeof readEventBody>[1]['before']): EventChange {
    return readEventBody(body, { switches: this.#backend.switches, writer: 'person', before });
  }

  #find(user: string, id: string): { readonly mailbox: MailboxInfo; readonly found: FoundEvent } {
    const mailbox = this.#backend.mailboxes.of(user);
    return { mailbox, found: findEvent(this.#backend, mailbox, id) };
  }

  #findDay(
    user: string,
    id: string,
    date: string,
  ): { readonly mailbox: MailboxInfo; readonly found: FoundEvent } {
    const { mailbox, found } = this.#find(user, id);
    return { mailbox, found: this.#dayOf(found.row, date) };
  }

  #dayOf(row: ItemRow, date: string): FoundEvent {
    if (!hasInstance(contentOf(row), date)) throw notFound();
    return { row, date };
  }

  #calendar(mailbox: MailboxInfo, calendarId: string | undefined): number {
    return calendarId === undefined
      ? mailbox.defaultCalendar
      : folderOfKind(this.#backend, mailbox, 'calendar', calendarId).id;
  }
}
