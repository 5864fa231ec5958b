/** Plugin calls: what the attached Outlook hosts ask and answer. */
import { Router } from 'express';
import type { z } from 'zod';
import {
  answerRequestSchema,
  attachRequestSchema,
  detachRequestSchema,
  MAX_ANSWER_BYTES,
  nextRequestSchema,
  paths,
  type OutlookSettings,
  type attachSchema,
  type nextSchema,
} from '../../contract/api.ts';
import type { HostRegistry } from '../hosts/host-registry.ts';
import { limitBody, readBody } from './limit-body.ts';

const MAX_BYTES = 64 * 1024;

export function hostRoutes(hosts: HostRegistry, settings: OutlookSettings): Router {
  const router = Router();

  router.post(paths.hostAttach, limitBody(MAX_BYTES), (request, response) => {
    const host = hosts.attach(readBody(attachRequestSchema, request.body));
    response.json({ host, settings } satisfies z.infer<typeof attachSchema>);
  });

  router.post(paths.hostNext, limitBody(MAX_BYTES), async (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const next = await hosts.next(readBody(nextRequestSchema, request.body), gone.signal);
    response.json(next satisfies z.infer<typeof nextSchema>);
  });

  router.post(paths.hostAnswer, limitBody(MAX_ANSWER_BYTES), (request, response) => {
    const { host, call, answer } = readBody(answerRequestSchema, request.body);
    hosts.answer(host, call, answer);
    response.json({});
  });

  router.post(paths.hostDetach, limitBody(MAX_BYTES), (request, response) => {
    hosts.detach(readBody(detachRequestSchema, request.body).host);
    response.json({});
  });

  return router;
}
