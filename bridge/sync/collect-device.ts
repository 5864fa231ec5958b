/**
 * Takes in what the device reports: each record is parsed, compared with what the device is known to hold, and kept
 * only if it differs; echoes vanish here (spec: sync engine, section 3 step 4).
 */
import type { ClientChange, ClientSyncPlugin, SyncKind } from '../../contract/client-plugin.ts';
import type { Fields, ReadRecord } from '../../datasets/index.ts';
import type { CollectedRecord } from '../store/collected.ts';
import type { Partnership } from '../store/partnerships.ts';
import { breathe } from './clock.ts';
import type { SessionContext } from './context.ts';
import { hashOf, parseFields } from './digest.ts';

export interface DeviceCollection {
  /** Records of which not even the id could be read: what is missing is then not known to be removed. */
  readonly unreadable: number;
  readonly reported: number;
}

export async function collectDevice(
  context: SessionContext,
  client: ClientSyncPlugin,
  kind: SyncKind,
  partnership: Partnership,
  session: number,
): Promise<DeviceCollection> {
  let unreadable = 0;
  let reported = 0;
  for await (const changes of client.changes(kind, context.signal)) {
    // The last report of a record counts; null: it is as it was.
    const latest = new Map<string, CollectedRecord | null>();
    const seen = new Set<string>();
    const twice = new Set<string>();
    for (const change of changes) {
      reported += 1;
      const result = takeIn(context, partnership, change);
      if (result.kind === 'unreadable') {
        // It is there, whatever it says; one whose id cannot be told either may be any of those that do not come.
        if (result.clientId === undefined) unreadable += 1;
        else seen.add(result.clientId);
        continue;
      }
      const { clientId } = result;
      const record = result.kind === 'changed' ? result.record : null;
      if (seen.has(clientId) && latest.get(clientId)?.hash !== record?.hash) twice.add(clientId);
      latest.set(clientId, record);
      if (change.kind !== 'remove') seen.add(clientId);
    }
    for (const id of context.store.collected.add(session, latest, seen)) twice.add(id);
    tellTwice(
      context,
      [...twice].map((id) => latest.get(id)?.fields ?? null),
    );
    context.progress('collecting', reported, null, 'Reading the device');
    await breathe();
  }
  return { unreadable, reported };
}

/** Names records that came under an id that another record came under. */
function tellTwice(context: SessionContext, told: readonly (string | null)[]): void {
  for (const fields of told) {
    const label = context.definition.label(parseFields(fields ?? '{}'));
    context.problem({ side: 'device', label, code: 'record.duplicate-id', detail: '' });
  }
}

type TakenIn =
  | { readonly kind: 'changed'; readonly clientId: string; readonly record: CollectedRecord }
  /** As the device is known to hold it. */
  | { readonly kind: 'echo'; readonly clientId: string }
  | { readonly kind: 'unreadable'; readonly clientId: string | undefined };

function takeIn(context: SessionContext, partnership: Partnership, change: ClientChange): TakenIn {
  const changedAt = change.changedAt ?? null;
  if (change.kind === 'remove') {
    const record = { clientId: change.id, fields: null, hash: '', changedAt };
    return { kind: 'changed', clientId: change.id, record };
  }
  const { categoryAliases, zonedTimes } = context.device;
  const { briefCreates, fieldsCreates } = context.client.abilities;
  const isCreate = change.kind === 'create';
  const outcome = context.definition.read(change.xml, {
    categoryAliases,
    zonedTimes,
    brief: isCreate && briefCreates,
    fields: isCreate && fieldsCreates,
  });
  if (!outcome.ok) {
    context.problem({ side: 'device', label: shorten(change.xml), ...outcome.error });
    return { kind: 'unreadable', clientId: idIn(change.xml) };
  }
  const { record } = outcome;
  const label = context.definition.label(record.fields);
  for (const warning of record.warnings) {
    context.problem({
      side: 'device',
      label,
      code: warning.code,
      detail: `${warning.field}: ${warning.detail}`,
    });
  }
  if (record.id === '') {
    context.problem({ side: 'device', label, code: 'record.no-id', detail: '' });
    return { kind: 'unreadable', clientId: undefined };
  }
  const fields = completed(context, partnership, change.kind, record);
  const hash = hashOf(context.definition, fields);
  const known = context.store.partnerships.deviceHash(partnership.id, record.id);
  if (known === hash) return { kind: 'echo', clientId: record.id };
  // A device also says what goes without saying, such as that the first e-mail is the preferred one; kept as it is,
  // that would outlive its truth.
  const kept = JSON.stringify(context.definition.normalise(fields));
  return {
    kind: 'changed',
    clientId: record.id,
    record: { clientId: record.id, fields: kept, hash, changedAt },
  };
}

/** A replace may leave elements out that did not change, and a value that cannot be read counts as left out. */
function completed(
  context: SessionContext,
  partnership: Partnership,
  kind: 'create' | 'replace',
  record: ReadRecord,
): Fields {
  if (kind === 'create' && record.warnings.length === 0) return record.fields;
  const base = context.store.partnerships.pairOfClient(partnership.id, record.id)?.deviceBase;
  if (base === null || base === undefined) return record.fields;
  return context.definition.applyReplace(parseFields(base), record, 'replace');
}

/** The id in a text that is no record: its first identifier, as far as that is plain text. */
function idIn(text: string): string | undefined {
  const found = /<Identifier(?:\s[^<>]{0,200})?>([^<&]{1,200})<\/Identifier>|^\["([^"\\]{1,200})",/.exec(
    text,
  );
  const id = (found?.[1] ?? found?.[2])?.trim();
  return id === '' ? undefined : id;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
