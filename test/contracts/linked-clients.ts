/** Devices at the other end of the bridge's link, as the contract of client plugins needs them. */
import type { LinkOptions } from '../../bridge/links/link.ts';
import { DeviceLink, type DeviceLinkOptions } from '../../bridge/remote/device-link.ts';
import type { DatasetDefinition, Fields } from '../../datasets/index.ts';
import type { TestAgent } from '../desktop-2009/test-agent.ts';
import type { Extension } from '../../qdsync/index.ts';
import type { Device2009 } from '../device-2009/device.ts';
import { readRecord } from '../support/records.ts';
import type { ClientUnderTest } from './client-plugin-contract.ts';

type Limits = NonNullable<DeviceLinkOptions['limits']>;

/** What the bridge waits for devices that do not say when they are done, made short. */
export const SHORT_WAITS: Limits = { calmMs: 50, settleLastMs: 100 };

/** The bridge's proxy for one dataset of whatever listens at the other end of a link. */
async function proxy(
  dataset: string,
  link: LinkOptions,
  limits: Limits,
  extensions?: readonly Extension[],
): Promise<Pick<ClientUnderTest, 'plugin' | 'dispose'>> {
  const passwords = new Map<string, string>();
  const deviceLink = new DeviceLink({
    name: 'handheld',
    link,
    passwords: {
      get: (challenge) => passwords.get(challenge),
      set: (challenge, password) => void passwords.set(challenge, password),
    },
    limits,
    extensions,
  });
  deviceLink.start();
  const remote = await deviceLink.connection(new AbortController().signal);
  return { plugin: () => remote.plugins.create(dataset), dispose: async () => deviceLink.stop() };
}

/** Our handheld's agent; `stop` ends what the link needs. `extensions`: those that the bridge uses; all of them unless told. */
export async function linkedAgent(
  device: TestAgent,
  definition: DatasetDefinition,
  link: LinkOptions,
  stop: () => Promise<void>,
  limits: Limits = {},
  extensions?: readonly Extension[],
): Promise<ClientUnderTest> {
  const { plugin, dispose } = await proxy(definition.name, link, limits, extensions);
  const fieldsOf = (xml: string): Fields => readRecord(definition, xml).fields;
  const { store } = device;
  return {
    plugin,
    records: async () => {
      const records = [...store.list(definition.name)].map(
        ({ id, fields }) => [id, definition.write(fields, { id, own: true, style: 'device' })] as const,
      );
      return new Map(records);
    },
    add: async (xml) => device.add(fieldsOf(xml), definition.name),
    edit: async (id, xml) => void store.edit(definition.name, id, () => fieldsOf(xml)),
    remove: async (id) => store.remove(definition.name, [id]),
    nextSecond: () => (device.ahead += 1_000),
    dispose: async () => {
      await dispose();
      await stop();
    },
  };
}

/** The device of 2009, in the hands of an owner who changes descriptions. */
export async function linkedDevice2009(
  device: Device2009,
  dataset: 'calendar' | 'tasks',
  limits: Limits = {},
): Promise<ClientUnderTest> {
  device.owner('allow');
  const link = { kind: 'tcp', host: '127.0.0.1', port: device.port } as const;
  const { plugin, dispose } = await proxy(dataset, link, limits);
  const hands = device[dataset];
  return {
    plugin,
    records: async () => new Map(Object.entries(hands.documents())),
    add: async (xml) => hands.add(xml),
    edit: async (id, xml) => hands.edit(id, { Description: /<Description>([^<]*)/.exec(xml)?.[1] ?? '' }),
    remove: async (id) => hands.remove(id),
    nextSecond: () => device.clock.advance(1_000),
    dispose: async () => {
      await dispose();
      await device.close();
      const { crashed, offences } = device;
      if (crashed !== undefined || offences.length > 0) {
        throw new Error(`the device was mistreated: ${crashed ?? ''} ${offences.join('; ')}`);
      }
    },
  };
}
