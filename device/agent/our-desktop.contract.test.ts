/** The bridge's proxy and the agent together, held to the contract of client plugins, over TCP and a serial line. */
import { contacts } from '../../datasets/index.ts';
import { ALL_ABILITIES, clientPluginContract } from '../../test/contracts/client-plugin-contract.ts';
import { recordsOf } from '../../test/contracts/contract-records.ts';
import { linkedAgent, SHORT_WAITS } from '../../test/contracts/linked-clients.ts';
import { TestAgent } from '../../test/desktop-2009/test-agent.ts';
import { startPtyPair } from '../../test/support/pty-pair.ts';
import { silentLog } from './log.ts';
import { serveSerial } from './serial.ts';

const BAUD = 115_200;

const records = recordsOf(contacts, {}, 'FirstName', [
  'contact-01-device-full',
  'contact-02-device-nearly-empty',
]);

clientPluginContract('the bridge’s proxy, with the agent over TCP', {
  ...records,
  abilities: ALL_ABILITIES,
  make: async () => {
    const device = await TestAgent.start();
    const link = { kind: 'tcp', host: '127.0.0.1', port: device.port } as const;
    return linkedAgent(device, contacts, link, async () => device.idle(), SHORT_WAITS);
  },
});

clientPluginContract('the bridge’s proxy, with the agent over TCP, without extensions', {
  ...records,
  make: async () => {
    const device = await TestAgent.start();
    const link = { kind: 'tcp', host: '127.0.0.1', port: device.port } as const;
    return linkedAgent(device, contacts, link, async () => device.idle(), SHORT_WAITS, []);
  },
});

clientPluginContract('the bridge’s proxy, with the agent over a serial line', {
  ...records,
  abilities: ALL_ABILITIES,
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
    return linkedAgent(device, contacts, link, async () => {
      over.abort();
      device.agent.hangUp();
      await served;
      await ptys.stop();
    });
  },
});
