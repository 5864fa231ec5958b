/** Joins the records of a session that no pair joins yet: reads what the pure matching needs from the store. */
import type { IdentityKeys, Side } from '../../datasets/index.ts';
import type { CollectedRecord } from '../store/collected.ts';
import type { Folder } from '../store/folders.ts';
import type { NewItem } from '../store/partnerships.ts';
import type { SessionContext } from './context.ts';
import { parseFields } from './digest.ts';
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
  devices: readonly Omit<CollectedRecord, 'fields' | 'hash'>[],
  items: readonly NewItem[],
): Matches {
  const byId = new Map(items.map((item) => [item.id, item]));
  let left: readonly Unpaired[] = devices.map(({ clientId, match, ident }) => ({
    id: clientId,
    match,
    ident,
  }));
  let right: readonly Unpaired[] = items;
  const all: Matched[] = [];
  const take = (matched: readonly Matched[]): void => {
    all.push(...matched);
    const device = new Set(matched.map((pair) => pair.device));
    const mailbox = new Set(matched.map((pair) => pair.mailbox));
    left = left.filter(({ id }) => !device.has(id));
    right = right.filter(({ id }) => !mailbox.has(id));
  };
  take(matchByContent(left, right));
  if (options.kind !== 'fast') {
    const keys = identityReader(context, options);
    take(matchByIdentity(left, right, keys));
  }
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
