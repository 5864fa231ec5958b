import { describe } from 'vitest';
import { survives } from './fault-test.ts';
import { hostFaults } from './host-faults.ts';
import { mailboxFaults } from './mailbox-faults.ts';

describe('R1, R15 Outlook’s side', () => {
  survives('the host killed in a first sync', (run) =>
    hostFaults(run, 'first', ['kill-before', 'kill-after']),
  );
  survives('the host killed in a later sync', (run) =>
    hostFaults(run, 'later', ['kill-before', 'kill-after']),
  );
  survives('calls of the host repeated, late, and without an answer', (run) =>
    hostFaults(run, 'later', ['lose-answer', 'twice', 'late']),
  );
  survives('the mailbox failing in a first sync', (run) =>
    mailboxFaults(run, 'first', ['429', 'reset', 'lost answer']),
  );
  survives('the mailbox failing in a later sync', (run) => mailboxFaults(run, 'later'));
});
