import type { Backend } from '../backend.ts';
import { graphBase, json, type Answer } from '../protocol/answer.ts';
import { badUrl, GraphFault } from '../protocol/fault.ts';
import { checkOptions, readCount } from '../protocol/options.ts';
import type { Call } from '../router.ts';
import type { ContactRow, Tombstone } from '../store/contacts.ts';
import type { Stream, StreamPosition, Token } from '../store/streams.ts';
import type { Switches } from '../switches.ts';
import { readShape, type ContactShape } from './query.ts';
import { idOf, renderContact, type RenderContext } from './render.ts';

/** What a stream remembers of its first call: tokens need no options of their own (spec: graph 13 line 3). */
interface StreamQuery {
  readonly options: Readonly<Record<string, string>>;
  readonly top: number | undefined;
}

type Change =
  | { readonly kind: 'changed'; readonly position: number; readonly row: ContactRow }
  | { readonly kind: 'removed'; readonly position: number; readonly tombstone: Tombstone };

/** One page of a folder's delta (spec: graph 2.3, 2.7, 13 lines 1 to 6). */
export function contactDelta(backend: Backend, call: Call, folder: number): Answer {
  const { request } = call;
  const skipToken = request.query.get('$skiptoken');
  const deltaToken = request.query.get('$deltatoken');
  const text = skipToken ?? deltaToken;
  if (text === undefined) return firstPage(backend, call, folder);
  checkOptions(request, ['$skiptoken', '$deltatoken']);
  const kind = skipToken === undefined ? 'delta' : 'skip';
  const token = findToken(backend, call, folder, text, kind);
  return page(backend, call, token.stream, kind === 'skip' ? token : nextRound(token, backend.switches));
}

function firstPage(backend: Backend, call: Call, folder: number): Answer {
  const { request, mailbox } = call;
  checkOptions(request, ['$select', '$expand', '$top']);
  if (request.query.has('$expand') && backend.switches.deltaExpand === 'fails') {
    throw new GraphFault(
      500,
      'InternalServerError',
      "Parsing OData Select and Expand failed: Value cannot be null. (Parameter 'initialState')",
    );
  }
  readShape(request.query);
  const top = readCount(request, '$top', { min: 1, max: 1000 });
  const options = Object.fromEntries([...request.query].filter(([name]) => name !== '$top'));
  const query: StreamQuery = { options, top };
  const head = backend.contacts.head();
  const path = request.path.map(encodeURIComponent).join('/');
  const stream = backend.streams.open(mailbox, folder, path, JSON.stringify(query), head);
  const answer = page(backend, call, stream, {
    position: 0,
    roundStart: 0,
    replayFrom: 0,
    page: 0,
    served: 0,
  });
  return { ...answer, headers: { 'Preference-Applied': 'odata.track-changes' } };
}

