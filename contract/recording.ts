/**
 * A recording of a sync: one event per line, as JSON. What people wrote, ids and tokens are replaced by pseudonyms, and
 * passwords are left out (docs/recordings.md).
 */
import { z } from 'zod';
import { countsSchema, sessionKindSchema, sideSchema, startRequestSchema } from './job.ts';

/** Version of the format. */
export const RECORDING_FORMAT = 1;

/** Ms since the recording began. */
const at = z.number().nonnegative();
const json = z.json();

/** A message of the protocol: its name, its arguments by their names, records as they are told, as XML or as JSON of their fields. */
export const recordedMessageSchema = z.looseObject({ name: z.string() });

export const recordingEventSchema = z.discriminatedUnion('event', [
  z.object({
    at,
    event: z.literal('begin'),
    format: z.literal(RECORDING_FORMAT),
    /** Of the program. */
    version: z.string(),
    /** The PC's clock, ISO 8601. */
    startedAt: z.string(),
    request: startRequestSchema.omit({ device: true }),
  }),
  z.object({
    at,
    event: z.literal('device'),
    version: z.string(),
    id: z.string(),
    datasets: z.array(z.string()),
    /** Those that it offers. */
    extensions: z.array(z.string()),
  }),
  z.object({ at, event: z.literal('mailbox'), datasets: z.array(z.string()) }),
  /** A line of the device link; `in` came from the device. Of what is no message only the kind, or the status. */
  z.object({
    at,
    event: z.literal('line'),
    direction: z.enum(['in', 'out']),
    message: recordedMessageSchema.optional(),
    text: z.string().optional(),
  }),
  /** A call to the Outlook host. */
  z.object({
    at,
    event: z.literal('call'),
    call: z.number().int(),
    dataset: z.string(),
    method: z.enum(['read', 'apply', 'find', 'snapshot']),
    request: json,
  }),
  /** Its answer, or the code of its failure. */
  z.object({
    at,
    event: z.literal('answer'),
    call: z.number().int(),
    answer: json.optional(),
    failed: z.string().optional(),
  }),
  /** What a dataset's session came to. */
  z.object({
    at,
    event: z.literal('session'),
    dataset: z.string(),
    kind: sessionKindSchema.nullable(),
    outcome: z.enum(['ok', 'failed', 'cancelled']),
    error: z.string().optional(),
    device: countsSchema,
    mailbox: countsSchema,
    paired: z.number().int(),
    conflicts: z.number().int(),
    pairs: z.number().int(),
    lines: z.array(
      z.object({ side: sideSchema, action: z.string(), reason: z.string(), code: z.string().optional() }),
    ),
  }),
  z.object({ at, event: z.literal('end'), state: z.string(), error: z.string().optional() }),
  /** Nothing more was recorded, though the sync went on. */
  z.object({ at, event: z.literal('cut'), reason: z.string() }),
]);
export type RecordingEvent = z.infer<typeof recordingEventSchema>;
export type RecordedMessage = z.infer<typeof recordedMessageSchema>;

/** The first line of the answer to `paths.record`; the recording's own lines follow, and blank ones while it is quiet. */
export const recordedJobSchema = z.object({ job: z.string() });
