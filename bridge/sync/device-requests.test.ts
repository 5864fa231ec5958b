import { describe, expect, it } from 'vitest';
import type { DeviceNotice } from '../../contract/device.ts';
import type { StartRequest } from '../../contract/job.ts';
import { DeviceRequests } from './device-requests.ts';
import { doneText } from './device-words.ts';

function bench({ hosts = 1, running }: { hosts?: number; running?: string } = {}) {
  const started: StartRequest[] = [];
  const cancelled: (string | undefined)[] = [];
  const notices: DeviceNotice[] = [];
  let now = 1_000_000;
  const requests = new DeviceRequests({
    manager: {
      start: (request) => (started.push(request), 'job'),
      cancel: (job) => cancelled.push(job) > 0,
      runningJob: () => running,
    },
    clock: { now: () => now },
    hasHost: () => hosts > 0,
    log: () => undefined,
  });
  const ask = (request: 'startSync' | 'cancelSync'): void =>
    requests.handle('phone', request, { notify: (notice) => notices.push(notice) });
  return { ask, started, cancelled, notices, pass: (ms: number) => (now += ms) };
}
const told = (text: string): unknown => ({
  kind: 'displayText',
  text: expect.stringContaining(text) as string,
});

describe('a device whose owner presses Sync', () => {
  it('[WIRE-20] gets a run that nobody at the PC is asked about', () => {
    const { ask, started, notices } = bench();
    ask('startSync');
    expect(started).toEqual([{ device: 'phone', attended: false }]);
    expect(notices).toEqual([]);
  });

  it('[WIRE-21] is told in words that no Outlook host is attached', () => {
    const { ask, started, notices } = bench({ hosts: 0 });
    ask('startSync');
    expect(started).toEqual([]);
    expect(notices).toEqual([told('No Outlook add-in is attached.')]);
  });

  it('[WIRE-21] is told that a sync runs already, whoever started it', () => {
    const { ask, started, notices } = bench({ running: 'job 7' });
    ask('startSync');
    expect(started).toEqual([]);
    expect(notices).toEqual([told('A sync with this device is running already.')]);
  });

  it('is heard once, however fast the button is pressed', () => {
    const { ask, started, pass } = bench();
    for (let n = 0; n < 100; n += 1) ask('startSync');
    expect(started).toHaveLength(1);
    pass(500);
    ask('startSync');
    expect(started).toHaveLength(2);
  });
});

describe('a device whose owner presses Cancel', () => {
  it('[WIRE-22] ends its own run', () => {
    const { ask, cancelled } = bench({ running: 'job 7' });
    ask('cancelSync');
    expect(cancelled).toEqual(['job 7']);
  });

  it('is told that there is none', () => {
    const { ask, cancelled, notices } = bench();
    ask('cancelSync');
    expect(cancelled).toEqual([]);
    expect(notices).toEqual([told('No sync is running.')]);
  });
});

describe('the words for a dataset that is done', () => {
  const none = { created: 0, updated: 0, removed: 0 };
  it.each([
    [{ device: none, mailbox: none, conflicts: 0 }, 'tasks: nothing to do'],
    [
      { device: { ...none, created: 2 }, mailbox: { ...none, removed: 1 }, conflicts: 1 },
      'tasks: 2 here, 1 in Outlook, 1 conflict',
    ],
    [{ device: none, mailbox: none, conflicts: 3 }, 'tasks: 3 conflicts'],
  ])('tell what was done where', (counts, text) => {
    const report = { dataset: 'tasks', ...counts } as unknown as Parameters<typeof doneText>[0];
    expect(doneText(report)).toBe(text);
  });
});
