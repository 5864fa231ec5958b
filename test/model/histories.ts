/** Random histories of the world (world.ts): people edit, sync, cut and reset in any order. */
import fc from 'fast-check';
import type { Policy } from '../../contract/settings.ts';
import { FIELDS, World, type DeviceName, type Party, type Trouble } from './world.ts';

const party = fc.constantFrom<Party>('phone', 'tablet', 'outlook');
const device = fc.constantFrom<DeviceName>('phone', 'tablet');
const call = fc.integer({ min: 1, max: 12 });

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Trouble>({ kind: 'none' }) },
  {
    weight: 2,
    arbitrary: fc
      .record({ call, when: fc.constantFrom('before' as const, 'after' as const) })
      .map((cut): Trouble => ({ kind: 'cut', cut })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ call, kind: fc.constantFrom('refused' as const, 'lost' as const, 'unknown' as const) })
      .map((fault): Trouble => ({ kind: 'mailbox', fault })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        write: fc.integer({ min: 1, max: 14 }),
        when: fc.constantFrom('before' as const, 'after' as const),
      })
      .map((at): Trouble => ({ kind: 'crash', at })),
  },
);

export type Deed =
  | { readonly deed: 'add'; readonly party: Party }
  | {
      readonly deed: 'edit';
      readonly party: Party;
      readonly nth: number;
      readonly field: (typeof FIELDS)[number];
    }
  | { readonly deed: 'remove'; readonly party: Party; readonly nth: number }
  | { readonly deed: 'remake'; readonly party: Party; readonly nth: number }
  | { readonly deed: 'sync'; readonly device: DeviceName; readonly trouble: Trouble; readonly slow: boolean }
  | { readonly deed: 'clock'; readonly device: DeviceName; readonly skew: number }
  | { readonly deed: 'reset'; readonly device: DeviceName; readonly keep: boolean }
  | { readonly deed: 'resolve'; readonly choice: 'device' | 'mailbox' | 'both' };

const nth = fc.nat(7);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ deed: fc.constant('add' as const), party }) },
  {
    weight: 6,
    arbitrary: fc.record({
      deed: fc.constant('edit' as const),
      party,
      nth,
      field: fc.constantFrom(...FIELDS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ deed: fc.constant('remove' as const), party, nth }) },
  { weight: 2, arbitrary: fc.record({ deed: fc.constant('remake' as const), party, nth }) },
  {
    weight: 8,
    arbitrary: fc.record({
      deed: fc.constant('sync' as const),
      device,
      trouble,
      slow: fc.nat(5).map((n) => n === 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      deed: fc.constant('clock' as const),
      device,
      // Steps back of less than a minute hide what is edited within them, which the weekly comparison finds.
      skew: fc.constantFrom(0, 90_000, -3_600_000, 315_360_000_000, -315_360_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('reset' as const), device, keep: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      deed: fc.constant('resolve' as const),
      choice: fc.constantFrom('device' as const, 'mailbox' as const, 'both' as const),
    }),
  },
);

export interface History {
  readonly policy: Policy;
  readonly deeds: readonly Deed[];
}

export const history: fc.Arbitrary<History> = fc.record({
  policy: fc.constantFrom<Policy>('device', 'outlook', 'newest', 'keep-both', 'ask'),
  deeds: fc.array(deed, { minLength: 4, maxLength: 18 }),
});

/** Lives through a history; rejects with what is not as it has to be. */
export async function live({ policy, deeds }: History): Promise<void> {
  const world = new World(policy);
  try {
    for (const step of deeds) {
      await perform(world, step);
      if (step.deed !== 'sync') continue;
      world.checkDoubles();
      world.checkNothingLost();
    }
    await world.checkConvergence();
    world.checkDoubles();
    world.checkNothingLost();
  } finally {
    world.close();
  }
}

async function perform(world: World, step: Deed): Promise<void> {
  switch (step.deed) {
    case 'add': {
      world.add(step.party);
      return;
    }
    case 'edit': {
      world.edit(step.party, step.nth, step.field);
      return;
    }
    case 'remove': {
      world.remove(step.party, step.nth);
      return;
    }
    case 'remake': {
      world.remake(step.party, step.nth);
      return;
    }
    case 'sync':
      await world.sync(step.device, step.trouble, step.slow ? { slow: true } : {});
      return;
    case 'clock': {
      world.setClock(step.device, step.skew);
      return;
    }
    case 'reset': {
      world.reset(step.device, step.keep);
      return;
    }
    case 'resolve': {
      world.resolveAll(step.choice);
      return;
    }
  }
}

/** A failure prints the seed and path that replay it, and the history itself. */
export async function checkHistories(numRuns: number, seed?: number): Promise<void> {
  await fc.assert(fc.asyncProperty(history, live), { numRuns, ...(seed !== undefined && { seed }) });
}
