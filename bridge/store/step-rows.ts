/** How the steps of a plan lie in the table `step` (migrations.ts). */
import type {
  DeviceStep,
  OperationState,
  Owed,
  Step,
  StepDispute,
  StepOperation,
  StepSide,
} from '../sync/step.ts';
import type { Insert, Row, SqlValue } from './database.ts';

/** A step that makes a new whole pair, everything done. */
export const SIMPLY_NEW = `(pair IS NULL AND held = 0 AND client_id IS NOT NULL AND item_id IS NOT NULL
  AND device_after IS NOT NULL AND mailbox_after IS NOT NULL
  AND (device_op IS NULL OR device_state = 'done' OR (device_op NOT IN ('create', 'recreate') AND device_state <> 'failed'))
  AND new_client_id IS NULL AND open IS NULL
  AND (mailbox_op IS NULL OR mailbox_state = 'done'))`;

/** Most texts of a step are the device's record over again; they are stored as this mark. */
export const SAME_AS_DEVICE = '=';

function sameOr(text: string | null, deviceAfter: string | null): string | null {
  return text !== null && text === deviceAfter ? SAME_AS_DEVICE : text;
}

/** What is to be done on the device: only what that needs, for it is thousands of rows. */
export const DEVICE_STEPS = `
  SELECT number, client_id, item_number, device_op, device_state, owed_device, device_before,
    CASE device_fields WHEN '${SAME_AS_DEVICE}' THEN device_after ELSE device_fields END AS device_fields
  FROM step WHERE session = ? AND number > ? AND device_op IS NOT NULL ORDER BY number LIMIT ?`;

export function toDeviceStep(row: Row): DeviceStep {
  return {
    number: Number(row.number),
    clientId: textOf(row.client_id),
    itemNumber: row.item_number === null ? null : Number(row.item_number),
    device: {
      operation: operationOf(row.device_op, row.device_fields, row.owed_device, row.device_state),
      before: textOf(row.device_before),
    },
  };
}

function textOf(value: SqlValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function operationOf(
  kind: SqlValue | undefined,
  fields: SqlValue | undefined,
  changed: SqlValue | undefined,
  state: SqlValue | undefined,
): StepOperation | null {
  if (kind === null || kind === undefined) return null;
  return {
    kind: String(kind) as StepOperation['kind'],
    fields: textOf(fields),
    changed: JSON.parse(textOf(changed) ?? '[]') as string[],
    state: String(state) as OperationState,
  };
}

const NOTHING_OPEN: { readonly device: Owed; readonly mailbox: Owed } = { device: [], mailbox: [] };

function openOf(text: string | null): typeof NOTHING_OPEN {
  return text === null ? NOTHING_OPEN : (JSON.parse(text) as typeof NOTHING_OPEN);
}

export function disputesOf(text: string | null): readonly StepDispute[] {
  return text === null ? [] : (JSON.parse(text) as StepDispute[]);
}

function restoreOf(text: string | null): Step['restore'] {
  const [session, step] = (text ?? '').split(':').map(Number);
  return session === undefined || step === undefined ? null : { session, step };
}

const COPY = 'copy';

function causeText(cause: Step['cause']): string | null {
  if (cause === null) return null;
  return cause.kind === 'copy' ? COPY : String(cause.conflict);
}

function causeOf(text: string | null): Step['cause'] {
  if (text === null) return null;
  return text === COPY ? { kind: 'copy' } : { kind: 'reversal', conflict: Number(text) };
}

export function toStep(row: Row): Step {
  const text = (name: string): string | null => textOf(row[name]);
  const deviceAfter = text('device_after');
  const full = (name: string): string | null => (row[name] === SAME_AS_DEVICE ? deviceAfter : text(name));
  const open = openOf(text('open'));
  const side = (
    op: StepOperation | null,
    before: string,
    after: string | null,
    hash: string,
    owed: Owed,
  ): StepSide => ({ operation: op, before: text(before), after, hash: text(hash), open: owed });
  return {
    number: Number(row.number),
    pair: row.pair === null ? null : Number(row.pair),
    clientId: text('client_id'),
    newClientId: text('new_client_id'),
    itemId: text('item_id'),
    itemNumber: row.item_number === null ? null : Number(row.item_number),
    device: side(
      operationOf(row.device_op, full('device_fields'), row.owed_device, row.device_state),
      'device_before',
      deviceAfter,
      'device_hash',
      open.device,
    ),
    mailbox: side(
      operationOf(row.mailbox_op, full('mailbox_fields'), row.owed_mailbox, row.mailbox_state),
      'mailbox_before',
      full('mailbox_after'),
      'item_hash',
      open.mailbox,
    ),
    key: text('mailbox_key'),
    version: text('mailbox_version') ?? '',
    sentAt: row.sent_at === null ? null : Number(row.sent_at),
    held: row.held === 1,
    disputes: disputesOf(text('disputes')),
    restore: restoreOf(text('restore')),
    cause: causeOf(text('cause')),
    line: text('line'),
  };
}

/** Takes the values of stepValues. */
export const INSERT_STEP: Insert = {
  into: `INSERT INTO step (session, number, pair, client_id, item_id, item_number, device_op, device_fields,
      device_before, device_after, device_hash, owed_device, mailbox_op, mailbox_key, mailbox_fields,
      mailbox_before, mailbox_version, mailbox_after, item_hash, owed_mailbox, held, conflicts, line,
      disputes, restore, cause, open)`,
  row: '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
};

export function stepValues(session: number, step: Step): readonly SqlValue[] {
  const { device, mailbox } = step;
  return [
    session,
    step.number,
    step.pair,
    step.clientId,
    step.itemId,
    step.itemNumber,
    device.operation?.kind ?? null,
    sameOr(device.operation?.fields ?? null, device.after),
    device.before,
    device.after,
    device.hash,
    device.operation === null ? null : JSON.stringify(device.operation.changed),
    mailbox.operation?.kind ?? null,
    step.key,
    sameOr(mailbox.operation?.fields ?? null, device.after),
    mailbox.before,
    step.version,
    sameOr(mailbox.after, device.after),
    mailbox.hash,
    mailbox.operation === null ? null : JSON.stringify(mailbox.operation.changed),
    step.held ? 1 : 0,
    step.disputes.length,
    step.line,
    step.disputes.length === 0 ? null : JSON.stringify(step.disputes),
    step.restore === null ? null : `${step.restore.session}:${step.restore.step}`,
    causeText(step.cause),
    device.open.length + mailbox.open.length === 0
      ? null
      : JSON.stringify({ device: device.open, mailbox: mailbox.open }),
  ];
}
