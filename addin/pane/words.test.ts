import { describe, expect, it } from 'vitest';
import type { Job } from '../../contract/job.ts';
import { SyncError } from '../../contract/errors.ts';
import { sampleJob, sampleSession } from '../../test/support/sample-job.ts';
import { deviceText, jobRemedy, jobText, mailboxText, progressShare, progressText } from './words.ts';

const job = (change: Partial<Job>): Job => ({ ...sampleJob, ...change });

describe('the result of a sync in words', () => {
  it('tells what was done to each side', () => {
    expect(jobText(sampleJob)).toBe(
      'Contacts: 2 created, 1 updated on the device, 3 removed in Outlook, 5 found on both sides, 1 conflict settled.',
    );
  });

  it('tells that nothing had changed', () => {
    const none = { created: 0, updated: 0, removed: 0 };
    const session = { ...sampleSession, device: none, mailbox: none, paired: 0, conflicts: 0 };
    expect(jobText(job({ sessions: [session] }))).toBe('Contacts: nothing had changed.');
  });

  it('tells why it failed and what to do', () => {
    const error = { code: 'link.lost', message: 'The connection was lost.', remedy: 'Reconnect.' };
    const failed = job({ state: 'failed', error });
    expect([jobText(failed), jobRemedy(failed)]).toEqual([
      'The last sync failed. The connection was lost.',
      'Reconnect.',
    ]);
    const partly = job({ sessions: [{ ...sampleSession, outcome: 'failed', error }] });
    expect([jobText(partly), jobRemedy(partly)]).toEqual([
      'Contacts: The connection was lost.',
      'Reconnect.',
    ]);
  });

  it('promises nothing after a cancel', () => {
    expect(jobText(job({ state: 'cancelled' }))).toContain('Nothing is half-applied');
  });
});

describe('progress', () => {
  const step = { dataset: 'contacts', phase: 'applying', text: 'writing', done: 3 } as const;
  it('has a share where the total is known, and none where it is not', () => {
    expect(progressShare({ ...step, total: 12 })).toBe(0.25);
    expect(progressShare({ ...step, total: 2 })).toBe(1);
    expect(progressShare({ ...step, total: null })).toBeNull();
    expect(progressShare({ ...step, total: 0 })).toBeNull();
  });

  it('counts in words', () => {
    expect(progressText({ ...step, total: 12 })).toBe('contacts: writing 3 of 12');
    expect(progressText({ ...step, total: null })).toBe('contacts: writing 3');
    expect(progressText({ ...step, dataset: '', done: 0, total: null })).toBe('writing');
  });
});

describe('states', () => {
  it('of a device: its problem, or how it is connected', () => {
    const device = {
      name: 'Neo',
      link: 'tcp 10.0.0.1:4245',
      state: 'waiting-for-allow',
      lastSync: null,
    } as const;
    expect(deviceText(device)).toBe('Neo (tcp 10.0.0.1:4245): waiting for Allow on the device');
    const problem = { code: 'link.refused', message: 'Nothing answers.', remedy: '' };
    expect(deviceText({ ...device, problem })).toContain('Nothing answers.');
  });

  it('of the mailbox: this page first, then another host, then why there is none', () => {
    const host = { label: 'headless', mailbox: 'anna', datasets: ['contacts'] };
    expect(mailboxText({ kind: 'attached', mailbox: 'anna' }, [host])).toBe('anna, served by this page');
    expect(mailboxText({ kind: 'none' }, [host])).toBe('anna, served by headless');
    const problem = new SyncError('mailbox.unavailable');
    expect(mailboxText({ kind: 'waiting', problem }, [])).toBe(problem.message);
  });
});
