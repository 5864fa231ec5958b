/** Joins the records of a session that no pair joins yet: reads what the pure matching needs from the store. */
import type { IdentityKeys, Side } from '../../datasets/index.ts';
import type { Folder } from '../store/folders.ts';
import type { NewItem } from '../store/partnerships.ts';
import type { SessionContext } from './context.ts';
import { parseFields, shortHash } from './digest.ts';
import { matchByContent, matchByIdentity, type Matched, type Unpaired } from './matching.ts';

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

export function matchUnpaired(
  context: SessionContext,
  options: MatchOptions,
  devices: readonly string[],
  items: readonly NewItem[],
): Matches {
  // At a first sync with an empty side there is nothing to compare, and nothing is worth a hash.
  const nothing = devices.length === 0 || items.length === 0;
  let left: readonly Unpaired[] = nothing ? [] : deviceKeys(context, options, devices);
  let right: readonly Unpaired[] = nothing ? [] : itemKeys(context, options, items);
  const all: Matched[] = [];
  const take = (matched: readonly Matched[]): void => {
    all.push(...matched);
    const device = new Set(matched.map((pair) => pair.device));
    const mailbox = new Set(matched.map((pair) => pair.mailbox));
    left = left.filter(({ id }) => !device.has(id));
    right = right.filter(({ id }) => !mailbox.has(id));
  };
  take(matchByContent(left, right));
  if (options.kind !== 'fast') take(matchByIdentity(left, right, identityReader(context, options)));
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

/** Records whose keys are made at once. */
const CHUNK = 500;

function deviceKeys(context: SessionContext, options: MatchOptions, ids: readonly string[]): Unpaired[] {
  return inChunks(ids, (part) => {
    const records = context.store.collected.records(options.session, part);
    return part.flatMap((id) => unpaired(context, id, records.get(id)?.fields));
  });
}

function itemKeys(context: SessionContext, options: MatchOptions, items: readonly NewItem[]): Unpaired[] {
  return inChunks(
    items.map(({ id }) => id),
    (part) => {
      const stored = context.store.folders.items(options.folder, part);
      return part.flatMap((id) => unpaired(context, id, stored.get(id)?.fields));
    },
  );
}

function unpaired({ definition }: SessionContext, id: string, json: string | null | undefined): Unpaired[] {
  if (json === null || json === undefined) return [];
  const fields = parseFields(json);
  const ident = definition.identity(fields)?.key;
  return [
    {
      id,
      match: shortHash(definition.matchText(fields)),
      ident: ident === undefined ? null : shortHash(ident),
    },
  ];
}

function inChunks<T, R>(values: readonly T[], work: (part: readonly T[]) => readonly R[]): R[] {
  const results: R[] = [];
  for (let start = 0; start < values.length; start += CHUNK) {
    results.push(...work(values.slice(start, start + CHUNK)));
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