function findToken(
  backend: Backend,
  call: Call,
  folder: number,
  text: string,
  kind: 'skip' | 'delta',
): Token {
  const token = backend.streams.find(text);
  const fits =
    token?.kind === kind && token.stream.mailbox === call.mailbox.id && token.stream.folder === folder;
  if (!fits) throw new GraphFault(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
  if (token.generation < token.stream.oldest) throw deadToken(token, backend.switches);
  return token;
}

/** Spec: graph 2.7; the captured answers carry no Location, whatever the general text promises. */
export function deadToken({ stream, generation }: Token, switches: Switches): GraphFault {
  if (switches.deadToken === 'badRequest') return badUrl('The delta token is not valid.');
  const kept: string[] = [`[highest=${stream.highest}]`, `[${stream.highest}]`];
  for (let alive = stream.oldest; alive < stream.highest; alive++) kept.push(`[${alive}]`);
  const location = { Location: `${graphBase}/${stream.path}?$deltatoken=` };
  return new GraphFault(
    410,
    'SyncStateNotFound',
    `The sync state generation is not found; generation=${generation};${kept.join('')}.`,
    switches.deadToken === 'goneWithLocation' ? location : {},
  );
}

type RoundPosition = Omit<StreamPosition, 'kind'>;

function nextRound(token: Token, switches: Switches): RoundPosition {
  const replayFrom = switches.replay === 'lastRound' ? token.roundStart : token.position;
  return { position: replayFrom, roundStart: token.position, replayFrom, page: 0, served: 0 };
}

function page(backend: Backend, call: Call, stream: Stream, at: RoundPosition): Answer {
  const { switches, contacts } = backend;
  const query = JSON.parse(stream.query) as StreamQuery;
  const shape = readShape(new Map(Object.entries(query.options)));
  const context: RenderContext = { mailbox: call.mailbox, ids: call.request.preferences.ids, switches };
  const left = query.top === undefined ? Infinity : query.top - at.served;
  const size = Math.min(call.request.preferences.maxPageSize ?? switches.defaultPageSize, left);
  const isEmptyPage = switches.emptyPageEvery > 0 && at.page % switches.emptyPageEvery === 0;
  const changes = isEmptyPage ? [] : changesSince(backend, stream, at.position, size + 1);
  const served = changes.slice(0, size);
  const capped = served.length >= left;
  const done = !isEmptyPage && (capped || changes.length <= size);
  const position = served.at(-1)?.position ?? at.position;
  const rows = served
    .filter((change) => isReported(change, at, shape, switches))
    .map((change) => renderChange(change, shape, context));
  const surprises = isEmptyPage ? [] : surpriseRows(backend, stream, at, shape, context);
  const cutOff = capped && switches.deltaTopRest === 'lost';
  const next: StreamPosition = {
    kind: done ? 'delta' : 'skip',
    position: cutOff ? Math.max(position, contacts.head()) : position,
    roundStart: at.roundStart,
    replayFrom: at.replayFrom,
    page: at.page + 1,
    served: at.served + served.length,
  };
  const link = `${graphBase}/${stream.path}?$${next.kind}token=${backend.streams.issue(stream, next, switches.generationsKept)}`;
  return json(200, {
    '@odata.context': `${graphBase}/$metadata#Collection(contact)`,
    [done ? '@odata.deltaLink' : '@odata.nextLink']: link,
    value: [...surprises, ...rows],
  });
}

/** Changes of the folder after a position, oldest first. */
function changesSince({ contacts }: Backend, stream: Stream, position: number, limit: number): Change[] {
  const rows = contacts.touchedSince(stream.folder, position, limit);
  const tombstones = contacts.tombstonesSince(stream.folder, Math.max(position, stream.start), limit);
  const changes: Change[] = [
    ...rows.map((row): Change => ({ kind: 'changed', position: row.touched, row })),
    ...tombstones.map((tombstone): Change => ({ kind: 'removed', position: tombstone.position, tombstone })),
  ];
  return changes.sort((a, b) => a.position - b.position).slice(0, limit);
}

/** Whether a change is news for a stream that stands at `at`, as the switches say. */
function isReported(change: Change, at: RoundPosition, shape: ContactShape, switches: Switches): boolean {
  const since = Math.min(at.replayFrom, at.roundStart);
  // The first round lists what is there, whoever wrote it.
  const silentOwn = switches.ownWrites === 'silent' && since > 0;
  if (change.kind === 'removed') {
    const { tombstone } = change;
    if (silentOwn && tombstone.by_person === 0) return false;
    // What came into being later than all that was served cannot have been seen.
    const wasSeen = tombstone.born <= Math.max(at.position, at.roundStart);
    return switches.deltaUnseenRemovals === 'reported' || wasSeen;
  }
  const { row } = change;
  if (silentOwn && row.touched_by_person <= since) return false;
  if (row.born > since) return true;
  const marks = JSON.parse(row.marks) as Readonly<Record<string, number>>;
  const changed = Object.keys(marks).filter((name) => (marks[name] ?? 0) > since);
  if (switches.deltaExtendedOnly === 'silent' && changed.length === 1 && changed[0] === '*extended')
    return false;
  const { select } = shape;
  return (
    switches.deltaSelect === 'allChanges' || select === undefined || changed.some((name) => select.has(name))
  );
}

function renderChange(change: Change, shape: ContactShape, context: RenderContext): Record<string, unknown> {
  const type = { '@odata.type': '#microsoft.graph.contact' };
  if (change.kind === 'changed') return { ...type, ...renderContact(change.row, shape, context) };
  const { contact: id, place } = change.tombstone;
  return removal(idOf({ id, place }, context), context.switches);
}

function removal(id: string, switches: Switches): Record<string, unknown> {
  return { '@odata.type': '#microsoft.graph.contact', id, '@removed': { reason: switches.removedReason } };
}

/** Rows that a sync program must survive: repeats of the page before, and removals of ids that never were. */
function surpriseRows(
  backend: Backend,
  stream: Stream,
  at: RoundPosition,
  shape: ContactShape,
  context: RenderContext,
): Record<string, unknown>[] {
  const { duplicateRows, unknownRemovals } = backend.switches;
  const repeated =
    at.page === 0 || duplicateRows === 0
      ? []
      : backend.contacts.touchedBetween(stream.folder, at.replayFrom, at.position, duplicateRows);
  const unknown = at.page === 0 ? unknownRemovals : 0;
  const beyond = backend.contacts.head() + 1_000_000_000;
  return [
    ...Array.from({ length: unknown }, (_, index) => {
      const id = beyond + index;
      return removal(idOf({ id, place: id }, context), backend.switches);
    }),
    ...repeated.map((row) => renderChange({ kind: 'changed', position: row.touched, row }, shape, context)),
  ];
}
