/** Brings the occurrences of a series in Graph to what a record says of them, one by one (spec: graph 3.8). */
import { SyncError } from '../../../contract/errors.ts';
import type { Problem } from '../../../contract/server-plugin.ts';
import { loss } from '../../../datasets/calendar/index.ts';
import type { Fields } from '../../../datasets/index.ts';
import type { BatchPart } from '../graph/batch-parts.ts';
import { describe, faultOf, isObject } from '../graph/errors.ts';
import { extendedKey } from '../items/extended.ts';
import { isMissing } from '../items/fetched.ts';
import { STALE_WAIT_MS } from '../items/read-page.ts';
import { apartText, changeApart, putApart, removeApart } from './apart.ts';
import { mappingOptions, type CalendarContext } from './context.ts';
import { finishForgetting, forgetExceptions } from './forgetting.ts';
import { occurrencesIn } from './from-graph.ts';
import { etagOf, valuesOf, type GraphEvent } from './graph-event.ts';
import { fetchEvents, lossProblem } from './items.ts';
import { planOccurrences, type OccurrencesPlan, type SeriesTarget, type Wanted } from './occurrences-plan.ts';
import { EVENT_HEADERS, eventPath, extended } from './properties.ts';
import { findInstances, requireReply } from './instances.ts';
import { planInstance, type EventBody } from './to-graph.ts';
import { isMarked, unmarking, withoutMark } from './unfinished.ts';

export interface SettledSeries {
  readonly event: GraphEvent;
  readonly problems: readonly Problem[];
}

export interface SeriesWrite extends SeriesTarget {
  /** Key of the operation that the writes are part of. */
  readonly key: string;
  readonly wanted: Wanted;
  /** Of a new series all is known. Over a change of one, its exceptions take over what they share with it, or go. */
  readonly isNew: boolean;
  /** What is written to occurrences besides, by date: of a snapshot that is put back. */
  readonly bodies?: ReadonlyMap<string, EventBody>;
}

/** Writes to one series get into one another's way: what lost is sent again, this often. */
const MAX_ROUNDS = 4;

/**
 * The series as it is afterwards.
 * @throws SyncError when the service did not answer: some occurrences may then be written, others not
 */
export async function settleOccurrences(
  context: CalendarContext,
  written: GraphEvent,
  write: SeriesWrite,
  signal: AbortSignal,
): Promise<SettledSeries> {
  let event = write.isNew ? written : await fetchFresh(context, written, signal);
  if (await finishForgetting(context, event, write.key, signal))
    event = await fetchOne(context, event.id, signal);
  let plan = planFor(context, event, write);
  const problems: Problem[] = [];
  if (plan.restore.length > 0) {
    await forgetExceptions(context, event, write.key, signal);
    event = await fetchOne(context, event.id, signal);
    plan = planFor(context, event, write);
    for (const date of plan.restore)
      problems.push(refusal(date, 'Outlook does not give back an occurrence that was deleted.'));
  }
  const { parts, problems: more } = await partsOf(context, event, plan, write, signal);
  problems.push(...more);
  const apart = await settleApart(context, event, plan, signal);
  const sent = await sendAll(context, parts, { ...write, series: event }, signal);
  problems.push(...sent.problems);
  const ids = new Map([...apart, ...sent.apart]);
  const closingTag = await closeSeries(context, event, apartText(ids), signal);
  const isUntouched = parts.length === 0 && plan.changeApart.size === 0 && closingTag === undefined;
  if (isUntouched) return { event, problems };
  const after = await fetchFresh(context, { ...event, '@odata.etag': closingTag ?? '' }, signal);
  return { event: withoutMark(after), problems };
}

/** Brings the events that are apart from their series to what they are to be; ids of those that stay, by date. */
async function settleApart(
  context: CalendarContext,
  event: GraphEvent,
  { changeApart: changes, removeApart: gone }: OccurrencesPlan,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { apart } = occurrencesIn(event, context.mailboxZone);
  for (const [date, wanted] of changes) {
    const held = apart.get(date);
    if (held !== undefined) await changeApart(context, held, wanted, signal);
  }
  await removeApart(
    context,
    gone.flatMap((date) => apart.get(date)?.id ?? []),
    signal,
  );
  return new Map([...changes.keys()].flatMap((date) => [[date, apart.get(date)?.id ?? '']]));
}

/** Takes the mark off and notes which events belong to the series. The etag afterwards; undefined: nothing was to be done. */
async function closeSeries(
  context: CalendarContext,
  event: GraphEvent,
  apart: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const known = valuesOf(event).get(extendedKey(extended.apart)) ?? '';
  const values = [
    ...(isMarked(event) ? [unmarking] : []),
    ...(apart === known ? [] : [{ id: extended.apart, value: apart }]),
  ];
  if (values.length === 0) return undefined;
  const part = {
    method: 'PATCH',
    url: eventPath(event.id),
    headers: EVENT_HEADERS,
    body: { singleValueExtendedProperties: values },
  } as const;
  const [outcome] = await context.batch.send([part], { signal, gate: context.gate });
  requireReply(outcome);
  const etag = isObject(outcome.body) ? outcome.body['@odata.etag'] : undefined;
  return typeof etag === 'string' ? etag : '';
}

function planFor(context: CalendarContext, event: GraphEvent, write: SeriesWrite): OccurrencesPlan {
  return planOccurrences(write, write.wanted, occurrencesIn(event, context.mailboxZone));
}

