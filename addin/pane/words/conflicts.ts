/** A conflict in words, and its choices. */
import type { Conflict, ConflictChoice } from '../../../contract/conflicts.ts';
import { choiceNames } from './terms.ts';

/** What happened. */
export function conflictText({ kind, removedOn }: Conflict): string {
  if (kind === 'field') return 'Changed differently on both sides.';
  return removedOn === 'device'
    ? 'Removed on the device, changed in Outlook since.'
    : 'Removed in Outlook, changed on the device since.';
}

/** How it stands; empty while it is open. */
export function conflictStateText({ state, winner, choice }: Conflict): string {
  switch (state) {
    case 'open':
      return '';
    case 'settled':
      return `Settled by the policy: ${winner === null ? 'both were kept' : `${choiceNames[winner]} was kept`}.`;
    case 'decided':
      return `Decided: ${choice === null ? '' : choiceNames[choice]}. The next sync carries it out.`;
    case 'done':
      return `Carried out: ${choice === null ? '' : choiceNames[choice]}.`;
    case 'void':
      return 'Over: both sides agree by now, or the record has gone.';
  }
}

export interface ChoiceWords {
  readonly choice: ConflictChoice;
  readonly label: string;
}

/** What can be chosen now; nothing once it is over. */
export function choicesOf(conflict: Conflict): readonly ChoiceWords[] {
  const { kind, removedOn, state, winner } = conflict;
  if (state === 'done' || state === 'void') return [];
  const all: readonly ChoiceWords[] =
    kind === 'field'
      ? [
          { choice: 'device', label: 'Use the device’s' },
          { choice: 'mailbox', label: 'Use Outlook’s' },
          { choice: 'both', label: 'Keep both' },
        ]
      : [
          { choice: removedOn === 'device' ? 'mailbox' : 'device', label: 'Keep the changed record' },
          { choice: removedOn === 'device' ? 'device' : 'mailbox', label: 'Remove it on both sides' },
        ];
  // What a policy has chosen already is not offered again.
  return state === 'settled' ? all.filter(({ choice }) => choice !== winner) : all;
}
