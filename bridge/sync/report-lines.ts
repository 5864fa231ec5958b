/** What a step tells people: which record, what was done to which side, why, field by field (spec: sync engine, G7). */
import type { ReportLine } from '../../contract/job.ts';
import type { Policy } from '../../contract/settings.ts';
import type { DatasetDefinition, FieldKey, Fields, FieldValue, Side } from '../../datasets/index.ts';
import { otherSide } from './merge.ts';
import type { Dispute, PairInput, PairPlan, SideInput } from './plan-pair.ts';

/** What the lines are told of. */
type LineInput = Pick<PairInput, Side | 'writable'>;

/** Longest text of a value in a report; a report is to be read. */
const MAX_VALUE = 200;

const ACTIONS = { create: 'create', update: 'update', remove: 'remove', recreate: 'update' } as const;

/** The lines of one planned pair; none when nothing is worth telling. `policy`: what settles its conflicts. */
export function linesOf(
  definition: DatasetDefinition,
  input: LineInput,
  plan: PairPlan,
  policy?: Policy,
): readonly ReportLine[] {
  const label = labelOf(definition, input, plan);
  const lines: ReportLine[] = [];
  for (const side of ['device', 'mailbox'] as const) {
    const operation = plan.operations[side];
    if (operation === undefined) continue;
    const fields =
      operation.kind === 'update' || operation.kind === 'recreate'
        ? operation.changed.map((key) => ({
            field: definition.fieldLabel(key),
            before: valueText(heldFields(input[side])[key]),
            after: valueText(operation.fields[key]),
          }))
        : [];
    lines.push({ side, action: ACTIONS[operation.kind], label, reason: plan.cell.sentence, fields });
  }
  for (const side of ['device', 'mailbox'] as const) {
    if (plan.putBack[side].length > 0)
      lines.push(putBackLine(definition, label, side, input, plan.putBack[side]));
  }
  for (const dispute of plan.disputes) lines.push(disputeLine(definition, label, dispute, policy));
  if (plan.action === 'hold') {
    lines.push({ side: 'device', action: 'problem', label, reason: plan.cell.sentence, fields: [] });
  }
  const joined = input.device.state === 'new' && input.mailbox.state === 'new';
  if (joined && lines.length === 0) {
    lines.push({ side: 'mailbox', action: 'pair', label, reason: plan.cell.sentence, fields: [] });
  }
  return lines;
}

const ONLY_OUTLOOK =
  'Changed on the device, but only Outlook may change it, for others would get mail: it was put back.';
const ONE_WAY: Readonly<Record<Side, string>> = {
  device: 'Changed on the device, which Outlook’s records are only copied to: it was put back.',
  mailbox: 'Changed in Outlook, which the device’s records are only copied to: it was put back.',
};

function putBackLine(
  definition: DatasetDefinition,
  label: string,
  side: Side,
  input: LineInput,
  fields: readonly FieldKey[],
): ReportLine {
  const locked = side === 'device' && input.writable !== undefined && input.writable !== null;
  return {
    side,
    action: 'problem',
    label,
    reason: locked ? ONLY_OUTLOOK : ONE_WAY[side],
    fields: fields.map((key) => ({
      field: definition.fieldLabel(key),
      before: valueText(heldFields(input[side])[key]),
      after: valueText(heldFields(input[otherSide(side)])[key]),
    })),
  };
}

const KEPT: Readonly<Record<Side | 'none', string>> = {
  device: 'Changed differently on both sides; the device’s value was kept.',
  mailbox: 'Changed differently on both sides; Outlook’s value was kept.',
  none: 'Different on both sides; a person has to decide.',
};

/** Added where the newest change was to count: which one that was, or that it could not be told (spec: sync engine, section 4). */
const NEWEST: Readonly<Record<Side | 'none', string>> = {
  device: ' The device’s change is the newer one.',
  mailbox: ' Outlook’s change is the newer one.',
  none: ' Which side’s change is the newer one cannot be told.',
};

function disputeLine(
  definition: DatasetDefinition,
  label: string,
  dispute: Dispute,
  policy: Policy | undefined,
): ReportLine {
  const line =
    dispute.kind === 'removal'
      ? removalLine(definition, label, dispute)
      : fieldLine(definition, label, dispute);
  return policy === 'newest' ? { ...line, reason: line.reason + NEWEST[dispute.winner ?? 'none'] } : line;
}

function fieldLine(
  definition: DatasetDefinition,
  label: string,
  dispute: Extract<Dispute, { kind: 'field' }>,
): ReportLine {
  const { winner, device, mailbox, field } = dispute;
  const loser: Side = winner === 'device' ? 'mailbox' : 'device';
  const [before, after] = loser === 'device' ? [device, mailbox] : [mailbox, device];
  return {
    side: loser,
    action: 'conflict',
    label,
    reason: KEPT[winner ?? 'none'],
    fields: [{ field: definition.fieldLabel(field), before: valueText(before), after: valueText(after) }],
  };
}

function removalLine(
  definition: DatasetDefinition,
  label: string,
  { removedOn, winner, fields, base, changed }: Extract<Dispute, { kind: 'removal' }>,
): ReportLine {
  const reason =
    winner === null
      ? 'On one side only; a person has to decide whether it stays.'
      : winner === removedOn
        ? 'Removed on one side and changed on the other; the removal was carried out.'
        : 'Removed on one side and changed on the other; the record came back.';
  const isLost = winner === removedOn;
  return {
    side: otherSide(removedOn),
    action: 'conflict',
    label,
    reason,
    fields: changed.map((key) => ({
      field: definition.fieldLabel(key),
      before: valueText(isLost ? fields[key] : base[key]),
      after: isLost ? '' : valueText(fields[key]),
    })),
  };
}

function labelOf(definition: DatasetDefinition, input: LineInput, plan: PairPlan): string {
  const fields = [
    heldFields(input.device),
    heldFields(input.mailbox),
    baseFields(input.device),
    baseFields(input.mailbox),
    plan.after.device ?? {},
    plan.after.mailbox ?? {},
  ];
  const told = fields.find((candidate) => Object.keys(candidate).length > 0);
  return definition.label(told ?? {});
}

function heldFields(side: SideInput): Fields {
  return 'fields' in side ? side.fields : {};
}

function baseFields(side: SideInput): Fields {
  return 'base' in side ? side.base : {};
}

/** A value as one line of text. */
export function valueText(value: FieldValue | undefined): string {
  const text = flatten(value).replace(/\s+/g, ' ').trim();
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

function flatten(value: FieldValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.length > 2000 ? `${value.slice(0, 2000)}…` : value;
  return Object.values(value as Readonly<Record<FieldKey, FieldValue>>)
    .map(flatten)
    .join(', ');
}
