/**
 * A create is one thing to everybody else: who looks for it by its key gets the whole series. The session that began it may
 * be gone, and a later one would create it again under another key if it were told that there is none.
 */
import { SyncError } from '../../../contract/errors.ts';
import type { Fields } from '../../../datasets/index.ts';
import { elementOf } from '../../../datasets/record/keys.ts';
import { mappingOptions, type CalendarContext } from './context.ts';
import type { GraphEvent } from './graph-event.ts';
import { readWhole } from './items.ts';
import { settleOccurrences } from './occurrences.ts';
import { wantedOccurrences } from './occurrences-plan.ts';
import { planCreate } from './to-graph.ts';
import { exceptionsLeft } from './unfinished.ts';

/**
 * The event with what the create of this key had left to do.
 * @throws SyncError when the service does not answer: it is still unfinished then
 */
export async function finishCreate(
  context: CalendarContext,
  key: string,
  event: GraphEvent,
  signal: AbortSignal,
): Promise<GraphEvent> {
  const exceptions = exceptionsLeft(event);
  if (exceptions === undefined) return event;
  const read = readWhole(context, event);
  if (read.kind !== 'item')
    throw new SyncError('mailbox.unreadable', read.kind === 'unreadable' ? read.problem.detail : event.id);
  const fields = { ...withoutExceptions(read.item.fields), ...exceptions };
  const { mapping } = planCreate(fields, { transactionId: key }, mappingOptions(context));
  if (mapping === undefined) return event;
  const target = { fields, before: undefined, mapping };
  const wanted = wantedOccurrences(target);
  return (await settleOccurrences(context, event, { ...target, key, wanted, isNew: true }, signal)).event;
}

/** The exceptions as they are now are those that happen to be written already. */
const withoutExceptions = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(([key]) => elementOf(key) !== 'Repeat' || !key.includes('/')),
  );
