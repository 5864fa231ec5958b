import { GraphFault } from '../protocol/fault.ts';
import type { ItemRow } from '../store/items.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';

/** Both ids of an item, for whatever the client works with. */
export interface ItemIds {
  readonly id: string;
  readonly immutableId: string;
}

export function bothIds({ ids }: MailboxInfo, row: ItemRow): ItemIds {
  return { id: ids.plain(row.id, row.place), immutableId: ids.immutable(row.id) };
}

/** Creates one item per seed; a GraphFault names the seed that is wrong. */
export function seedEach<Seed>(
  name: string,
  seeds: readonly Seed[],
  create: (seed: Seed) => ItemIds,
): ItemIds[] {
  return seeds.map((seed, index) => {
    try {
      return create(seed);
    } catch (error) {
      if (!(error instanceof GraphFault)) throw error;
      throw new GraphFault(error.status, error.code, `${name}[${index}]: ${error.message}`);
    }
  });
}
