/** Takes back from a plan what the scope does not send to the device (spec: sync engine, section 6). Pure. */
import type { PairInput, PairPlan } from './plan-pair.ts';

const OUT_OF_SCOPE =
  'No longer sent to the device: outside its window or its categories. It stays in Outlook.';

/**
 * The plan as far as the scope allows it; undefined: nothing is to be done or known. `sent`: whether the record, as it
 * will be in the mailbox, is sent to the device. `leaves`: whether it leaves the device for not being sent, which what the
 * device itself holds does not. `mayLeave`: whether the mode lets anything be taken off the device.
 */
export function inScope(
  plan: PairPlan,
  input: Pick<PairInput, 'device' | 'mailbox'>,
  scope: { readonly sent: boolean; readonly leaves: boolean; readonly mayLeave: boolean },
): PairPlan | undefined {
  const { device: after, mailbox } = plan.after;
  if (scope.sent || mailbox === undefined || after === undefined) return plan;
  // The device's value is nowhere else while nobody has decided.
  if (plan.disputes.some(({ winner }) => winner === null)) return plan;
  if (plan.operations.device?.kind === 'create' || !('fields' in input.device)) {
    if (input.mailbox.state === 'new') return undefined;
    return outside(plan, {});
  }
  const leaves = scope.leaves || input.mailbox.state === 'edited';
  return leaves && scope.mayLeave ? outside(plan, { device: { kind: 'remove' } }) : plan;
}

function outside(plan: PairPlan, device: Pick<PairPlan['operations'], 'device'>): PairPlan {
  const { mailbox } = plan.operations;
  return {
    ...plan,
    action: 'leave-scope',
    cell: { action: 'leave-scope', sentence: OUT_OF_SCOPE },
    operations: { ...device, ...(mailbox && { mailbox }) },
    after: { device: undefined, mailbox: plan.after.mailbox },
    open: { device: [], mailbox: [] },
    putBack: { device: [], mailbox: [] },
  };
}
