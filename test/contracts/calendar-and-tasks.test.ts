/** Calendar and tasks, held to the contract of client plugins: our handheld's own, and over the wire, and the device of 2009. */
import { calendar, tasks } from '../../datasets/index.ts';
import { TestAgent } from '../desktop-2009/test-agent.ts';
import { Device2009 } from '../device-2009/device.ts';
import { ALL_ABILITIES, clientPluginContract } from './client-plugin-contract.ts';
import { recordsOf } from './contract-records.ts';
import { linkedAgent, linkedDevice2009, SHORT_WAITS } from './linked-clients.ts';
import { ownClient } from './own-client.ts';

const WHEN = { End: '2026-03-03T21:00:00', Start: '2026-03-03T19:00:00' };

for (const { definition, ...options } of [
  {
    definition: calendar,
    ...recordsOf(calendar, { When: WHEN }, 'Description', [
      'appointment-01-zone',
      'appointment-02-floating',
      'appointment-04-allday-three',
      'recurrence-05-monthly-31-nearest',
      'recurrence-14-daily-deleted-occurrence',
      'recurrence-15-weekly-moved-occurrence',
    ]),
  },
  {
    definition: tasks,
    ...recordsOf(tasks, {}, 'Description', [
      'task-01-device-notstarted',
      'task-02-device-waiting',
      'task-03-device-completed',
    ]),
  },
]) {
  clientPluginContract(`${definition.name}, the handheld’s own`, {
    ...options,
    abilities: ALL_ABILITIES,
    make: async () => ownClient(definition),
  });

  clientPluginContract(`${definition.name}, the bridge’s proxy with the agent`, {
    ...options,
    abilities: ALL_ABILITIES,
    make: async () => {
      const device = await TestAgent.start([definition]);
      const link = { kind: 'tcp', host: '127.0.0.1', port: device.port } as const;
      return linkedAgent(device, definition, link, async () => device.idle(), SHORT_WAITS);
    },
  });

  clientPluginContract(`${definition.name}, the bridge’s proxy with a 2009 device`, {
    ...options,
    make: async () =>
      linkedDevice2009(
        await Device2009.listen(),
        definition === calendar ? 'calendar' : 'tasks',
        SHORT_WAITS,
      ),
  });
}
