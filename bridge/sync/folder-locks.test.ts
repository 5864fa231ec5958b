import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FolderLocks } from './folder-locks.ts';

const never = new AbortController().signal;

describe('the lock of a folder', () => {
  it('lets one work at a time, in the order in which they came, whatever became of the one before', async () => {
    const locks = new FolderLocks();
    const order: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      await delay(1);
      order.push(`${name} ends`);
      if (name === 'first') throw new Error('failed');
    };
    const all = ['first', 'second', 'third'].map((name) =>
      locks.run(1, work(name), { signal: never, onWait: () => undefined }),
    );
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(order).toEqual(['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('does not hold up other folders, and tells who waits that they do', async () => {
    const locks = new FolderLocks();
    const waits: number[] = [];
    let finish = (): void => undefined;
    const first = locks.run(1, () => new Promise<void>((resolve) => (finish = resolve)), {
      signal: never,
      onWait: () => waits.push(0),
    });
    await locks.run(2, () => Promise.resolve(), { signal: never, onWait: () => waits.push(1) });
    const second = locks.run(1, () => Promise.resolve('done'), {
      signal: never,
      onWait: () => waits.push(2),
    });
    await delay(1);
    expect(waits).toEqual([2]);
    finish();
    await first;
    expect(await second).toBe('done');
  });

  it('[SYNC-20] is not waited for by a sync that was cancelled, and the next one does not pass the one that works', async () => {
    const locks = new FolderLocks();
    let finish = (): void => undefined;
    let begun = 0;
    const first = locks.run(1, () => new Promise<void>((resolve) => (finish = resolve)), {
      signal: never,
      onWait: () => undefined,
    });
    const cancel = new AbortController();
    const work = (): Promise<void> => {
      begun += 1;
      return Promise.resolve();
    };
    const cancelled = locks.run(1, work, { signal: cancel.signal, onWait: () => undefined });
    const third = locks.run(1, work, { signal: never, onWait: () => undefined });
    cancel.abort(new Error('cancelled'));
    await expect(cancelled).rejects.toThrow('cancelled');
    await delay(1);
    expect(begun).toBe(0);
    finish();
    await Promise.all([first, third]);
    expect(begun).toBe(1);
  });
});
