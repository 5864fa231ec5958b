/** What a step tells people: which record, what was done to which side, why, field by field (spec: sync engine, G7). */
import type { ReportLine } from '../../contract/job.ts';
import type { DatasetDefinition, FieldKey, Fields, FieldValue, Side } from '../../datasets/index.ts';
import type { FieldConflict } from './merge.ts';
import type { PairInput, PairPlan, SideInput } from './plan-pair.ts';

/** Longest text of a value in a report; a report is to be read. */
const MAX_VALUE = 200;

const ACTIONS = { create: 'create', update: 'update', remove: 'remove', recreate: 'update' } as const;

/** The lines of one planned pair; none when nothing is worth telling. */
export function linesOf(
  definition: DatasetDefinition,
  input: PairInput,
  plan: PairPlan,
): readonly ReportLine[] {
  const label = labelOf(definition, input);
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
  if (plan.putBack.length > 0) lines.push(putBackLine(definition, label, input, plan.putBack));
  for (const conflict of plan.conflicts) lines.push(conflictLine(definition, label, conflict));
  if (plan.action === 'settle-removal') lines.push(removalConflict(definition, label, input));
  if (plan.action === 'hold') {
    lines.push({ side: 'device', action: 'problem', label, reason: plan.cell.sentence, fields: [] });
  }
  const joined = input.device.state === 'new' && input.mailbox.state === 'new';
  if (joined && lines.length === 0) {
    lines.push({ side: 'mailbox', action: 'pair', label, reason: plan.cell.sentence, fields: [] });
  }
  return lines;
}

function putBackLine(
  definition: DatasetDefinition,
  label: string,
  input: PairInput,
  fields: readonly FieldKey[],
): ReportLine {
  return {
    side: 'device',
    action: 'problem',
    label,
    reason:
      'Changed on the device, but only Outlook may change it, for others would get mail: it was put back.',
    fields: fields.map((key) => ({
      field: definition.fieldLabel(key),
      before: valueText(heldFields(input.device)[key]),
      after: valueText(heldFields(input.mailbox)[key]),
    })),
  };
}

function conflictLine(definition: DatasetDefinition, label: string, conflict: FieldConflict): ReportLine {
  const [winner, loser]: [Side, Side] =
    conflict.winner === 'device' ? ['device', 'mailbox'] : ['mailbox', 'device'];
  return {
    side: loser,
    action: 'conflict',
    label,
    reason:
      winner === 'device'
        ? 'Changed differently on both sides; the device’s value was kept.'
        : 'Changed differently on both sides; Outlook’s value was kept.',
    fields: [
      {
        field: definition.fieldLabel(conflict.field),
        before: valueText(conflict[loser]),
        after: valueText(conflict[winner]),
      },
    ],
  };
}

function removalConflict(definition: DatasetDefinition, label: string, input: PairInput): ReportLine {
  const edited = input.device.state === 'edited' ? input.device : input.mailbox;
  const side: Side = input.device.state === 'edited' ? 'device' : 'mailbox';
  const changed = edited.state === 'edited' ? edited.changed : [];
  return {
    side,
    action: 'conflict',
    label,
    reason: 'Removed on one side and changed on the other; the removal was carried out.',
    fields: changed.map((key) => ({
      field: definition.fieldLabel(key),
      before: valueText(heldFields(edited)[key]),
      after: '',
    })),
  };
}

function labelOf(definition: DatasetDefinition, input: PairInput): string {
  const fields = [
    heldFields(input.device),
    heldFields(input.mailbox),
    baseFields(input.device),
    baseFields(input.mailbox),
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
