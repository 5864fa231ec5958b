/** The device as a program. */
import { expect, it } from 'vitest';
import { startFromArguments, summaryOf } from './main.ts';
import { newContact, sync } from './session-script.ts';

it('starts on a port, with records, and tells what was done to it', async () => {
  const { device, address } = await startFromArguments([
    '--port',
    '0',
    '--contacts',
    '2',
    '--appointments',
    '3',
    '--tasks',
    '1',
  ]);
  try {
    expect(address).toBe(`tcp 127.0.0.1:${device.port}`);
    expect((await sync(device, [newContact('srv1', '')])).changes).toHaveLength(2);
    expect(JSON.parse(summaryOf(device))).toEqual({
      crashed: null,
      offences: [],
      contacts: 3,
      appointments: 3,
      tasks: 1,
      sessions: 1,
      commits: 1,
      rollbacks: 0,
      creates: 1,
      replaces: 0,
      removes: 0,
    });
  } finally {
    await device.close();
  }
});

it.each([['--owner', 'perhaps'], ['--port', 'x'], ['--unknown']])('refuses %s %s', async (...args) => {
  await expect(startFromArguments(args)).rejects.toThrow(TypeError);
});
