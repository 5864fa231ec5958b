import type { Backend } from '../backend.ts';
import { graphBase, json, type Answer } from '../protocol/answer.ts';
import { badUrl, GraphFault } from '../protocol/fault.ts';
import { checkOptions, readCount } from '../protocol/options.ts';
import type { Call } from '../router.ts';
import type { Stream, StreamPosition, Token } from '../store/streams.ts';
import type { Switches } from '../switches.ts';

/** Delta rounds over any collection: pages, tokens and the surprises among them (spec: graph 2.3, 2.7, 13 lines 1 to 6). */

export type Row = Readonly<Record<string, unknown>>;

export type RoundPosition = Omit<StreamPosition, 'kind'>;

/** One change of a collection. */
export interface Change {
  readonly position: number;
  /** What a stream that stands at `at` is told of it; nothing when it is no news there. */
  rows(at: RoundPosition): readonly Row[];
}

/** A collection's changes as one stream sees them. */
export interface Feed {
  /** Changes after a position, oldest first. */
  changesSince(position: number, limit: number): readonly Change[];
  /** The rows of the last `limit` items that changed in (after, upTo]. */
  repeat(after: number, upTo: number, limit: number): readonly Row[];
  /** The id of an item that never was. */
  unknownId(index: number): string;
}

/** A collection that offers delta. */
export interface DeltaCollection {
  /** The entity's type, e.g. `contact`. */
  readonly entity: string;
  readonly folder: number;
  /** Query options of the first call. */
  readonly options: readonly string[];
  /** Throws a GraphFault for a first call whose options cannot be used. */
  readonly check: (query: ReadonlyMap<string, string>) => void;
  /** `query`: the options of the stream's first call. */
  readonly feed: (stream: Stream, query: ReadonlyMap<string, string>) => Feed;
}

/** What a stream remembers of its first call: tokens need no options of their own (spec: graph 13 line 3). */
interface StreamQuery {
  readonly options: Readonly<Record<string, string>>;
  readonly top: number | undefined;
}

/** One page of a collection's delta. */
export function deltaPage(backend: Backend, call: Call, collection: DeltaCollection): Answer {
  const { request } = call;
  const skipToken = request.query.get('$skiptoken');
  const deltaToken = request.query.get('$deltatoken');
  const text = skipToken ?? deltaToken;
  if (text === undefined) return firstPage(backend, call, collection);
  checkOptions(request, ['$skiptoken', '$deltatoken']);
  const kind = skipToken === undefined ? 'delta' : 'skip';
  const token = findToken(backend, call, collection, text, kind);
  const at = kind === 'skip' ? token : nextRound(token, backend.switches);
  return page(backend, call, collection, token.stream, at);
}

function firstPage(backend: Backend, call: Call, collection: DeltaCollection): Answer {
  const { request, mailbox } = call;
  checkOptions(request, [...collection.options, '$top']);
  collection.check(request.query);
  const top = readCount(request, '$top', { min: 1, max: 1000 });
  const options = Object.fromEntries([...request.query].filter(([name]) => name !== '$top'));
  const query: StreamQuery = { options, top };
  const head = backend.contacts.head();
  const path = request.path.map(encodeURIComponent).join('/');
  const stream = backend.streams.open(mailbox, collection.folder, path, JSON.stringify(query), head);
  const start: RoundPosition = { position: 0, roundStart: 0, replayFrom: 0, page: 0, served: 0 };
  const answer = page(backend, call, collection, stream, start);
  return { ...answer, headers: { 'Preference-Applied': 'odata.track-changes' } };
}

