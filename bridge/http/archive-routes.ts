/** Settings, conflicts, history and undo. */
import { Router, type Request } from 'express';
import { z } from 'zod';
import { paths, type startedSchema } from '../../contract/api.ts';
import {
  conflictStateSchema,
  resolveRequestSchema,
  type Conflict,
  type Conflicts,
} from '../../contract/conflicts.ts';
import {
  undoRequestSchema,
  type History,
  type HistoryEntry,
  type HistoryRecords,
} from '../../contract/history.ts';
import { answerRequestBodySchema } from '../../contract/job.ts';
import { putSettingsRequestSchema, type AllSettings } from '../../contract/settings.ts';
import { limitBody, readBody } from './limit-body.ts';
import type { BridgeService } from './service.ts';

const MAX_BYTES = 256 * 1024;

const conflictsQuerySchema = z.strictObject({
  state: conflictStateSchema.optional(),
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(200),
});
const historyQuerySchema = z.strictObject({
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
const recordsQuerySchema = z.strictObject({
  after: z.coerce.number().int().default(-1),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});
const idSchema = z.coerce.number().int().nonnegative();

export function archiveRoutes(service: BridgeService): Router {
  const router = Router();

  router.get(paths.settings, (_request, response) => {
    response.json(service.archive.settings() satisfies AllSettings);
  });

  router.post(paths.settings, limitBody(MAX_BYTES), (request, response) => {
    const change = readBody(putSettingsRequestSchema, request.body);
    response.json(service.archive.changeSettings(change) satisfies AllSettings);
  });

  router.get(paths.conflicts, (request, response) => {
    const { state = null, before = null, limit } = readBody(conflictsQuerySchema, queryOf(request));
    response.json(service.archive.conflicts(state, before, limit) satisfies Conflicts);
  });

  router.post(paths.resolve, limitBody(MAX_BYTES), (request, response) => {
    response.json(service.archive.resolve(readBody(resolveRequestSchema, request.body)) satisfies Conflicts);
  });

  router.get(`${paths.conflicts}/:id`, (request, response) => {
    response.json(service.archive.conflict(readBody(idSchema, request.params.id)) satisfies Conflict);
  });

  router.get(paths.history, (request, response) => {
    const { before = null, limit } = readBody(historyQuerySchema, queryOf(request));
    response.json(service.archive.history(before, limit) satisfies History);
  });

  router.get(`${paths.history}/:id`, (request, response) => {
    response.json(service.archive.session(readBody(idSchema, request.params.id)) satisfies HistoryEntry);
  });

  router.get(`${paths.history}/:id/records`, (request, response) => {
    const { after, limit } = readBody(recordsQuerySchema, queryOf(request));
    const session = readBody(idSchema, request.params.id);
    response.json(service.archive.records(session, after, limit) satisfies HistoryRecords);
  });

  router.post(paths.undo, limitBody(MAX_BYTES), (request, response) => {
    const job = service.undo(readBody(undoRequestSchema, request.body));
    response.status(202).json({ job } satisfies z.infer<typeof startedSchema>);
  });

  router.post(paths.answer, limitBody(MAX_BYTES), (request, response) => {
    service.answer(readBody(answerRequestBodySchema, request.body));
    response.json({});
  });

  return router;
}

/** The query's parameters, each once: the application's own parser is off. */
function queryOf(request: Request): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(request.originalUrl, 'https://localhost').searchParams);
}
