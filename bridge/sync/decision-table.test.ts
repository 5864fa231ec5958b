import { describe, expect, it } from 'vitest';
import { decisionTable, type TableAction, type SideState } from './decision-table.ts';

const states: readonly SideState[] = ['none', 'new', 'unchanged', 'edited', 'removed', 'missing'];

/** What an action is called when the sides are swapped. */
const mirrored: Readonly<Record<TableAction, TableAction>> = {
  nothing: 'nothing',
  'create-on-device': 'create-in-mailbox',
  'create-in-mailbox': 'create-on-device',
  'update-device': 'update-mailbox',
  'update-mailbox': 'update-device',
  merge: 'merge',
  'remove-from-device': 'remove-from-mailbox',
  'remove-from-mailbox': 'remove-from-device',
  'settle-removal': 'settle-removal',
  forget: 'forget',
  hold: 'hold',
  impossible: 'impossible',
};

describe('the decision table', () => {
  it('R11 has a sentence in every cell', () => {
    for (const device of states) {
      for (const mailbox of states) expect(decisionTable[device][mailbox].sentence).toMatch(/\.$/);
    }
  });

  it('R11 mirrors its actions when the sides are swapped; only "missing" is the device’s alone', () => {
    const shared = states.filter((state) => state !== 'missing');
    for (const device of shared) {
      for (const mailbox of shared) {
        const here = decisionTable[device][mailbox].action;
        const there = decisionTable[mailbox][device].action;
        expect(there, `${device} × ${mailbox}`).toBe(mirrored[here]);
      }
    }
    for (const device of states) expect(decisionTable[device].missing.action).toBe('impossible');
  });

  it('never removes what was not removed on the other side', () => {
    for (const device of states) {
      for (const mailbox of states) {
        const { action } = decisionTable[device][mailbox];
        if (action === 'remove-from-device') expect(mailbox).toBe('removed');
        if (action === 'remove-from-mailbox') expect(device).toBe('removed');
      }
    }
  });
});
