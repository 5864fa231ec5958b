/** The proxy over real TCP, held to the same contract as the device's own plugin. */
import { clientPluginContract } from '../../test/contracts/client-plugin-contract.ts';
import { withIdentifier } from '../../test/support/wire-device.ts';
import { WireServer } from '../../test/support/wire-server.ts';
import { DeviceLink } from './device-link.ts';

clientPluginContract('proxy over TCP', {
  record: (label, identifier, local) =>
    `<Contact><Identifier${local ? '' : ' localIdentifier="false"'}>${identifier}</Identifier>` +
    `<FirstName pronunciation="">${label}</FirstName></Contact>`,
  make: async () => {
    const server = await WireServer.start();
    const { store } = server;
    const passwords = new Map<string, string>();
    const link = new DeviceLink({
      name: 'wire device',
      link: { kind: 'tcp', host: '127.0.0.1', port: server.port },
      passwords: {
        get: (challenge) => passwords.get(challenge),
        set: (challenge, password) => void passwords.set(challenge, password),
      },
      limits: { calmMs: 50, settleLastMs: 100 },
    });
    link.start();
    const remote = await link.connection(new AbortController().signal);
    return {
      plugin: () => remote.plugins.create('contacts'),
      records: async () => store.records,
      add: async (xml) => {
        const id = `{a7a2832c-cdb3-40b6-9d95-6cd31e05647d}:${store.nextId}`;
        store.nextId += 1;
        store.records.set(id, withIdentifier(xml, id));
        store.changes.push({ name: 'createClientRecord', record: Buffer.from(withIdentifier(xml, id)) });
        return id;
      },
      edit: async (id, xml) => {
        store.records.set(id, xml);
        store.changes.push({ name: 'replaceClientRecord', record: Buffer.from(xml) });
      },
      remove: async (id) => {
        store.records.delete(id);
        store.changes.push({ name: 'removeClientRecord', clientId: id });
      },
      dispose: async () => {
        await link.stop();
        await server.stop();
      },
    };
  },
});
