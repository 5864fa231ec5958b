/**
 * Carries out the plan's device operations, pipelined, and writes down the ids that the device gives to new records
 * (spec: sync engine, section 3 steps 7 and 8).
 */
import type { ClientOperation, ClientSyncPlugin } from '../../contract/client-plugin.ts';
import { SyncError } from '../../contract/errors.ts';
import type { SessionContext } from './context.ts';
import { operationCount, type GrowingPlan, type StepReader } from './growing-plan.ts';
import { parseFields } from './digest.ts';
import type { Trust } from './side-state.ts';
import type { DeviceStep, Step } from './step.ts';

/** Steps carried out at once. */
const BATCH = 200;
/** New ids written down at once. */
const FLUSH = 1000;
/** A device that could not store a record reports this id for it (spec: datasets 2.5, 2.7). */
const NULL_ID = /^(\{?0{8}-0{4}-0{4}-0{4}-0{12}\}?)(:0+)?$/;

/** What a device is shown as the id of a record that it does not have yet. */
export function serverIdOf(step: Pick<Step, 'itemNumber' | 'number'>): string {
  return step.itemNumber === null ? `step-${step.number}` : `outlook-${step.itemNumber}`;
}

/** Writes down the ids that have come since: a device may be slow with the last ones. */
export type KeepMappings = () => void;

/** Returns when the device has handled every operation, or seems to have. Rejects when the link fails. */
export async function applyToDevice(
  context: SessionContext,
  client: ClientSyncPlugin,
  partnership: number,
  session: number,
  plan: GrowingPlan,
  trust: Trust,
): Promise<KeepMappings> {
  const { journal, partnerships } = context.store;
  const total = operationCount(journal, session, 'device', plan);
  const creates = new Map<string, number>();
  const given = new Set<string>();
  /** Numbers of the steps refused. */
  const kept = new Set<number>();
  let mapped: { number: number; clientId: string }[] = [];
  /** Steps whose record has changed on the device since it told its changes. */
  let refused: number[] = [];
  /** Records made in place of ones that the device then did not remove. */
  const surplus: string[] = [];
  const flush = (): void => {
    // An id that is taken already cannot be this record's: the create then counts as refused.
    const taken = new Set(
      partnerships.taken(
        partnership,
        mapped.map(({ clientId }) => clientId),
        trust === 'nothing' ? session : null,
      ),
    );
    journal.putMapped(
      session,
      mapped.filter(({ clientId }) => !taken.has(clientId)),
    );
    mapped = [];
    journal.putRefused(session, refused);
    refused = [];
  };
  const onMapped = (serverId: string, clientId: string): void => {
    const number = creates.get(serverId);
    if (number === undefined || clientId === '' || NULL_ID.test(clientId)) return;
    if (given.has(clientId)) return;
    given.add(clientId);
    creates.delete(serverId);
    if (kept.has(number)) surplus.push(clientId);
    else mapped.push({ number, clientId });
    if (mapped.length >= FLUSH) flush();
  };
  const onRefused = (step: DeviceStep): void => {
    const { operation } = step.device;
    // Made anew already, for all that anybody knew: what was changed lives on as a record of its own.
    if (operation?.kind === 'recreate' && !creates.has(serverIdOf(step))) return;
    kept.add(step.number);
    refused.push(step.number);
    const label = context.definition.label(parseFields(operation?.fields ?? step.device.before ?? '{}'));
    context.problem({ side: 'device', label, code: 'record.changed-on-device', detail: '' });
  };
  let done = 0;
  const reader: StepReader<DeviceStep> = {
    chunk: BATCH,
    read: (after) => journal.deviceSteps(session, BATCH, after),
    ownOf: (step) => (step.device.operation === null ? null : step),
  };
  for await (const steps of plan.follow(reader, context.signal)) {
    for (const step of steps) {
      const operations = toOperations(context, step);
      for (const operation of operations) {
        if (operation.kind === 'create') creates.set(operation.serverId, step.number);
      }
      for (const operation of operations) await client.apply(operation, onMapped, () => onRefused(step));
    }
    done += steps.length;
    context.progress('applying', done, total(), 'Writing to the device');
    context.signal.throwIfAborted();
  }
  if (done > 0) {
    await client.settle(context.signal);
    for (const clientId of surplus) await client.apply({ kind: 'remove', clientId }, onMapped);
    flush();
  }
  return flush;
}

/** Names the creates that the device has dropped. */
export function reportRefused(context: SessionContext, session: number): void {
  for (const steps of context.store.journal.unmapped(session)) {
    for (const step of steps) {
      const label = context.definition.label(parseFields(step.device.operation?.fields ?? '{}'));
      context.problem({ side: 'device', label, code: 'record.refused-by-device', detail: '' });
    }
  }
}

function toOperations(context: SessionContext, step: DeviceStep): readonly ClientOperation[] {
  const { operation, before } = step.device;
  const write = (id: string, own: boolean): string =>
    context.definition.write(parseFields(operation?.fields ?? '{}'), {
      id,
      own,
      style: 'desktop',
      brief: !own && context.client.abilities.briefCreates,
      zonedTimes: context.device.zonedTimes,
      today: context.today,
      ...(before !== null && operation?.kind === 'update' && { previous: parseFields(before) }),
    });
  const remove = (): ClientOperation => ({ kind: 'remove', clientId: idOf(step) });
  const create = (): ClientOperation => {
    const id = serverIdOf(step);
    const told = context.client.abilities.fieldsCreates
      ? context.definition.writeFields(operation?.fields ?? '{}', {
          id,
          style: 'desktop',
          today: context.today,
        })
      : undefined;
    return { kind: 'create', serverId: id, xml: told ?? write(id, false) };
  };
  switch (operation?.kind) {
    case 'create':
      return [create()];
    case 'update':
      return [{ kind: 'replace', clientId: idOf(step), xml: write(idOf(step), true) }];
    case 'remove':
      return [remove()];
    case 'recreate':
      return [remove(), create()];
    case undefined:
      throw new Error(`step ${step.number} has nothing to do on the device`);
  }
}

function idOf(step: DeviceStep): string {
  if (step.clientId === null) throw new SyncError('sync.internal', `step ${step.number} has no device id`);
  return step.clientId;
}
