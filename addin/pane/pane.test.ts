import { afterEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import type { PageAccount } from '../auth/page-account.ts';
import { noSignIn } from '../auth/local-sign-in.ts';
import type { BridgeClient } from '../hosts/bridge-client.ts';
import { systemClock, type Clock } from '../outlook/graph/clock.ts';
import { createKeyStore } from './key-store.ts';
import { PaneCourse } from './pane.ts';

const account: PageAccount = { signIn: noSignIn(new SyncError('mailbox.not-configured')), mailbox: null };

const ending = new Set<() => void>();
afterEach(() => {
  for (const end of ending) end();
  ending.clear();
});

/** The course of a page whose place is known when `opened` settles; what the bridge is asked for is kept. */
function course(opened: Promise<PageAccount>, invite: string | null, clock: Clock = systemClock) {
  let label = 'page';
  const asked: string[] = [];
  const bridge = {
    hello: () => Promise.resolve({ outlook: {} }),
    pairStart: (name: string) => {
      asked.push(`code for ${name}`);
      return Promise.resolve({ pairing: 'p', secret: 's', code: 'ABCD-EFGH' });
    },
    pairClaim: () => Promise.resolve({ state: 'waiting' }),
    pairRedeem: (_invite: string, name: string) => {
      asked.push(`key for ${name}`);
      return Promise.resolve('key');
    },
    // The stream never opens: the course waits in it.
    events: () => ({
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    }),
  };
  const stop = new AbortController();
  ending.add(() => stop.abort());
  void new PaneCourse({
    bridge: bridge as unknown as BridgeClient,
    keys: createKeyStore(() => {
      throw new DOMException('', 'SecurityError');
    }),
    invite,
    label: () => label,
    openAccount: () => opened.finally(() => (label = 'task pane Outlook')),
    onLink: () => undefined,
    onEvent: () => undefined,
    onMailbox: () => undefined,
    clock,
  }).run(stop.signal);
  return asked;
}

describe('the pane’s course', () => {
  it('asks for a code, or trades its invitation, by where the page is, once that is known', async () => {
    for (const [invite, wanted] of [
      [null, 'code for task pane Outlook'],
      ['secret', 'key for task pane Outlook'],
    ] as const) {
      let open: (account: PageAccount) => void = () => undefined;
      const asked = course(new Promise((resolve) => (open = resolve)), invite);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(asked).toEqual([]);
      open(account);
      await expect.poll(() => asked).toEqual([wanted]);
    }
  });

  it('does not wait for that longer than a person would, nor where it cannot be known', async () => {
    const waits: number[] = [];
    const clock: Clock = {
      now: () => 0,
      sleep: (ms, signal) => {
        waits.push(ms);
        return waits.length === 1 ? Promise.resolve() : systemClock.sleep(ms, signal);
      },
    };
    const late = course(new Promise(() => undefined), null, clock);
    await expect.poll(() => late).toEqual(['code for page']);
    expect(waits[0]).toBeLessThanOrEqual(3000);
    const failed = course(Promise.reject(new SyncError('office.script')), null);
    await expect.poll(() => failed).toEqual(['code for task pane Outlook']);
  });
});
