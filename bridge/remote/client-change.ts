/** What the device's six messages of records say (spec: qdsync protocol 4.1; docs/protocol-extensions.md, `times`). */
import type { ClientChange } from '../../contract/client-plugin.ts';
import type { MessageToDesktop } from '../../qdsync/index.ts';

/** A message of one record; those that end in `At` tell when it was changed, too. */
export type RecordMessage = Extract<
  MessageToDesktop,
  { readonly name: `${'create' | 'replace' | 'remove'}ClientRecord${'' | 'At'}` }
>;

/** The change, and how many bytes of it have to be held. */
export function clientChange(message: RecordMessage): {
  readonly change: ClientChange;
  readonly bytes: number;
} {
  const time = 'changedAt' in message ? message.changedAt : null;
  const changedAt = time === null ? {} : { changedAt: time };
  switch (message.name) {
    case 'removeClientRecord':
    case 'removeClientRecordAt': {
      const { clientId } = message;
      return { change: { kind: 'remove', id: clientId, ...changedAt }, bytes: clientId.length };
    }
    case 'createClientRecord':
    case 'createClientRecordAt':
      return {
        change: { kind: 'create', ...xmlOf(message), ...changedAt },
        bytes: message.record.byteLength,
      };
    case 'replaceClientRecord':
    case 'replaceClientRecordAt':
      return {
        change: { kind: 'replace', ...xmlOf(message), ...changedAt },
        bytes: message.record.byteLength,
      };
  }
}

function xmlOf({ record }: { readonly record: Uint8Array }): { readonly xml: string } {
  return { xml: Buffer.from(record.buffer, record.byteOffset, record.byteLength).toString('utf8') };
}
