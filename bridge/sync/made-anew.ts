/**
 * Finds the records that one side has removed and made anew under another id: an address book read in again, records put
 * back from another device. They stay the records that they were, so that none of it counts as a removal and nothing is
 * made twice (spec: sync engine, G2, G6).
 */
import type { IdentityKeys } from '../../datasets/index.ts';
import type { NewItem, Widowed } from '../store/changes.ts';
import type { Pair, Partnership } from '../store/partnerships.ts';
import { breathe } from './clock.ts';
import type { SessionContext } from './context.ts';
import { parseFields, shortHash } from './digest.ts';
import { isDouble } from './doubles.ts';
import type { MatchOptions } from './match-unpaired.ts';
import { matchByContent, matchByIdentity } from './matching.ts';

/** The ids that pairs go on under. */
export interface MadeAnew {
  readonly clientIds: ReadonlyMap<number, string>;
  readonly itemIds: ReadonlyMap<number, string>;
}

/** `devices` and `items`: the records that no pair joins yet. Rejects with the reason of the session's signal. */
export async function findMadeAnew(
  context: SessionContext,
  options: MatchOptions & { readonly partnership: Partnership },
  devices: readonly string[],
  items: readonly NewItem[],
): Promise<MadeAnew> {
  if (devices.length === 0 && items.length === 0) return { clientIds: new Map(), itemIds: new Map() };
  const { store } = context;
  const { folder, session, partnership, kind } = options;
  const widowed = store.changes.widowed(partnership, session, kind !== 'fast');
  const on = (side: Widowed['side']): readonly Widowed[] => widowed.filter((each) => each.side === side);
  const [lostDevices, lostItems] = [on('device'), on('mailbox')];
  const newItems = items.filter(({ pair }) => pair === null).map(({ id }) => id);
  const clientIds = await match(
    context,
    lostDevices,
    devices,
    (id) => store.collected.get(session, id)?.fields,
  );
  const itemIds = await match(context, lostItems, newItems, (id) => {
    const item = store.folders.item(folder, id);
    return item === undefined || isDouble(context, folder, item) ? undefined : item.fields;
  });
  return {
    clientIds: backTo(clientIds, lostItems, itemIds),
    itemIds: backTo(itemIds, lostDevices, clientIds),
  };
}

/** Without the pairs that have lost the other side's record too, and got no other for it: those are no pairs any more. */
function backTo(
  ids: ReadonlyMap<number, string>,
  lostThere: readonly Widowed[],
  foundThere: ReadonlyMap<number, string>,
): ReadonlyMap<number, string> {
  const lost = new Set(lostThere.map(({ pair }) => pair));
  return new Map([...ids].filter(([pair]) => !lost.has(pair) || foundThere.has(pair)));
}

/** The pair under the id that its record has now. */
export function underNewId(pair: Pair, { clientIds, itemIds }: MadeAnew): Pair {
  const [clientId, itemId] = [clientIds.get(pair.id), itemIds.get(pair.id)];
  if (clientId === undefined && itemId === undefined) return pair;
  return { ...pair, clientId: clientId ?? pair.clientId, itemId: itemId ?? pair.itemId };
}

/** Lets others have their turn after so many records. */
const CHUNK = 200;

interface Told {
  readonly id: string;
  readonly match: string;
  /** Hash of the identity key; undefined: nothing tells who it is. */
  readonly ident: string | undefined;
}

/**
 * New ids of one side's records by their pair: first by equal content, then by what identifies them, without guessing. To the
 * matching the pairs stand where else the device's records do.
 */
async function match(
  context: SessionContext,
  widowed: readonly Widowed[],
  newIds: readonly string[],
  read: (id: string) => string | null | undefined,
): Promise<ReadonlyMap<number, string>> {
  if (widowed.length === 0 || newIds.length === 0) return new Map();
  const bases = new Map(widowed.map(({ pair, base }) => [String(pair), base]));
  const lost = await toldOf(context, [...bases.keys()], (id) => bases.get(id));
  const found = await toldOf(context, newIds, read);
  const equal = matchByContent(lost, found);
  const matched = new Set(equal.flatMap(({ device, mailbox }) => [`pair ${device}`, mailbox]));
  const keysOf = (side: 'device' | 'mailbox', id: string): IdentityKeys | undefined => {
    const json = side === 'device' ? bases.get(id) : read(id);
    return typeof json === 'string' ? context.definition.identity(parseFields(json)) : undefined;
  };
  const same = matchByIdentity(
    identified(lost.filter(({ id }) => !matched.has(`pair ${id}`))),
    identified(found.filter(({ id }) => !matched.has(id))),
    keysOf,
  );
  return new Map([...equal, ...same].map(({ device, mailbox }) => [Number(device), mailbox]));
}

async function toldOf(
  { definition, signal }: SessionContext,
  ids: readonly string[],
  read: (id: string) => string | null | undefined,
): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const [index, id] of ids.entries()) {
    if (index % CHUNK === CHUNK - 1) {
      await breathe();
      signal.throwIfAborted();
    }
    const json = read(id);
    if (json === null || json === undefined) continue;
    const fields = parseFields(json);
    const key = definition.identity(fields)?.key;
    told.push({
      id,
      match: shortHash(definition.matchText(fields)),
      ident: key === undefined ? undefined : shortHash(key),
    });
  }
  return told;
}

function identified(told: readonly Told[]): readonly { readonly id: string; readonly ident: string }[] {
  return told.flatMap(({ id, ident }) => (ident === undefined ? [] : { id, ident }));
}
