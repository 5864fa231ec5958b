import { describe, expect, it } from 'vitest';
import type { Status } from '../../../contract/api.ts';
import { SyncError } from '../../../contract/errors.ts';
import { reduce, type Action } from './reducer.ts';
import { initialState, type AppState } from './state.ts';

const after = (...actions: Action[]): AppState => actions.reduce(reduce, initialState);
const status = { version: '1', devices: [], hosts: [], job: null, openConflicts: 0 } as unknown as Status;

describe('the pane’s state', () => {
  it('is connected with the first status, and not before', () => {
    const progress = {
      event: 'progress',
      job: 'j',
      progress: { dataset: 'contacts', phase: 'applying', done: 1, total: 2, text: '' },
    } as const;
    expect(after({ type: 'event', event: progress, at: 0 }).link.kind).toBe('starting');
    expect(after({ type: 'event', event: { event: 'status', status }, at: 0 }).link.kind).toBe('connected');
  });

  it('remembers where a phase was when it was first seen, until another begins', () => {
    const running = {
      ...status,
      job: { id: 'j', startedAt: '', state: 'running', sessions: [], progress: null },
    } as unknown as Status;
    const at = (time: number, phase: 'collecting' | 'applying', done: number): Action => ({
      type: 'event',
      at: time,
      event: {
        event: 'progress',
        job: 'j',
        progress: { dataset: 'contacts', phase, done, total: 9, text: '' },
      },
    });
    const first: Action = { type: 'event', event: { event: 'status', status: running }, at: 0 };
    expect(after(first, at(10, 'collecting', 2), at(20, 'collecting', 5)).pace).toMatchObject({
      since: 10,
      from: 2,
    });
    expect(after(first, at(10, 'collecting', 2), at(20, 'applying', 0)).pace).toMatchObject({
      since: 20,
      from: 0,
    });
  });

  it('keeps what was fetched while it is fetched anew, and when that fails', () => {
    const problem = new SyncError('bridge.not-running');
    const loaded: Action = { type: 'loaded', what: 'ports', value: [] };
    expect(after(loaded, { type: 'loading', what: 'ports', anew: false }).ports).toEqual({
      kind: 'loading',
      value: [],
    });
    expect(after(loaded, { type: 'loading', what: 'ports', anew: true }).ports).toEqual({
      kind: 'loading',
      value: null,
    });
    expect(after(loaded, { type: 'not-loaded', what: 'ports', problem }).ports).toEqual({
      kind: 'failed',
      value: [],
      problem,
    });
  });

  it('gathers the choices for the next sync, until it has begun', () => {
    const once: Action = { type: 'once', device: 'Neo', dataset: 'tasks', change: { mode: 'off' } };
    const more: Action = { ...once, change: { policy: 'ask' } };
    expect(after(once, more).once).toEqual({ Neo: { tasks: { mode: 'off', policy: 'ask' } } });
    expect(after(once, { type: 'once-used', device: 'Neo' }).once).toEqual({ Neo: {} });
  });

  it('forgets what was said when another page is opened', () => {
    const problem = new SyncError('device.busy');
    const refused: Action[] = [
      { type: 'asked', what: 'sync' },
      { type: 'refused', what: 'sync', problem },
    ];
    expect(after(...refused)).toMatchObject({ problem, busy: new Set() });
    expect(after(...refused, { type: 'open', view: { kind: 'history' } }).problem).toBeNull();
  });
});
