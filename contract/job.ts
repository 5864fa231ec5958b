/** What a sync tells while it runs and when it has ended. Schemas, since all of it travels over HTTP. */
import { z } from 'zod';
import { settingsChangeSchema } from './settings.ts';

/** What happens now, in one dataset. */
export const phaseSchema = z.enum([
  'connecting',
  'header',
  'collecting',
  'planning',
  'applying',
  'committing',
  'done',
]);
export type Phase = z.infer<typeof phaseSchema>;

export const progressSchema = z.object({
  dataset: z.string(),
  phase: phaseSchema,
  /** Records handled so far in this phase, and of how many where known. */
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative().nullable(),
  /** A sentence for people: "Waiting for the device’s clock". */
  text: z.string(),
});
export type Progress = z.infer<typeof progressSchema>;

export const sideSchema = z.enum(['device', 'mailbox']);

/** One thing a session did to one record, and why (spec: sync engine, G7). */
export const reportLineSchema = z.object({
  side: sideSchema,
  action: z.enum(['create', 'update', 'remove', 'pair', 'conflict', 'problem']),
  label: z.string(),
  /** Sentence: whose change, which policy. */
  reason: z.string(),
  /** Field by field, shortened texts: what was, what is. */
  fields: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
  /** Of a problem. */
  code: z.string().optional(),
  remedy: z.string().optional(),
});
export type ReportLine = z.infer<typeof reportLineSchema>;

export const countsSchema = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  removed: z.number().int(),
});
export type Counts = z.infer<typeof countsSchema>;

export const errorInfoSchema = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
});
export type ErrorInfo = z.infer<typeof errorInfoSchema>;

export const sessionKindSchema = z.enum(['first', 'fast', 'slow', 'undo']);
export type SessionKind = z.infer<typeof sessionKindSchema>;

export const sessionReportSchema = z.object({
  /** Number of the session in the history, and of a preview that is still remembered; null: it had not begun. */
  session: z.number().int().nullable(),
  dataset: z.string(),
  kind: sessionKindSchema.nullable(),
  outcome: z.enum(['ok', 'failed', 'cancelled']),
  error: errorInfoSchema.optional(),
  /** What was done to each side. */
  device: countsSchema,
  mailbox: countsSchema,
  /** Records found to be the same on both sides and joined. */
  paired: z.number().int(),
  conflicts: z.number().int(),
  /** Pairs held after the session. */
  pairs: z.number().int(),
  /** Lines of the link, both ways, and bytes. */
  linkLines: z.number().int(),
  /** Whole time in ms, and the part spent waiting for the device's clock to leave a second. */
  durationMs: z.number(),
  waitedMs: z.number(),
  /** At most 1000 lines; `linesOmitted` tells how many more there were. */
  lines: z.array(reportLineSchema),
  linesOmitted: z.number().int(),
});
export type SessionReport = z.infer<typeof sessionReportSchema>;

/** Records that a question names at most; its `count` tells of how many it is. */
export const MOST_LABELS = 1_000;

const labelsSchema = z.array(z.string()).max(MOST_LABELS);

/** A removal in bulk that the guard has stopped (spec: sync engine, G6). */
export const removalsQuestionSchema = z.object({
  id: z.string(),
  kind: z.literal('removals'),
  dataset: z.string(),
  /** The side that would lose the records. */
  side: sideSchema,
  /**
   * `removed`: removed on the other side. `missing`: the device did not send them in a full comparison. `empty`: it sent
   * nothing at all.
   */
  reason: z.enum(['removed', 'missing', 'empty']),
  count: z.number().int(),
  /** Records that both sides had. */
  pairs: z.number().int(),
  /** The first of the records. */
  labels: labelsSchema,
  /** Without an answer by then the session ends and nothing is removed, ISO 8601. */
  until: z.string(),
});

/** Records of an undo that have been changed since. */
export const editedQuestionSchema = z.object({
  id: z.string(),
  kind: z.literal('edited-since'),
  dataset: z.string(),
  count: z.number().int(),
  /** The first of the records. */
  labels: labelsSchema,
  until: z.string(),
});

export const questionSchema = z.discriminatedUnion('kind', [removalsQuestionSchema, editedQuestionSchema]);
export type Question = z.infer<typeof questionSchema>;

/**
 * To `removals`: `remove`, `restore` (put back from the other side) or `skip` (leave it for now). To `edited-since`:
 * `overwrite` or `skip`.
 */
export const answerSchema = z.enum(['remove', 'restore', 'overwrite', 'skip']);
export type Answer = z.infer<typeof answerSchema>;

export const answerRequestBodySchema = z.strictObject({
  job: z.string().max(100),
  question: z.string().max(100),
  answer: answerSchema,
});
export type AnswerRequest = z.infer<typeof answerRequestBodySchema>;

export const jobSchema = z.object({
  id: z.string(),
  kind: z.enum(['sync', 'preview', 'undo']),
  device: z.string(),
  state: z.enum(['running', 'ok', 'failed', 'cancelled']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  progress: progressSchema.nullable(),
  /** What the job waits for a person to say. */
  question: questionSchema.nullable(),
  error: errorInfoSchema.optional(),
  sessions: z.array(sessionReportSchema),
});
export type Job = z.infer<typeof jobSchema>;

/** Options of one run. */
export const startRequestSchema = z.strictObject({
  /** Name of a configured device; may be left out when there is only one. */
  device: z.string().max(200).optional(),
  datasets: z.array(z.string().max(40)).max(20).optional(),
  /** A full comparison; also the person's word for one after a restored backup. */
  slow: z.boolean().optional(),
  /** A preview: the plan is made and told, nothing is changed on either side. */
  dryRun: z.boolean().optional(),
  /** The answer to the guard's question, given beforehand. */
  removals: z.enum(['remove', 'restore']).optional(),
  /** Whether somebody is there to answer a question; unattended runs skip a dataset that needs one, and say so. */
  attended: z.boolean().optional(),
  /** Settings for this run only, by dataset. */
  settings: z.record(z.string().max(40), settingsChangeSchema).optional(),
});
export type StartRequest = z.infer<typeof startRequestSchema>;
