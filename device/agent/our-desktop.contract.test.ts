/** The bridge's proxy and the agent together, held to the contract of client plugins, over TCP and a serial line. */
import { DeviceLink } from '../../bridge/remote/device-link.ts';
import type { LinkOptions } from '../../bridge/links/link.ts';
import { contacts, type Fields } from '../../datasets/index.ts';
import { clientPluginContract, type ClientUnderTest } from '../../test/contracts/client-plugin-contract.ts';
import { TestAgent } from '../../test/desktop-2009/test-agent.ts';
import { startPtyPair } from '../../test/support/pty-pair.ts';
import { silentLog } from './log.ts';
import { serveSerial } from './serial.ts';

const BAUD = 115_200;

function record(label: string, identifier: string, local: boolean): string {
  return contacts.write({ FirstName: label }, { id: identifier, own: local, style: 'desktop' });
}

function fieldsOf(xml: string): Fields {
  const outcome = contacts.read(xml);
  if (!outcome.ok) throw new Error(outcome.error.detail);
  return outcome.record.fields;
}

async function drive(
  device: TestAgent,
  link: LinkOptions,
  stop: () => Promise<void>,
): Promise<ClientUnderTest> {
  const passwords = new Map<string, string>();
  const deviceLink = new DeviceLink({
    name: 'handheld',
    link,
    passwords: {
      get: (challenge) => passwords.get(challenge),
      set: (challenge, password) => void passwords.set(challenge, password),
    },
  });
  deviceLink.start();
  const remote = await deviceLink.connection(new AbortController().signal);
  const { store } = device;
  return {
    plugin: () => remote.plugins.create('contacts'),
    records: async () => {
      const records = [...store.list('contacts')];
      return new Map(
        records.map(({ id, fields }) => [id, contacts.write(fields, { id, own: true, style: 'device' })]),
      );
    },
    add: async (xml) => device.add(fieldsOf(xml)),
    edit: async (id, xml) => void store.edit('contacts', id, () => fieldsOf(xml)),
    remove: async (id) => store.remove('contacts', [id]),
    dispose: async () => {
      await deviceLink.stop();
      await stop();
    },
  };
}

clientPluginContract('the bridge’s proxy, with the agent over TCP', {
  record,
  make: async () => {
    const device = await TestAgent.start();
    const link = { kind: 'tcp', host: '127.0.0.1', port: device.port } as const;
    return drive(device, link, async () => device.idle());
  },
});

clientPluginContract('the bridge’s proxy, with the agent over a serial line', {
  record,
  make: async () => {
    const device = await TestAgent.start();
    const ptys = await startPtyPair();
    const over = new AbortController();
    let served = Promise.resolve();
    await new Promise<void>((ready) => {
      const line = { path: ptys.far, baudRate: BAUD };
      served = serveSerial(line, device.agent, silentLog, ready, over.signal);
    });
    const link = { kind: 'serial', path: ptys.near, baudRate: BAUD, greenphone: false } as const;
    return drive(device, link, async () => {
      over.abort();
      device.agent.hangUp();
      await served;
      await ptys.stop();
    });
  },
});
