import { describe, expect, it } from 'vitest';
import type { DeviceStatus } from '../../../contract/api.ts';
import type { Job } from '../../../contract/job.ts';
import { job, neo, none, session } from '../../../test/support/pane-samples.ts';
import { jobText, jobTitle, jobWords } from './results.ts';

describe('a result in words', () => {
  it.each([
    [
      { device: { created: 10, updated: 2, removed: 0 }, mailbox: { ...none, removed: 3 }, conflicts: 1 },
      '12 changes to the device, 3 to Outlook, 1 conflict.',
    ],
    [{ mailbox: { ...none, updated: 1 } }, '1 change to Outlook.'],
    [{ paired: 1200, conflicts: 2 }, '1,200 found on both sides, 2 conflicts.'],
    [{}, 'Nothing to do: both sides are the same.'],
  ])('%j', (change, text) => {
    expect(jobText({ ...job, sessions: [{ ...session, ...change }] })).toBe(text);
  });

  it('of a preview says that nothing has been changed', () => {
    const sessions = [{ ...session, device: { ...none, created: 2 } }];
    expect(jobText({ ...job, kind: 'preview', sessions })).toBe(
      'A sync would make 2 changes to the device. Nothing has been changed yet.',
    );
  });

  it('tells an end with problems, a failure and a cancellation apart', () => {
    expect(jobTitle({ ...job, sessions: [{ ...session, outcome: 'failed' }] })).toBe(
      'Sync ended with problems',
    );
    expect(jobTitle({ ...job, state: 'failed' })).toBe('Sync did not finish');
    expect(jobText({ ...job, state: 'cancelled' })).toBe('Nothing is half-applied.');
  });
});

describe('a job that did not finish', () => {
  const error = { code: 'link.lost', message: 'The connection was lost.', remedy: 'Reconnect the device.' };
  const cut = { ...session, outcome: 'failed', error } as const;
  const failed: Job = { ...job, state: 'failed', error, sessions: [{ ...session, dataset: 'tasks' }, cut] };

  it('tells why and what to do once, not again at the dataset that it was at', () => {
    const { text, remedy, sessions } = jobWords(failed, [neo]);
    expect([text, remedy]).toEqual(['The connection was lost.', 'Reconnect the device.']);
    expect(sessions.map(({ name, text: own, error: told }) => [name, own, told])).toEqual([
      ['Tasks', 'No changes', undefined],
      ['Contacts', 'Did not finish', undefined],
    ]);
  });

  it('tells neither where it is told of the device itself', () => {
    const gone: DeviceStatus = { ...neo, state: 'disconnected', problem: error };
    expect(jobWords(failed, [gone])).toMatchObject({
      text: 'What stands in its way is told above.',
      remedy: '',
    });
    expect(jobWords(failed, [{ ...gone, problem: { ...error, code: 'link.refused' } }]).remedy).toBe(
      'Reconnect the device.',
    );
  });

  it('tells of a dataset that failed by itself', () => {
    const other = { ...cut, error: { ...error, code: 'device.dataset' } };
    expect(jobWords({ ...job, sessions: [other] }, [neo]).sessions[0]?.error?.code).toBe('device.dataset');
  });
});
