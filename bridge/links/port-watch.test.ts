import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Port } from '../../contract/api.ts';
import { watchPorts } from './port-watch.ts';

const port = (path: string): Port => ({
  path,
  description: '',
  vendorId: null,
  productId: null,
  serialNumber: null,
});

let ports: string[];
let listings: number;
let changes: { all: string[]; added: readonly string[] }[];
let stop: () => void;
const watch = (glance?: () => Promise<string | undefined>): void => {
  stop = watchPorts({
    list: async () => {
      listings += 1;
      if (ports.includes('broken')) throw new Error('no udev');
      return ports.map(port);
    },
    onChange: (now, added) => changes.push({ all: now.map(({ path }) => path), added }),
    glance: glance ?? (async () => undefined),
  });
};
beforeEach(() => {
  vi.useFakeTimers();
  ports = ['/dev/ttyS0'];
  listings = 0;
  changes = [];
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('ports that come and go', () => {
  test('are told of within two seconds', async () => {
    watch();
    await vi.advanceTimersByTimeAsync(100);
    ports = ['/dev/ttyS0', '/dev/ttyACM0'];
    await vi.advanceTimersByTimeAsync(1900);
    expect(changes).toEqual([{ all: ['/dev/ttyS0', '/dev/ttyACM0'], added: ['/dev/ttyACM0'] }]);
    ports = ['/dev/ttyS0'];
    await vi.advanceTimersByTimeAsync(2000);
    expect(changes.at(-1)).toEqual({ all: ['/dev/ttyS0'], added: [] });
  });

  test('those that are there from the beginning are no news', async () => {
    watch();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(changes).toEqual([]);
  });

  test('are only listed when a glance shows that something has changed', async () => {
    let glance = 'a';
    watch(async () => glance);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(listings).toBe(1);
    glance = 'a b';
    ports.push('/dev/ttyACM0');
    await vi.advanceTimersByTimeAsync(2000);
    expect(listings).toBe(2);
    expect(changes).toHaveLength(1);
  });

  test('are found again after a listing that failed', async () => {
    watch();
    await vi.advanceTimersByTimeAsync(100);
    ports = ['broken'];
    await vi.advanceTimersByTimeAsync(3000);
    ports = ['/dev/ttyACM0'];
    await vi.advanceTimersByTimeAsync(2000);
    expect(changes).toEqual([{ all: ['/dev/ttyACM0'], added: ['/dev/ttyACM0'] }]);
  });
});
