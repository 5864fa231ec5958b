import { describe, expect, it } from 'vitest';
import type { ClientHeader } from '../../contract/client-plugin.ts';
import type { SessionRow } from '../store/session-rows.ts';
import type { Partnership } from '../store/partnerships.ts';
import { decideKind, decideRecovery, headerIsUsable, sameSecond } from './decide.ts';

const DAY = 24 * 3_600_000;
const NOW = 1_800_000_000_000;
const partnership = (changes: Partial<Partnership> = {}): Partnership => ({
  id: 1,
  device: '{id}',
  folder: 1,
  cursor: 5,
  deviceAnchor: NOW - DAY,
  desktopAnchor: NOW - DAY,
  clock: 0,
  fullAt: NOW - DAY,
  forceSlow: false,
  scope: null,
  windowFrom: null,
  windowTo: null,
  ...changes,
});
const header = (last: number | null, next = NOW): ClientHeader => ({
  identity: '{id}',
  version: [4, 3, 0],
  last,
  next,
});
const session = (state: SessionRow['state'], deviceNext: number, id = 1): SessionRow => ({
  id,
  partnership: 1,
  state,
  kind: 'fast',
  deviceNext,
  desktopNext: deviceNext,
  cursor: 9,
  clock: 0,
  startedAt: deviceNext,
  deviceName: 'handheld',
  undoes: null,
  preview: false,
  scope: '',
  windowFrom: null,
  windowTo: null,
  forceSlow: false,
});
const decide = (changes: Partial<Parameters<typeof decideKind>[0]> = {}): ReturnType<typeof decideKind> =>
  decideKind({
    partnership: partnership(),
    header: header(NOW - DAY),
    outOfStep: false,
    slowWanted: null,
    now: NOW,
    fullCost: 1000,
    ...changes,
  });

describe('the header', () => {
  it('is compared to the second, since devices forget milliseconds', () => {
    expect(sameSecond(1_999, 1_000)).toBe(true);
    expect(sameSecond(2_000, 1_999)).toBe(false);
    expect(sameSecond(null, null)).toBe(true);
    expect(sameSecond(null, 0)).toBe(false);
  });

  it('is begun again in the second of another session', () => {
    expect(headerIsUsable(header(NOW, NOW + 400), null)).toBe(false);
    expect(headerIsUsable(header(null, NOW), NOW + 300)).toBe(false);
    expect(headerIsUsable(header(NOW - 1_000, NOW), NOW - 1_000)).toBe(true);
  });

  it('is compared to the millisecond where the device keeps them', () => {
    expect(headerIsUsable(header(NOW, NOW + 1), null, true)).toBe(true);
    expect(headerIsUsable(header(NOW, NOW), null, true)).toBe(false);
    expect(headerIsUsable(header(null, NOW), NOW, true)).toBe(false);
    expect(headerIsUsable(header(null, NOW), NOW - 1, true)).toBe(true);
  });

  it('R13 is usable when the device’s clock was set back: waiting would not help', () => {
    expect(headerIsUsable(header(NOW + DAY, NOW), null)).toBe(true);
  });
});

describe('recovery, by the anchor that the device reports', () => {
  const pending = session('pending', NOW - 500);

  it('to the millisecond where the device keeps them: two sessions may fall into one second', () => {
    const later = session('pending', NOW - 499);
    const recovery = decideRecovery(partnership(), [pending, later], NOW - 499, true);
    expect(recovery).toEqual({ kind: 'committed', session: later, dropped: [pending] });
    expect(decideRecovery(partnership(), [pending], NOW - 498, true).kind).toBe('out-of-step');
  });

  it('[SYNC-24] commits the pending session that the device committed', () => {
    expect(decideRecovery(partnership(), [pending], NOW - 500)).toEqual({
      kind: 'committed',
      session: pending,
      dropped: [],
    });
  });

  it('[SYNC-24] drops what the device rolled back', () => {
    const open = session('open', NOW - 300, 2);
    expect(decideRecovery(partnership(), [pending, open], NOW - DAY)).toEqual({
      kind: 'rolled-back',
      dropped: [pending, open],
    });
  });

  it('never takes a session for committed that the device was not told to commit', () => {
    const open = session('open', NOW - 500);
    expect(decideRecovery(partnership(), [open], NOW - 500).kind).toBe('out-of-step');
  });

  it('R7 knows a partner that went back in time', () => {
    expect(decideRecovery(partnership(), [], NOW - 2 * DAY).kind).toBe('out-of-step');
    expect(decideRecovery(partnership(), [], null).kind).toBe('out-of-step');
    expect(decideRecovery(partnership({ deviceAnchor: null }), [], NOW).kind).toBe('out-of-step');
  });

  it('has nothing to do for a first sync and for one in step', () => {
    expect(decideRecovery(partnership({ deviceAnchor: null }), [], null).kind).toBe('nothing');
    expect(decideRecovery(partnership(), [], NOW - DAY + 400).kind).toBe('nothing');
  });
});

describe('the kind of session', () => {
  it('is fast when both are in step', () => {
    expect(decide()).toMatchObject({ kind: 'fast' });
  });

  it('is a first one where the device has no anchor', () => {
    expect(decide({ header: header(null) })).toMatchObject({ kind: 'first', missing: 'removed' });
  });

  it('compares everything on a person’s wish, and removes nothing for it', () => {
    expect(decide({ slowWanted: 'A person wants it.' })).toMatchObject({
      kind: 'slow',
      missing: 'missing',
      trust: 'bases',
    });
  });

  it('[SYNC-26] R13 compares everything when the device’s clock was set back or its error moved', () => {
    expect(decide({ header: header(NOW, NOW - DAY) })).toMatchObject({ kind: 'slow' });
    expect(decide({ header: header(NOW - DAY, NOW + 61_000) })).toMatchObject({ kind: 'slow' });
    expect(decide({ header: header(NOW - DAY, NOW + 59_000) })).toMatchObject({ kind: 'fast' });
  });

  it('[SYNC-26] compares everything once a week where the link is quick enough', () => {
    const old = partnership({ fullAt: NOW - 8 * DAY });
    expect(decide({ partnership: old })).toMatchObject({ kind: 'slow', missing: 'removed' });
    expect(decide({ partnership: old, fullCost: 600_000 })).toMatchObject({ kind: 'fast' });
  });

  it('[SYNC-25] R7 is refused out of step, until a person asks for it; then it trusts nothing', () => {
    expect(decide({ outOfStep: true })).toEqual({ kind: 'refuse' });
    expect(decide({ outOfStep: true, slowWanted: 'A person wants it.' })).toMatchObject({
      kind: 'slow',
      trust: 'nothing',
    });
  });
});