function findToken(
  backend: Backend,
  call: Call,
  collection: DeltaCollection,
  text: string,
  kind: 'skip' | 'delta',
): Token {
  const token = backend.streams.find(text);
  const fits =
    token?.kind === kind &&
    token.stream.mailbox === call.mailbox.id &&
    token.stream.folder === collection.folder &&
    resourceOf(token.stream.path.split('/')) === resourceOf(call.request.path);
  if (!fits) throw new GraphFault(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
  if (token.generation < token.stream.oldest) throw deadToken(token, backend.switches);
  return token;
}

/** The collection's name in a delta's path: events and calendarView share their folder, not their tokens. */
function resourceOf(path: readonly string[]): string | undefined {
  return path.at(-2);
}

/** Spec: graph 2.7; the captured answers carry no Location, whatever the general text promises. */
function deadToken({ stream, generation }: Token, switches: Switches): GraphFault {
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

function nextRound(token: Token, switches: Switches): RoundPosition {
  const replayFrom = switches.replay === 'lastRound' ? token.roundStart : token.position;
  return { position: replayFrom, roundStart: token.position, replayFrom, page: 0, served: 0 };
}

function page(
  backend: Backend,
  call: Call,
  collection: DeltaCollection,
  stream: Stream,
  at: RoundPosition,
): Answer {
  const { switches } = backend;
  const query = JSON.parse(stream.query) as StreamQuery;
  const feed = collection.feed(stream, new Map(Object.entries(query.options)));
  const left = query.top === undefined ? Infinity : query.top - at.served;
  const size = Math.min(call.request.preferences.maxPageSize ?? switches.defaultPageSize, left);
  const isEmptyPage = switches.emptyPageEvery > 0 && at.page % switches.emptyPageEvery === 0;
  const changes = isEmptyPage ? [] : feed.changesSince(at.position, size + 1);
  const { rows, taken, served } = fill(changes, size, at);
  const capped = served >= left;
  const done = !isEmptyPage && (capped || taken === changes.length);
  const position = changes[taken - 1]?.position ?? at.position;
  const surprises = isEmptyPage ? [] : surpriseRows(feed, at, collection.entity, switches);
  const cutOff = capped && switches.deltaTopRest === 'lost';
  const next: StreamPosition = {
    kind: done ? 'delta' : 'skip',
    position: cutOff ? Math.max(position, backend.contacts.head()) : position,
    roundStart: at.roundStart,
    replayFrom: at.replayFrom,
    page: at.page + 1,
    served: at.served + served,
  };
  const link = `${graphBase}/${stream.path}?$${next.kind}token=${backend.streams.issue(stream, next, switches.generationsKept)}`;
  return json(200, {
    '@odata.context': `${graphBase}/$metadata#Collection(${collection.entity})`,
    [done ? '@odata.deltaLink' : '@odata.nextLink']: link,
    value: [...surprises, ...rows],
  });
}

/** Takes changes until `size` rows are reached; the rows of one change stay together (spec: graph 3.6 line 5). */
function fill(
  changes: readonly Change[],
  size: number,
  at: RoundPosition,
): { readonly rows: readonly Row[]; readonly taken: number; readonly served: number } {
  const rows: Row[] = [];
  let taken = 0;
  let served = 0;
  for (const change of changes) {
    if (served >= size) break;
    const own = change.rows(at);
    rows.push(...own);
    // A change that is not reported counts as one that is: the page ends where it would have ended with it.
    served += Math.max(1, own.length);
    taken++;
  }
  return { rows, taken, served };
}

/** Rows that a sync program must survive: repeats of the page before, and removals of ids that never were. */
function surpriseRows(feed: Feed, at: RoundPosition, entity: string, switches: Switches): readonly Row[] {
  const { duplicateRows, unknownRemovals } = switches;
  const repeated =
    at.page === 0 || duplicateRows === 0 ? [] : feed.repeat(at.replayFrom, at.position, duplicateRows);
  const unknown = at.page === 0 ? unknownRemovals : 0;
  return [
    ...Array.from({ length: unknown }, (_, index) => removalRow(entity, feed.unknownId(index), switches)),
    ...repeated,
  ];
}

/** `{id, "@removed": {reason}}`. */
export function removalRow(entity: string, id: string, switches: Switches): Row {
  return {
    '@odata.type': `#microsoft.graph.${entity}`,
    id,
    '@removed': { reason: switches.removedReason },
  };
}
