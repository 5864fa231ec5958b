/** What a sync tells while it runs and when it has ended. Schemas, since all of it travels over HTTP. */
import { z } from 'zod';

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

export const sessionReportSchema = z.object({
  dataset: z.string(),
  kind: z.enum(['first', 'fast', 'slow']).nullable(),
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

export const jobSchema = z.object({
  id: z.string(),
  device: z.string(),
  state: z.enum(['running', 'ok', 'failed', 'cancelled']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  progress: progressSchema.nullable(),
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
});
export type StartRequest = z.infer<typeof startRequestSchema>;
