import { describe, expect, it } from 'vitest';
import { errorCatalogue, SyncError, type ErrorCode } from '../../contract/errors.ts';
import type { Job } from '../../contract/job.ts';
import { sampleJob } from '../../test/support/sample-job.ts';
import * as notes from './notes.ts';

const session = sampleJob.sessions[0]!;
const none = { created: 0, updated: 0, removed: 0 };
const ended = (change: Partial<typeof session>): Job => ({
  ...sampleJob,
  state: 'ok',
  sessions: [{ ...session, device: none, mailbox: none, conflicts: 0, lines: [], ...change }],
});

describe('what the Sync button says', () => {
  it.each([
    [ended({}), 'Synced: nothing had changed.'],
    [ended({ device: { created: 9, updated: 2, removed: 1 } }), 'Synced: 12 changes to the device.'],
    [
      ended({ device: { ...none, created: 1 }, mailbox: { ...none, removed: 3 }, conflicts: 1 }),
      'Synced: 1 change to the device, 3 changes to Outlook, 1 conflict.',
    ],
  ])('counts what was done', (job, text) => {
    expect(notes.outcomeNote(job)).toEqual({ kind: 'information', text });
  });

  it('tells a failure of one dataset although the others went well', () => {
    const error = { code: 'link.lost', message: 'The connection was lost.', remedy: 'Reconnect it.' };
    expect(notes.outcomeNote(ended({ error }))).toEqual({
      kind: 'error',
      text: 'The connection was lost. Reconnect it.',
    });
  });

  it('tells how far a sync is, and that it asks something', () => {
    const running: Job = { ...sampleJob, state: 'running', endedAt: null, sessions: [] };
    const progress = { dataset: 'contacts', phase: 'applying', done: 3, total: 12, text: 'writing' } as const;
    expect(notes.outcomeNote({ ...running, progress })).toEqual({
      kind: 'progress',
      text: 'Syncing contacts: writing (3 of 12)',
    });
    const question = {
      id: 'q',
      kind: 'removals',
      dataset: 'contacts',
      side: 'mailbox',
      reason: 'empty',
      count: 5,
      pairs: 5,
      labels: [] as string[],
      until: '2026-11-26T12:00:00Z',
    } as const;
    expect(notes.progressNote({ ...running, question }).text).toContain('asks a question');
  });

  it('sends to the pane what a person has to do', () => {
    expect(notes.problemNote(new SyncError('api.unauthorized'))).toBe(notes.NOT_PAIRED);
    expect(notes.problemNote(new SyncError('mailbox.signed-out'))).toBe(notes.SIGN_IN);
  });

  it('fits into the line that Outlook shows', () => {
    const own = Object.values(notes).filter((note) => typeof note === 'object');
    for (const { text } of own) expect(text.length).toBeLessThanOrEqual(150);
  });

  it('says at least what happened, where the remedy does not fit', () => {
    const codes = (Object.keys(errorCatalogue) as ErrorCode[]).filter((code) => !code.startsWith('loss.'));
    for (const code of codes)
      expect(notes.problemNote(new SyncError(code)).text.slice(0, 150)).toMatch(/\.( |$)/);
  });
});
