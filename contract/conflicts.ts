/** The conflict inbox: what both sides disagreed about, settled or waiting for a person (spec: sync engine, section 4). */
import { z } from 'zod';
import { sideSchema } from './job.ts';

/**
 * - `field`: both sides changed a field differently.
 * - `removal`: one side removed what the other changed.
 */
export const conflictKindSchema = z.enum(['field', 'removal']);

/**
 * - `open`: both sides are as they were until a person decides (policy `ask`).
 * - `settled`: a policy has decided; `winner` says for whom. Can be reversed.
 * - `decided`: a person has decided; the next sync carries it out.
 * - `done`: carried out.
 * - `void`: the sides agree by now, or the record has gone.
 */
export const conflictStateSchema = z.enum(['open', 'settled', 'decided', 'done', 'void']);
export type ConflictState = z.infer<typeof conflictStateSchema>;

/**
 * `device`, `mailbox`: that side's value, or what it did, counts. `both`: both are kept, the device's as a second
 * record (of a removal: what was changed comes back).
 */
export const conflictChoiceSchema = z.enum(['device', 'mailbox', 'both']);
export type ConflictChoice = z.infer<typeof conflictChoiceSchema>;

/** One field of a conflict, as text; null: the side has no value. */
const conflictFieldSchema = z.object({
  /** Name for people. */
  field: z.string(),
  base: z.string().nullable(),
  device: z.string().nullable(),
  mailbox: z.string().nullable(),
});

export const conflictSchema = z.object({
  id: z.number().int(),
  /** Name of the device, and the dataset. */
  device: z.string(),
  dataset: z.string(),
  /** Of the record. */
  label: z.string(),
  kind: conflictKindSchema,
  state: conflictStateSchema,
  /** Of a `removal`: the side that removed the record. */
  removedOn: sideSchema.nullable(),
  /** The side that a policy let win; null while it is open. */
  winner: sideSchema.nullable(),
  choice: conflictChoiceSchema.nullable(),
  /** What differs: one field of a `field` conflict, the changed ones of a `removal`. */
  fields: z.array(conflictFieldSchema),
  /** Number of the session that found it, and when, ISO 8601. */
  session: z.number().int(),
  foundAt: z.string(),
});
export type Conflict = z.infer<typeof conflictSchema>;

/** GET, `?state=open` or `settled`, `decided`, all; `before=ID`, `limit=N` (at most 200). Newest first. */
export const conflictsSchema = z.object({
  conflicts: z.array(conflictSchema),
  /** How many wait for a person. */
  open: z.number().int(),
  /** Id to ask for more before; null: that is all. */
  before: z.number().int().nullable(),
});
export type Conflicts = z.infer<typeof conflictsSchema>;

export const resolveRequestSchema = z.strictObject({
  ids: z.array(z.number().int()).min(1).max(1000),
  choice: conflictChoiceSchema,
});
export type ResolveRequest = z.infer<typeof resolveRequestSchema>;
