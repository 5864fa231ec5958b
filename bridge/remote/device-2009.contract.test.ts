/** The proxy held to the client plugin contract with the 2009 device at the other end, over TCP and a serial line. */
import { SerialPort } from 'serialport';
import { expect, it } from 'vitest';
import { clientPluginContract, type ClientUnderTest } from '../../test/contracts/client-plugin-contract.ts';
import { Device2009 } from '../../test/device-2009/device.ts';
import { startPtyPair } from '../../test/support/pty-pair.ts';
import type { LinkOptions } from '../links/link.ts';
import { DeviceLink } from './device-link.ts';

const BAUD = 115_200;

function record(label: string, identifier: string, local: boolean): string {
  return (
    `<Contact><Identifier${local ? '' : ' localIdentifier="false"'}>${identifier}</Identifier>` +
    `<NameTitle></NameTitle><FirstName pronunciation="">${label}</FirstName></Contact>`
  );
}

async function drive(
  device: Device2009,
  link: LinkOptions,
  stop: () => Promise<void>,
): Promise<ClientUnderTest> {
  device.owner('allow');
  const passwords = new Map<string, string>();
  const deviceLink = new DeviceLink({
    name: '2009',
    link,
    passwords: {
      get: (challenge) => passwords.get(challenge),
      set: (challenge, password) => void passwords.set(challenge, password),
    },
  });
  deviceLink.start();
  const remote = await deviceLink.connection(new AbortController().signal);
  return {
    plugin: () => remote.plugins.create('contacts'),
    records: async () => new Map(device.records().map(({ id, xml }) => [id, xml])),
    add: async (xml) => device.add(xml),
    edit: async (id, xml) => device.edit(id, { FirstName: /<FirstName[^>]*>([^<]*)/.exec(xml)?.[1] ?? '' }),
    remove: async (id) => device.remove(id),
    dispose: async () => {
      await deviceLink.stop();
      await device.close();
      await stop();
      expect(device.crashed).toBeUndefined();
      expect(device.offences).toEqual([]);
    },
  };
}

clientPluginContract('proxy, with a 2009 device over TCP', {
  record,
  make: async () => {
    const device = await Device2009.listen();
    return drive(device, { kind: 'tcp', host: '127.0.0.1', port: device.port }, async () => undefined);
  },
});

clientPluginContract('proxy, with a 2009 device over a serial line', {
  record,
  make: async () => {
    const ptys = await startPtyPair();
    const device = new Device2009();
    await device.openSerial(ptys.far, BAUD);
    return drive(device, { kind: 'serial', path: ptys.near, baudRate: BAUD, greenphone: false }, ptys.stop);
  },
});

it('a serial session that somebody left behind is ended, and a new one begun', async () => {
  const ptys = await startPtyPair();
  const device = new Device2009({ reopenMs: 300 });
  await device.openSerial(ptys.far, BAUD);
  device.owner('allow');
  const left = new SerialPort({ path: ptys.near, baudRate: BAUD });
  left.write('HELPER_INIT 0 0 0\nUSER root\nPASS Qtopia15aaaaaaaa\n');
  while (!device.loggedIn) await new Promise((resolve) => setTimeout(resolve, 20));
  left.pause();
  await new Promise((resolve) => left.close(resolve));
  device.clearLog();

  const link: LinkOptions = { kind: 'serial', path: ptys.near, baudRate: BAUD, greenphone: false };
  const client = await drive(device, link, ptys.stop);
  const plugin = client.plugin();
  const { signal } = new AbortController();
  expect((await plugin.begin({ identity: '{x}', last: null, next: Date.now() }, signal)).last).toBeNull();
  await plugin.abort();
  await client.dispose();
});
