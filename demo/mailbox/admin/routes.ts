import express, { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { failureSchema } from '../failures.ts';
import { GraphFault } from '../protocol/fault.ts';
import type { MailboxAdmin } from './admin.ts';
import { itemRoutes, seedSchemas, type RegisterRoute } from './item-routes.ts';

/** The admin route: what MailboxAdmin does, as JSON over HTTP. */

const body = z.record(z.string(), z.unknown());
const photo = z.base64().transform((text) => Buffer.from(text, 'base64'));
const user = z.string().regex(/^[\w-]{1,64}$/);

const schemas = {
  failures: z.array(failureSchema).max(1000),
  clock: z.strictObject({ advance: z.number().min(0) }),
  seed: z.strictObject({
    folderId: z.string().optional(),
    contacts: z
      .array(z.strictObject({ contact: body, photo: photo.optional() }))
      .max(200_000)
      .default([]),
    ...seedSchemas,
  }),
  folder: z.strictObject({ displayName: z.string().min(1), parentId: z.string().optional() }),
  move: z.strictObject({ folderId: z.string() }),
  photo: z.strictObject({ photo }),
  touch: z.strictObject({ ids: z.array(z.string()).optional() }),
};

/** Express routes below `/admin`. */
export function adminRoutes(admin: MailboxAdmin): Router {
  const router = Router();
  router.use(express.json({ limit: '1gb' }));
  const owner = (request: Request): string => user.parse(request.params.user);
  const item = (request: Request): string => z.string().parse(request.params.id);
  const route: RegisterRoute = (method, path, work) => {
    router[method](path, (request, response) => reply(response, () => work(request)));
  };

  route('get', '/switches', () => admin.switches);
  route('patch', '/switches', (request) => admin.set(body.parse(request.body)));
  route('post', '/reset', () => admin.reset());
  route('post', '/failures', (request) => admin.fail(...schemas.failures.parse(request.body)));
  route('delete', '/failures', () => admin.clearFailures());
  route('post', '/delta-tokens/kill', () => ({ streams: admin.killDeltaTokens() }));
  route('post', '/tokens/expire', () => admin.expireTokens());
  route('post', '/clock', (request) => ({
    now: admin.advanceClock(schemas.clock.parse(request.body).advance),
  }));
  route('get', '/stats', () => admin.stats());
  route('get', '/log', (request) =>
    admin.log(z.coerce.number().int().min(0).default(0).parse(request.query.after)),
  );
  route('delete', '/log', () => admin.clearLog());

  const mailbox = '/mailboxes/:user';
  route('get', `${mailbox}/dump`, (request) => admin.dump(owner(request)));
  route('post', `${mailbox}/seed`, (request) => {
    const sent = schemas.seed.parse(request.body);
    return admin.seedAll(owner(request), sent);
  });
  route('post', `${mailbox}/touch`, (request) => ({
    touched: admin.touch(owner(request), schemas.touch.parse(request.body ?? {}).ids),
  }));
  route('post', `${mailbox}/folders`, (request) => {
    const { displayName, parentId } = schemas.folder.parse(request.body);
    return admin.addFolder(owner(request), displayName, parentId);
  });
  route('patch', `${mailbox}/contacts/:id`, (request) =>
    admin.edit(owner(request), item(request), body.parse(request.body)),
  );
  route('delete', `${mailbox}/contacts/:id`, (request) => admin.remove(owner(request), item(request)));
  route('post', `${mailbox}/contacts/:id/move`, (request) =>
    admin.move(owner(request), item(request), schemas.move.parse(request.body).folderId),
  );
  route('put', `${mailbox}/contacts/:id/photo`, (request) =>
    admin.setPhoto(owner(request), item(request), schemas.photo.parse(request.body).photo),
  );
  route('delete', `${mailbox}/contacts/:id/photo`, (request) =>
    admin.removePhoto(owner(request), item(request)),
  );
  itemRoutes(admin, (method, path, work) => {
    route(method, `${mailbox}${path}`, work);
  });
  return router;
}

function reply(response: Response, work: () => unknown): void {
  try {
    const result = work();
    if (result === undefined) response.status(204).end();
    else response.json(result);
  } catch (error) {
    if (error instanceof z.ZodError) {
      response.status(400).json({ error: { code: 'BadRequest', message: z.prettifyError(error) } });
    } else if (error instanceof GraphFault) {
      response.status(error.status).json({ error: { code: error.code, message: error.message } });
    } else if (error instanceof SyntaxError || error instanceof RangeError) {
      response.status(400).json({ error: { code: 'BadRequest', message: error.message } });
    } else throw error;
  }
}
