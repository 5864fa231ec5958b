/** Records as a person would have them in Outlook: what the local mailbox is seeded with, without the marks of our creates. */
import { planCreate } from '../addin/outlook/calendar/to-graph.ts';
import { createBody as contactBody } from '../addin/outlook/contacts/to-graph.ts';
import { createBody as taskBody } from '../addin/outlook/tasks/to-graph.ts';
import { DELETED, exceptionsOf } from '../datasets/calendar/index.ts';
import type { Fields } from '../datasets/index.ts';
import { decodeBase64 } from '../datasets/portrait/index.ts';
import type { Records } from './records.ts';

type Body = Readonly<Record<string, unknown>>;

/** Body of the admin route's `seed`. */
export interface Seed {
  readonly contacts: readonly Body[];
  readonly events: readonly Body[];
  readonly tasks: readonly Body[];
}

/** The zone of the demo's mailbox. */
const MAILBOX_ZONE = 'UTC';

export function seedOf(records: Records): Seed {
  return {
    contacts: (records.contacts ?? []).map(contactSeed),
    events: (records.calendar ?? []).map(eventSeed),
    tasks: (records.tasks ?? []).map(taskSeed),
  };
}

export function contactSeed(fields: Fields): { readonly contact: Body; readonly photo?: string } {
  const { Portrait, ...rest } = fields;
  const { singleValueExtendedProperties = [], ...contact } = contactBody(rest, '');
  const extended = singleValueExtendedProperties.filter(({ value }) => value !== '');
  return {
    contact: { ...contact, ...(extended.length > 0 && { singleValueExtendedProperties: extended }) },
    ...(typeof Portrait === 'string' && { photo: Buffer.from(decodeBase64(Portrait)).toString('base64') }),
  };
}

function eventSeed(fields: Fields): Body {
  const exceptions = exceptionsOf(fields);
  const changed = exceptions.flatMap(([date, value]) =>
    value === DELETED ? [] : [[date, eventBody(value as Fields)] as const],
  );
  return {
    event: eventBody(fields),
    exceptions: Object.fromEntries(changed),
    cancelled: exceptions.flatMap(([date, value]) => (value === DELETED ? [date] : [])),
  };
}

function eventBody(fields: Fields): Body {
  const options = { mailboxZone: MAILBOX_ZONE, from: '2026-01-01' };
  const { body } = planCreate(fields, { transactionId: '' }, options);
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'transactionId'));
}

function taskSeed(fields: Fields): Body {
  return { task: taskBody(fields, '') };
}
