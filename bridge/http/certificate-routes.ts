/** The certificate was renewed by a command: the server takes the new one for its next connections. */
import { Router } from 'express';
import { paths } from '../../contract/api.ts';
import { limitBody } from './limit-body.ts';
import { requireProgram } from './require-session.ts';

const MAX_BYTES = 1024;

export function certificateRoutes(reload: () => Promise<void>): Router {
  const router = Router();
  router.post(paths.certificate, requireProgram, limitBody(MAX_BYTES), async (_request, response) => {
    await reload();
    response.json({});
  });
  return router;
}
