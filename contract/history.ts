/** The history: what each session did, and how it is put back (spec: sync engine, G1, G7). */
import { z } from 'zod';
import { countsSchema, reportLineSchema, sessionKindSchema } from './job.ts';

export const historyEntrySchema = z.object({
  /** Number of the session. */
  session: z.number().int(),
  job: z.string(),
  device: z.string(),
  dataset: z.string(),
  kind: sessionKindSchema,
  /** `interrupted`: cut or refused; what had been done in Outlook by then stays in the history. */
  outcome: z.enum(['committed', 'interrupted']),
  /** ISO 8601. */
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  deviceCounts: countsSchema,
  mailboxCounts: countsSchema,
  conflicts: z.number().int(),
  /** The session that this one has put back; null for others. */
  undoes: z.number().int().nullable(),
  /** The latest session that has put this one back; null: none. */
  undoneBy: z.number().int().nullable(),
  /** Whether there is anything that `undo` could put back. */
  undoable: z.boolean(),
  /** The first of its problems that are no record's of the plan: what could not be read, or was left. */
  problems: z.array(reportLineSchema).default([]),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** GET `?before=N&limit=N` (at most 100). Newest first; sessions that did nothing are left out. */
export const historySchema = z.object({
  sessions: z.array(historyEntrySchema),
  before: z.number().int().nullable(),
});
export type History = z.infer<typeof historySchema>;

/** What a session did to one record. */
export const historyRecordSchema = z.object({
  /** Its number in the session: what `undo --record` takes. */
  number: z.number().int(),
  lines: z.array(reportLineSchema),
  undoable: z.boolean(),
});
export type HistoryRecord = z.infer<typeof historyRecordSchema>;

/** GET `/api/history/N/records?after=N&limit=N` (at most 500). Also of a preview that is still remembered. */
export const historyRecordsSchema = z.object({
  records: z.array(historyRecordSchema),
  /** Number to ask for more after; null: that is all. */
  after: z.number().int().nullable(),
  total: z.number().int(),
});
export type HistoryRecords = z.infer<typeof historyRecordsSchema>;

/** POST: starts a job that puts back what a session changed, on both sides. Answered like the start of a sync. */
export const undoRequestSchema = z.strictObject({
  session: z.number().int(),
  /** Numbers of the records; all when left out. */
  records: z.array(z.number().int()).min(1).max(10_000).optional(),
  /** Whether records that have been changed since are put back as well; asked when left out and somebody attends. */
  overwrite: z.boolean().optional(),
  /** Whether somebody is there to answer a question. */
  attended: z.boolean().optional(),
});
export type UndoRequest = z.infer<typeof undoRequestSchema>;
