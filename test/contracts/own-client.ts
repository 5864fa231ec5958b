/** The handheld's own plugin without a wire, as the contract of client plugins needs it. */
import { join } from 'node:path';
import type { ClientAbilities } from '../../contract/client-plugin.ts';
import type { DatasetDefinition, Fields } from '../../datasets/index.ts';
import { DevicePluginFactory } from '../../device/plugins/plugin-factory.ts';
import { PimStore } from '../../device/store/pim-store.ts';
import { deviceIdentity } from '../../device/store/settings.ts';
import { Staging } from '../../device/store/staging.ts';
import { temporaryFolder } from '../desktop-2009/temporary-folder.ts';
import { readRecord } from '../support/records.ts';
import type { ClientUnderTest } from './client-plugin-contract.ts';

/** The handheld's plugin of one dataset. `abilities`: those that the desktop knows; all unless told otherwise. */
export function ownClient(definition: DatasetDefinition, abilities?: ClientAbilities): ClientUnderTest {
  let ahead = 0;
  const store = new PimStore(join(temporaryFolder(), 'pim.db'), () => Date.now() + ahead);
  const factory = new DevicePluginFactory([definition], {
    store,
    staging: new Staging(store.db),
    identity: deviceIdentity(store.db),
    now: () => Date.now() + ahead,
    today: () => '2026-03-01',
    problem: (code, detail) => {
      throw new Error(`${code} ${detail}`);
    },
  });
  const { name } = definition;
  const fieldsOf = (xml: string): Fields => readRecord(definition, xml).fields;
  return {
    plugin: () => factory.create(name, abilities),
    records: async () => {
      const records = [...store.list(name)].map(
        ({ id, fields }) => [id, definition.write(fields, { id, own: true, style: 'device' })] as const,
      );
      return new Map(records);
    },
    add: async (xml) => store.add(name, [fieldsOf(xml)])[0] ?? '',
    edit: async (id, xml) => void store.edit(name, id, () => fieldsOf(xml)),
    remove: async (id) => store.remove(name, [id]),
    nextSecond: () => (ahead += 1_000),
    dispose: async () => store.close(),
  };
}
