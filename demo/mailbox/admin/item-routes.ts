import type { Request } from 'express';
import { z } from 'zod';
import type { MailboxAdmin } from './admin.ts';

/** The admin route's part for events and tasks: what CalendarAdmin and TaskAdmin do, as JSON over HTTP. */

const body = z.record(z.string(), z.unknown());
const date = z.iso.date();

/** What `POST …/seed` takes beside contacts. */
export const seedSchemas = {
  calendarId: z.string().optional(),
  events: z
    .array(
      z.strictObject({
        event: body,
        exceptions: z.record(date, body).optional(),
        cancelled: z.array(date).optional(),
      }),
    )
    .max(200_000)
    .default([]),
  listId: z.string().optional(),
  tasks: z
    .array(
      z.strictObject({
        task: body,
        steps: z
          .array(z.strictObject({ displayName: z.string(), isChecked: z.boolean().optional() }))
          .default([]),
      }),
    )
    .max(200_000)
    .default([]),
};

const schemas = {
  calendar: z.strictObject({ name: z.string().min(1), canEdit: z.boolean().default(true) }),
  list: z.strictObject({ displayName: z.string().min(1) }),
  toCalendar: z.strictObject({ calendarId: z.string() }),
  toList: z.strictObject({ listId: z.string() }),
  mailbox: z.strictObject({ timeZone: z.string() }),
};

/** Registers a handler below a mailbox's path. */
export type RegisterRoute = (
  method: 'get' | 'post' | 'patch' | 'put' | 'delete',
  path: string,
  work: (request: Request) => unknown,
) => void;

/** Routes below `/mailboxes/:user`. */
export function itemRoutes(admin: MailboxAdmin, route: RegisterRoute): void {
  const owner = (request: Request): string => z.string().parse(request.params.user);
  const item = (request: Request): string => z.string().parse(request.params.id);
  const day = (request: Request): string => date.parse(request.params.date);
  const { calendar, tasks } = admin;

  route('patch', '', (request) => {
    admin.setTimeZone(owner(request), schemas.mailbox.parse(request.body).timeZone);
  });

  route('post', '/calendars', (request) => {
    const { name, canEdit } = schemas.calendar.parse(request.body);
    return calendar.addCalendar(owner(request), name, { canEdit });
  });
  route('patch', '/events/:id', (request) =>
    calendar.edit(owner(request), item(request), body.parse(request.body)),
  );
  route('delete', '/events/:id', (request) => calendar.remove(owner(request), item(request)));
  route('patch', '/events/:id/days/:date', (request) =>
    calendar.editDay(owner(request), item(request), day(request), body.parse(request.body)),
  );
  route('delete', '/events/:id/days/:date', (request) =>
    calendar.removeDay(owner(request), item(request), day(request)),
  );
  route('post', '/events/:id/move', (request) =>
    calendar.move(owner(request), item(request), schemas.toCalendar.parse(request.body).calendarId),
  );
  route('get', '/outgoing-mail', (request) => calendar.outgoingMail(owner(request)));
  route('delete', '/outgoing-mail', (request) => calendar.clearOutgoingMail(owner(request)));

  route('post', '/lists', (request) =>
    tasks.addList(owner(request), schemas.list.parse(request.body).displayName),
  );
  route('patch', '/tasks/:id', (request) =>
    tasks.edit(owner(request), item(request), body.parse(request.body)),
  );
  route('delete', '/tasks/:id', (request) => tasks.remove(owner(request), item(request)));
  route('post', '/tasks/:id/move', (request) =>
    tasks.move(owner(request), item(request), schemas.toList.parse(request.body).listId),
  );
}
