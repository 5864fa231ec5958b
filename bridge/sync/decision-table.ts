/**
 * What is done with a pair, for every state of its two sides: the decision table, as data.
 *
 * The compiler demands every cell. Swapping the sides mirrors the table; only `missing` is the device's alone, since
 * a mailbox is always read whole (spec: sync engine, sections 4 and 5).
 */

/**
 * - `none`: the side has no record, and never had one for this pair.
 * - `new`: a record that is in no pair yet, or is to be compared without a base.
 * - `unchanged`, `edited`: against the side's own base; what the other side is owed counts as edited.
 * - `removed`: the side had it and has removed it.
 * - `missing`: the device did not send it in a full comparison that nobody confirmed removals for.
 */
export type SideState = 'none' | 'new' | 'unchanged' | 'edited' | 'removed' | 'missing';

/** What the table says. */
export type TableAction =
  | 'nothing'
  | 'create-on-device'
  | 'create-in-mailbox'
  | 'update-device'
  | 'update-mailbox'
  | 'merge'
  | 'remove-from-device'
  | 'remove-from-mailbox'
  /** One side removed what the other edited: the policy decides. */
  | 'settle-removal'
  | 'forget'
  | 'hold'
  | 'impossible';

/**
 * What a plan does: what the table says, or, for its reasons, something else. `leave`: both sides stay as they are.
 * `ask`: they do until a person decides. `leave-scope`: the record leaves the device, for it is no longer sent there.
 * `put-back`: an undo or a reversed conflict.
 */
export type Action = TableAction | 'leave' | 'ask' | 'leave-scope' | 'put-back';

export interface Cell<A extends Action = Action> {
  readonly action: A;
  /** Why, for the report and for the documentation. */
  readonly sentence: string;
}

const cell = (action: TableAction, sentence: string): Cell<TableAction> => ({ action, sentence });
const impossible = (sentence: string): Cell<TableAction> => cell('impossible', sentence);

const NO_PAIR = 'A record that is in no pair has nothing on the other side to stand against.';
const NEW_IN_PAIR =
  'A new record stands against nothing or against another new one, never against a paired one.';
const READ_WHOLE = 'A mailbox is always read whole, so nothing of it can be missing.';
const HELD =
  'The device did not send the record in a comparison that may not remove anything; a person has to say whether it was removed.';

/** First key: the device's state. Second: the mailbox's. */
export const decisionTable: Readonly<Record<SideState, Readonly<Record<SideState, Cell<TableAction>>>>> = {
  none: {
    none: cell('forget', 'Neither side has the record any more.'),
    new: cell('create-on-device', 'New in Outlook.'),
    unchanged: cell('create-on-device', 'In Outlook, and the device still lacks it.'),
    edited: cell('create-on-device', 'In Outlook, and the device still lacks it.'),
    removed: cell('forget', 'Removed in Outlook before the device had it.'),
    missing: impossible(READ_WHOLE),
  },
  new: {
    none: cell('create-in-mailbox', 'New on the device.'),
    new: cell('merge', 'On both sides before they were compared: joined.'),
    unchanged: impossible(NEW_IN_PAIR),
    edited: impossible(NEW_IN_PAIR),
    removed: impossible(NEW_IN_PAIR),
    missing: impossible(READ_WHOLE),
  },
  unchanged: {
    none: cell('create-in-mailbox', 'On the device, and Outlook still lacks it.'),
    new: impossible(NEW_IN_PAIR),
    unchanged: cell('nothing', 'Neither side changed it.'),
    edited: cell('update-device', 'Changed in Outlook.'),
    removed: cell('remove-from-device', 'Removed in Outlook.'),
    missing: impossible(READ_WHOLE),
  },
  edited: {
    none: cell('create-in-mailbox', 'On the device, and Outlook still lacks it.'),
    new: impossible(NEW_IN_PAIR),
    unchanged: cell('update-mailbox', 'Changed on the device.'),
    edited: cell('merge', 'Changed on both sides: merged field by field.'),
    removed: cell('settle-removal', 'Removed in Outlook, changed on the device.'),
    missing: impossible(READ_WHOLE),
  },
  removed: {
    none: cell('forget', 'Removed on the device before Outlook had it.'),
    new: impossible(NEW_IN_PAIR),
    unchanged: cell('remove-from-mailbox', 'Removed on the device.'),
    edited: cell('settle-removal', 'Removed on the device, changed in Outlook.'),
    removed: cell('forget', 'Removed on both sides.'),
    missing: impossible(READ_WHOLE),
  },
  missing: {
    none: cell('forget', 'Gone from the device before Outlook had it.'),
    new: impossible(NO_PAIR),
    unchanged: cell('hold', HELD),
    edited: cell('hold', HELD),
    removed: cell('forget', 'Removed in Outlook, and the device does not have it either.'),
    missing: impossible(READ_WHOLE),
  },
};
