/** Joins the records of a session that no pair joins yet: reads what the pure matching needs from the store. */
import type { Fields, IdentityKeys, Side } from '../../datasets/index.ts';
import type { Folder } from '../store/folders.ts';
import type { NewItem } from '../store/changes.ts';
import { breathe } from './clock.ts';
import type { SessionContext } from './context.ts';
import { parseFields, shortHash } from './digest.ts';
import { matchByContent, matchByIdentity, type Content, type Identity, type Matched } from './matching.ts';

export interface MatchOptions {
  readonly folder: Folder;
  readonly session: number;
  /** A fast sync joins only what is equal; a person may well have added two of one name on purpose. */
  readonly kind: 'first' | 'fast' | 'slow';
}

/** Which unpaired records are the same on both sides. */
export interface Matches {
  readonly joined: readonly { readonly clientId: string; readonly item: NewItem }[];
  readonly devices: ReadonlySet<string>;
  readonly items: ReadonlySet<string>;
  /** Half pairs that are taken up by a joined record. */
  readonly pairs: readonly number[];
}

/** Lets others have their turn in between. Rejects with the reason of the session's signal. */
export async function matchUnpaired(
  context: SessionContext,
  options: MatchOptions,
  devices: readonly string[],
  items: readonly NewItem[],
): Promise<Matches> {
  // At a first sync with an empty side there is nothing to compare, and nothing is worth a hash.
  const all = devices.length === 0 || items.length === 0 ? [] : await match(context, options, devices, items);
  const byId = new Map(items.map((item) => [item.id, item]));
  const joined = all.flatMap(({ device, mailbox }) => {
    const item = byId.get(mailbox);
    return item === undefined ? [] : [{ clientId: device, item }];
  });
  return {
    joined,
    devices: new Set(all.map(({ device }) => device)),
    items: new Set(all.map(({ mailbox }) => mailbox)),
    pairs: joined.flatMap(({ item }) => (item.pair === null ? [] : [item.pair])),
  };
}

async function match(
  context: SessionContext,
  options: MatchOptions,
  devices: readonly string[],
  items: readonly NewItem[],
): Promise<readonly Matched[]> {
  const { definition } = context;
  const contentOf = (id: string, fields: Fields): Content => ({
    id,
    match: shortHash(definition.matchText(fields)),
  });
  const equal = matchByContent(
    await inChunks(context.signal, devices, (part) => deviceRecords(context, options, part, contentOf)),
    await inChunks(context.signal, items, (part) => itemRecords(context, part, contentOf)),
  );
  if (options.kind === 'fast') return equal;
  const identityOf = (id: string, fields: Fields): Identity | undefined => {
    const ident = definition.identity(fields)?.key;
    return ident === undefined ? undefined : { id, ident: shortHash(ident) };
  };
  const matchedDevices = new Set(equal.map(({ device }) => device));
  const matchedItems = new Set(equal.map(({ mailbox }) => mailbox));
  const left = devices.filter((id) => !matchedDevices.has(id));
  const right = items.filter(({ id }) => !matchedItems.has(id));
  const same = matchByIdentity(
    await inChunks(context.signal, left, (part) => deviceRecords(context, options, part, identityOf)),
    await inChunks(context.signal, right, (part) => itemRecords(context, part, identityOf)),
    identityReader(context, options),
  );
  return [...equal, ...same];
}

/** Records whose keys are made at once. */
const CHUNK = 500;

type KeyOf<T> = (id: string, fields: Fields) => T | undefined;

function deviceRecords<T>(
  context: SessionContext,
  options: MatchOptions,
  ids: readonly string[],
  keyOf: KeyOf<T>,
): T[] {
  const records = context.store.collected.records(options.session, ids);
  return ids.flatMap((id) => keyed(id, records.get(id)?.fields, keyOf));
}

function itemRecords<T>(context: SessionContext, part: readonly NewItem[], keyOf: KeyOf<T>): T[] {
  const stored = context.store.folders.items(part.map(({ number }) => number));
  return part.flatMap(({ id, number }) => keyed(id, stored.get(number)?.fields, keyOf));
}

function keyed<T>(id: string, json: string | null | undefined, keyOf: KeyOf<T>): T[] {
  const key = json === null || json === undefined ? undefined : keyOf(id, parseFields(json));
  return key === undefined ? [] : [key];
}

async function inChunks<T, R>(
  signal: AbortSignal,
  values: readonly T[],
  work: (part: readonly T[]) => readonly R[],
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < values.length; start += CHUNK) {
    results.push(...work(values.slice(start, start + CHUNK)));
    await breathe();
    signal.throwIfAborted();
  }
  return results;
}

function identityReader(
  context: SessionContext,
  options: MatchOptions,
): (side: Side, id: string) => IdentityKeys | undefined {
  const { store, definition } = context;
  const cache = new Map<string, IdentityKeys | undefined>();
  return (side, id) => {
    const key = `${side} ${id}`;
    if (!cache.has(key)) {
      const json =
        side === 'device'
          ? store.collected.get(options.session, id)?.fields
          : store.folders.item(options.folder, id)?.fields;
      cache.set(
        key,
        json === undefined || json === null ? undefined : definition.identity(parseFields(json)),
      );
    }
    return cache.get(key);
  };
}
