/** Which way changes may go: the mode of a dataset, and items that only Outlook may change (spec: sync engine, 6). Pure. */
import type { Mode } from '../../contract/settings.ts';
import type { FieldKey, Side } from '../../datasets/index.ts';
import type { Fate } from './merge.ts';

type RunningMode = Exclude<Mode, 'off'>;
/** `create`: a record that the side lacks. `put-back`: what the side itself has changed or removed. */
export type Write = 'create' | 'update' | 'remove' | 'put-back';

/** Whether a side may be written in this way. */
export function mayWrite(mode: RunningMode, side: Side, write: Write): boolean {
  switch (mode) {
    case 'two-way':
      // Only for items that the other side must not lose.
      return true;
    case 'to-device':
      return side === 'device';
    case 'to-mailbox':
      return side === 'mailbox';
    case 'add-only':
      return write === 'create';
  }
}

/** Whether only Outlook may remove the item, and change all of it: others would get mail. */
export function isLocked({ writable }: { readonly writable?: readonly string[] | null }): boolean {
  return writable !== undefined && writable !== null;
}

/** What becomes of a field that a side has changed. `writable`: the elements that a device may change; null: all. */
export function fateIn(
  mode: RunningMode,
  writable: readonly string[] | null,
): (side: Side, key: FieldKey) => Fate {
  const locked = (key: FieldKey): boolean => writable?.includes(elementName(key)) === false;
  return (side, key) => {
    switch (mode) {
      case 'two-way':
        return side === 'device' && locked(key) ? 'put-back' : 'carried';
      case 'to-device':
        return side === 'device' ? 'put-back' : 'carried';
      case 'to-mailbox':
        // Nobody but Outlook changes a locked field, and nothing is written to the device.
        if (locked(key)) return 'left';
        return side === 'mailbox' ? 'put-back' : 'carried';
      case 'add-only':
        return 'left';
    }
  };
}

/** The top-level element that a field belongs to: `Repeat` of `Repeat/2026-03-17`. */
function elementName(key: FieldKey): string {
  return key.split(/[/@~]/, 1)[0] ?? key;
}
