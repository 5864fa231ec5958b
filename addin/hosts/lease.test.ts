import { describe, expect, it } from 'vitest';
import { LEASE_MARGIN_MS, LEASE_MS } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import { settled } from '../../test/support/manual-clock.ts';
import { Lease } from './lease.ts';

const { signal } = new AbortController();

function leaseAt(start: number) {
  let now = start;
  const lease = new Lease(() => now);
  return { lease, at: (time: number) => void (now = time) };
}

/** Whether the lease lets a write start now, without a change of anything. */
async function passes(lease: Lease): Promise<boolean> {
  const stop = new AbortController();
  const gate = lease.beforeWrite(stop.signal).then(
    () => true,
    () => false,
  );
  await settled();
  stop.abort();
  return gate;
}

describe('a lease', () => {
  it('allows nothing before a request that named the call has been answered', async () => {
    const { lease } = leaseAt(1000);
    expect(await passes(lease)).toBe(false);
    lease.renew(1000);
    expect(await passes(lease)).toBe(true);
  });

  it('allows no write to start with less than the margin left, by the wall clock', async () => {
    const { lease, at } = leaseAt(0);
    lease.renew(0);
    at(LEASE_MS - LEASE_MARGIN_MS);
    expect(await passes(lease)).toBe(true);
    at(LEASE_MS - LEASE_MARGIN_MS + 1);
    expect(await passes(lease)).toBe(false);
  });

  it('counts from when the request was sent, however late its answer came', async () => {
    const { lease, at } = leaseAt(0);
    at(25_000);
    lease.renew(4_000);
    expect(await passes(lease)).toBe(false);
    lease.renew(24_000);
    expect(await passes(lease)).toBe(true);
  });

  it('is not shortened by an answer that comes out of turn', async () => {
    const { lease, at } = leaseAt(0);
    lease.renew(20_000);
    lease.renew(1000);
    at(35_000);
    expect(await passes(lease)).toBe(true);
  });

  it('lets a write wait for its renewal', async () => {
    const { lease, at } = leaseAt(0);
    lease.renew(0);
    at(29_000);
    let started = false;
    const write = lease.beforeWrite(signal).then(() => (started = true));
    await settled();
    expect(started).toBe(false);
    lease.renew(28_500);
    await write;
    expect(started).toBe(true);
  });

  it('once lost is lost, whatever comes after', async () => {
    const { lease } = leaseAt(0);
    const waiting = lease.beforeWrite(signal);
    lease.lose(new SyncError('api.lease-lost'));
    await expect(waiting).rejects.toMatchObject({ code: 'api.lease-lost' });
    lease.renew(0);
    await expect(lease.beforeWrite(signal)).rejects.toMatchObject({ code: 'api.lease-lost' });
  });

  it('stops waiting when it is told to', async () => {
    const { lease } = leaseAt(0);
    await expect(lease.beforeWrite(AbortSignal.abort())).rejects.toMatchObject({ code: 'sync.cancelled' });
  });
});
