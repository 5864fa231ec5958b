import { describe, expect, it } from 'vitest';
import type { BridgeEvent, Status } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import type { Job } from '../../contract/job.ts';
import type { Clock } from '../outlook/graph/clock.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { sampleJob } from '../../test/support/sample-job.ts';
import * as notes from './notes.ts';
import { HELD_MS, LIFE_MS, SYNC_BUTTON, SyncCommand, type SyncCommandParts } from './sync-command.ts';

const running: Job = { ...sampleJob, state: 'running', endedAt: null, sessions: [] };
const neo = { name: 'Neo', link: 'tcp 10.0.0.1:4245', state: 'connected', lastSync: '2026-11-25T10:00:00Z' };
const host = (label: string) => ({ label, mailbox: 'ada@x.example', datasets: [] });

/** A button whose bridge tells what the test says, and whose time passes when the test says so. */
function stand(hosts: readonly string[] = []) {
  const time = new ManualClock();
  const clock: Clock = {
    now: () => time.now(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const cancel = time.after(ms, resolve);
        signal.addEventListener('abort', () => {
          cancel();
          reject(new SyncError('sync.cancelled'));
        });
      }),
  };
  const said: string[] = [];
  let job: Job | null = null;
  let served = 0;
  const queue: BridgeEvent[] = [];
  let wake = (): void => undefined;
  const bridge = {
    status: () =>
      Promise.resolve({
        devices: [neo],
        hosts: [...hosts, ...(served > 0 ? [SYNC_BUTTON] : [])].map(host),
        job,
      } as unknown as Status),
    startSync: () => {
      job = running;
      return Promise.resolve(running.id);
    },
    job: () => Promise.resolve(job ?? running),
    async *events(signal: AbortSignal) {
      for (;;) {
        for (const event of queue.splice(0)) yield event;
        await new Promise<void>((resolve, reject) => {
          wake = resolve;
          signal.addEventListener('abort', () => reject(new SyncError('sync.cancelled')));
        });
      }
    },
  } as unknown as SyncCommandParts['bridge'];
  const command = new SyncCommand({
    office: { notify: (note) => Promise.resolve(said.push(note.text) > 0) },
    bridge,
    isPaired: () => true,
    serve: async (show, signal) => {
      served += 1;
      show({ kind: 'attached', mailbox: 'ada@x.example' });
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      served -= 1;
    },
    clock,
  });
  let completed = 0;
  return {
    said,
    pass: (ms: number) => time.advance(ms),
    click: (page = new AbortController()) => command.click(() => (completed += 1), page.signal),
    tell: (next: Job) => {
      job = next;
      queue.push({ event: 'job', job: next });
      wake();
    },
    get completed() {
      return completed;
    },
    get served() {
      return served;
    },
  };
}

describe('the Sync button whose page lives less long than the sync', () => {
  it('says at last where the sync is to be seen, in place of the last line of progress', async () => {
    const button = stand(['task pane']);
    button.click();
    await button.pass(HELD_MS);
    expect(button.completed).toBe(1);
    const progress = { dataset: 'contacts', phase: 'applying', done: 3, total: 12, text: 'writing' } as const;
    button.tell({ ...running, progress });
    await button.pass(LIFE_MS - HELD_MS - 1);
    expect(button.said.at(-1)).toBe('Syncing contacts: writing (3 of 12)');
    await button.pass(1);
    expect(button.said.at(-1)).toBe(notes.GOES_ON_IN_BRIDGE.text);
    expect(button.completed).toBe(1);
  });

  it('asks for the pane where nobody else serves the mailbox, which it leaves', async () => {
    const button = stand();
    button.click();
    await button.pass(LIFE_MS - 1);
    expect(button.served).toBe(1);
    await button.pass(1);
    expect(button.served).toBe(0);
    expect(button.said.at(-1)).toBe(notes.NEEDS_PANE.text);
  });

  it('says what is asked, where the sync waits for an answer', async () => {
    const button = stand(['task pane']);
    button.click();
    await button.pass(1);
    const question = { id: 'q', kind: 'removals', count: 5 } as unknown as NonNullable<Job['question']>;
    button.tell({ ...running, question });
    await button.pass(LIFE_MS);
    expect(button.said.at(-1)).toContain('The sync asks a question.');
  });

  it('says nothing more once the page itself has gone, nor after a sync that ended in time', async () => {
    const gone = stand(['task pane']);
    const page = new AbortController();
    gone.click(page);
    await gone.pass(HELD_MS);
    const lines = gone.said.length;
    page.abort();
    await gone.pass(LIFE_MS);
    expect(gone.said).toHaveLength(lines);

    const ended = stand();
    ended.click();
    await ended.pass(1);
    ended.tell(sampleJob);
    await ended.pass(LIFE_MS);
    expect(ended.said.at(-1)).toMatch(/^Synced: /);
    expect(ended.completed).toBe(1);
  });
});
