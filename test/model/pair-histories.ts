/**
 * Random histories of one pair through the planner alone: people change or remove either side, plans are made by any policy
 * and mode, and carried out, refused or rolled back (spec: sync engine, G1 and G3).
 */
import fc from 'fast-check';
import type { Policy } from '../../contract/settings.ts';
import { contacts, diffFields, type Fields, type Side } from '../../datasets/index.ts';
import { toStep } from '../../bridge/sync/draft.ts';
import { planPair, UNDECIDED, type PairPlan, type PlanRules } from '../../bridge/sync/plan-pair.ts';
import { sideInputs, type KnownSide } from '../../bridge/sync/side-state.ts';
import { settleStep, type DeviceFate, type Owed } from '../../bridge/sync/step.ts';

type Mode = PlanRules['mode'];

const fields: fc.Arbitrary<Fields> = fc
  .record(
    {
      FirstName: fc.constantFrom('Ada', 'Bo'),
      JobTitle: fc.constantFrom('Analyst', 'Pilot', 'Cook'),
      'PhoneNumbers/HomePhone': fc.constantFrom('1', '2'),
      'Categories/work': fc.constant('Work'),
      EmailAddresses: fc.uniqueArray(fc.constantFrom('a@x', 'b@x', 'c@x'), { minLength: 1 }),
    },
    { requiredKeys: ['FirstName'] },
  )
  .map((record) => record as Fields);

type Deed =
  | { readonly deed: 'edit'; readonly side: Side; readonly to: Fields }
  | { readonly deed: 'remove'; readonly side: Side }
  | {
      readonly deed: 'sync';
      readonly policy: Policy;
      readonly mode: Mode;
      readonly device: DeviceFate;
      readonly mailbox: boolean;
    };

const side = fc.constantFrom<Side>('device', 'mailbox');
const policy = fc.constantFrom<Policy>('device', 'outlook', 'newest', 'keep-both', 'ask');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ deed: fc.constant('edit' as const), side, to: fields }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('remove' as const), side }) },
  {
    weight: 4,
    arbitrary: fc.record({
      deed: fc.constant('sync' as const),
      policy,
      mode: fc.constantFrom<Mode>('two-way', 'two-way', 'to-device', 'to-mailbox', 'add-only'),
      device: fc.constantFrom<DeviceFate>('done', 'done', 'rolled-back', 'refused'),
      mailbox: fc.boolean(),
    }),
  },
);

/** What is stored of the pair, and what the sides really hold. */
interface PairState {
  readonly base: Readonly<Record<Side, Fields | undefined>>;
  readonly owed: Readonly<Record<Side, Owed | null>>;
  readonly held: Readonly<Record<Side, Fields | undefined>>;
}

function knownSide({ base, owed, held }: PairState, name: Side): KnownSide {
  const now = held[name];
  const known = base[name];
  const reported: KnownSide['reported'] =
    now !== undefined
      ? { kind: 'record', fields: now }
      : known === undefined
        ? { kind: 'silent' }
        : { kind: 'removed' };
  return { base: known, owed: owed[name], reported };
}

function planOf(
  state: PairState,
  rules: PlanRules,
): { readonly plan: PairPlan; readonly input: ReturnType<typeof sideInputs> } {
  const input = sideInputs(contacts, knownSide(state, 'device'), knownSide(state, 'mailbox'), 'bases');
  return { input, plan: planPair(contacts, { ...input, decisions: UNDECIDED }, rules) };
}

/** Carries a plan out as far as the fates let it, and stores what becomes of the pair. */
function carriedOut(state: PairState, rules: PlanRules, device: DeviceFate, mailbox: boolean): PairState {
  const { plan, input } = planOf(state, rules);
  const draft = {
    pair: null,
    clientId: 'client',
    item: null,
    input,
    plan,
    lines: [],
    unguarded: false,
    restore: null,
    cause: null,
  };
  const step = { ...toStep(contacts, 0, draft), itemId: 'item', newClientId: 'new' };
  // A device refuses only what it would have to make.
  const makes = plan.operations.device?.kind === 'create';
  const fate = device === 'refused' && !makes ? 'done' : device;
  const change = settleStep(step, { device: fate, mailbox });
  const after = (name: Side, done: boolean): Fields | undefined =>
    plan.operations[name] === undefined || !done ? state.held[name] : plan.after[name];
  const held = { device: after('device', fate === 'done'), mailbox: after('mailbox', mailbox) };
  if (change.kind === 'hold') return { ...state, held };
  if (change.kind === 'delete') return { base: NONE, owed: NOTHING, held };
  const parse = (json: string | null): Fields | undefined =>
    json === null ? undefined : (JSON.parse(json) as Fields);
  return {
    base: { device: parse(change.deviceBase), mailbox: parse(change.mailboxBase) },
    owed: { device: change.owedDevice, mailbox: change.owedMailbox },
    held,
  };
}

const NONE = { device: undefined, mailbox: undefined };
const NOTHING = { device: null, mailbox: null };

function perform(state: PairState, step: Deed): PairState {
  switch (step.deed) {
    case 'edit':
      // What a side no longer has nobody can edit there.
      return state.held[step.side] === undefined
        ? state
        : { ...state, held: { ...state.held, [step.side]: step.to } };
    case 'remove':
      return { ...state, held: { ...state.held, [step.side]: undefined } };
    case 'sync':
      return carriedOut(state, rulesOf(step.policy, step.mode), step.device, step.mailbox);
  }
}

function rulesOf(by: Policy, mode: Mode): PlanRules {
  return { policy: by, mode, removals: null, today: '2026-11-24' };
}

/** Throws what is not as it has to be at the end of a history. */
export function checkPairHistory(first: Fields, deeds: readonly Deed[], by: Policy): void {
  let state: PairState = {
    base: { device: first, mailbox: first },
    owed: NOTHING,
    held: { device: first, mailbox: first },
  };
  for (const step of deeds) state = perform(state, step);
  const rules = rulesOf(by, 'two-way');
  for (let round = 0; round < 3; round++) state = carriedOut(state, rules, 'done', true);
  const { plan } = planOf(state, rules);
  if (Object.keys(plan.operations).length > 0) {
    throw new Error(`does not come to rest: ${JSON.stringify({ state, plan })}`);
  }
  if (state.owed.device !== null || state.owed.mailbox !== null) {
    if (by === 'ask' || by === 'newest') return;
    throw new Error(`owes without an open conflict: ${JSON.stringify(state)}`);
  }
  const { device, mailbox } = state.held;
  if (
    device === undefined || mailbox === undefined
      ? device !== mailbox
      : diffFields(contacts, device, mailbox).length > 0
  ) {
    throw new Error(`the sides differ: ${JSON.stringify(state)}`);
  }
}

/** A failure prints the seed and path that replay it, and the history itself. */
export function checkPairHistories(numRuns: number): void {
  fc.assert(fc.property(fields, fc.array(deed, { minLength: 2, maxLength: 10 }), policy, checkPairHistory), {
    numRuns,
  });
}