const refusal = (date: string, detail: string): Problem => ({
  code: 'mailbox.refused',
  detail: `${date}: ${detail}`.slice(0, 2000),
});

/** The series with its exceptions; read once more a little later where it is not what was written (spec: graph 1 line 16). */
async function fetchFresh(
  context: CalendarContext,
  written: GraphEvent,
  signal: AbortSignal,
): Promise<GraphEvent> {
  const first = await fetchOne(context, written.id, signal);
  if (etagOf(written) === '' || etagOf(first) === etagOf(written)) return first;
  await context.client.clock.sleep(STALE_WAIT_MS, signal);
  return fetchOne(context, written.id, signal);
}

async function fetchOne(context: CalendarContext, id: string, signal: AbortSignal): Promise<GraphEvent> {
  const [row] = await fetchEvents(context, [id], signal);
  if (row?.kind === 'item') return row.item;
  if (row?.kind === 'unanswered') throw row.problem;
  throw new SyncError('mailbox.unreadable', row?.kind === 'unreadable' ? row.problem.detail : 'it is gone');
}

/** A write to one occurrence. */
interface OccurrencePart {
  readonly date: string;
  readonly part: BatchPart;
  /** What the occurrence is to be; undefined: it is taken out. */
  readonly wanted: Fields | undefined;
}

async function partsOf(
  context: CalendarContext,
  event: GraphEvent,
  { remove, change }: OccurrencesPlan,
  write: SeriesWrite,
  signal: AbortSignal,
): Promise<{ readonly parts: readonly OccurrencePart[]; readonly problems: readonly Problem[] }> {
  const { changed } = occurrencesIn(event, context.mailboxZone);
  const unknown = [...remove, ...change.keys()].filter((date) => !changed.has(date));
  const instances = new Map([...changed, ...(await findInstances(context, event, unknown, signal))]);
  const parts: OccurrencePart[] = [];
  const problems: Problem[] = [];
  for (const date of [...remove, ...change.keys()]) {
    const instance = instances.get(date);
    const wanted = change.get(date);
    if (instance === undefined) {
      // Nothing to take out, then.
      if (wanted !== undefined) problems.push(refusal(date, 'Outlook has no occurrence on that day.'));
      continue;
    }
    const url = eventPath(instance.id);
    if (wanted === undefined) {
      parts.push({ date, wanted, part: { method: 'DELETE', url } });
      continue;
    }
    const { body: planned, losses } = planInstance(wanted, instance, event, mappingOptions(context));
    const body = { ...planned, ...write.bodies?.get(date) };
    // Of the categories the series is told already, where they are its own that changed.
    if (write.wanted.has(date)) problems.push(...losses.map(lossProblem));
    if (Object.keys(body).length > 0)
      parts.push({ date, wanted, part: { method: 'PATCH', url, headers: EVENT_HEADERS, body } });
  }
  return { parts, problems: distinct(problems) };
}

/** A loss that several occurrences share is told once. */
const distinct = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
];

/** Sends the writes, those again that lost a race or that stand in one another's way; what is refused is told. */
async function sendAll(
  context: CalendarContext,
  parts: readonly OccurrencePart[],
  write: SeriesWrite & { readonly series: GraphEvent },
  signal: AbortSignal,
): Promise<{ readonly problems: readonly Problem[]; readonly apart: ReadonlyMap<string, string> }> {
  const problems: Problem[] = [];
  const apart = new Map<string, string>();
  let left = parts;
  for (let round = 1; left.length > 0; round += 1) {
    const outcomes = await context.batch.send(
      left.map(({ part }) => part),
      { signal, gate: context.gate },
    );
    const again: OccurrencePart[] = [];
    const crossing: OccurrencePart[] = [];
    for (const [index, item] of left.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind !== 'reply') throw outcome?.problem ?? new SyncError('mailbox.unavailable');
      const { status, body } = outcome;
      if (status < 300 || (item.wanted === undefined && isMissing(outcome))) continue;
      if (faultOf(body).code === CROSSING) crossing.push(item);
      else if ((status === 409 || status === 412) && round < MAX_ROUNDS) again.push(item);
      else problems.push(refusal(item.date, describe(status, body)));
    }
    // An occurrence that is in the way may itself have been moved in the same round.
    const retries = round < MAX_ROUNDS && crossing.length < left.length ? crossing : [];
    for (const item of crossing) {
      if (retries.includes(item) || item.wanted === undefined) continue;
      apart.set(item.date, await replaceByEvent(context, item, item.wanted, write, signal));
      problems.push(lossProblem(loss('L-R4')));
    }
    left = [...again, ...retries];
  }
  return { problems: distinct(problems), apart };
}

const CROSSING = 'erroroccurrencecrossingboundary';

/** An occurrence that Outlook does not let pass another one becomes an event of its own (spec: datasets 8.6 L-R4); its id. */
async function replaceByEvent(
  context: CalendarContext,
  { date, part }: OccurrencePart,
  wanted: Fields,
  { key, series, bodies }: SeriesWrite & { readonly series: GraphEvent },
  signal: AbortSignal,
): Promise<string> {
  const id = await putApart(context, series, { date, wanted, more: bodies?.get(date) }, key, signal);
  const [removed] = await context.batch.send([{ method: 'DELETE', url: part.url }], {
    signal,
    gate: context.gate,
  });
  requireReply(removed);
  return id;
}
