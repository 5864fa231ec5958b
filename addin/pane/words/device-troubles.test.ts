import { describe, expect, it } from 'vitest';
import { errorCatalogue, type ErrorCode } from '../../../contract/errors.ts';
import { neo } from '../../../test/support/pane-samples.ts';
import { deviceTrouble } from './device-troubles.ts';

const gone = (code: ErrorCode, name = 'Neo') => {
  const { message, remedy } = errorCatalogue[code];
  return deviceTrouble({ ...neo, name, state: 'disconnected', problem: { code, message, remedy } })[0];
};

describe('the troubles of a device', () => {
  it('are none while it is there, is looked for, or was let go', () => {
    expect(deviceTrouble(neo)).toEqual([]);
    expect(deviceTrouble({ ...neo, state: 'connecting' })).toEqual([]);
    expect(deviceTrouble({ ...neo, state: 'disconnected' })).toEqual([]);
  });

  it('have nothing wrong where it waits for Allow', () => {
    expect(deviceTrouble({ ...neo, state: 'waiting-for-allow' })).toMatchObject([
      { title: 'Press Allow on Neo', intent: 'info' },
    ]);
  });

  it.each([
    ['link.refused', 'Neo is not there', undefined],
    ['link.serial-open', 'The serial port of Neo cannot be opened', undefined],
    ['login.refused', 'Neo has refused this PC', undefined],
    ['login.timeout', 'Nobody has pressed Allow on Neo', undefined],
    ['login.other-device', 'Another device answers for Neo', 'devices --accept Neo'],
    ['device.other-desktop', 'Another desktop is connected to Neo', undefined],
    ['device.code', 'Neo was not let in', undefined],
    ['device.unprotected', 'Neo cannot protect its connection', 'devices --allow-unprotected Neo'],
    ['device.key-changed', 'What answers for Neo has another key', 'devices --accept Neo'],
    ['device.downgrade', 'Neo offers no protection any more', 'devices --accept Neo'],
    ['wire.legacy-device', 'Neo cannot be used', undefined],
  ] as const)('are told apart, each with a remedy: %s', (code, title, command) => {
    const told = gone(code);
    expect(told?.title).toBe(title);
    expect(told?.text).toMatch(/\w/);
    expect(told?.command).toBe(command === undefined ? undefined : `outlook-device-sync ${command}`);
    expect(told?.remedies).toEqual(command === undefined ? [] : ['copy-command']);
  });

  it('tell what happened and what to do', () => {
    const { message, remedy } = errorCatalogue['link.refused'];
    expect(gone('link.refused')?.text).toBe(`${message} ${remedy}`);
  });

  it('say nothing twice', () => {
    expect(gone('device.other-desktop')?.text).not.toContain('Another desktop');
    expect(gone('login.refused')?.text).not.toContain('refused');
  });

  it.each([
    ['My Neo', '"My Neo"'],
    ['Łukasz', 'Łukasz'],
    ['$(reboot)', 'NAME'],
    ['a"b', 'NAME'],
    ['-x', 'NAME'],
  ])('name a device %j in a command as %s, which no shell reads more into', (name, argument) => {
    expect(gone('login.other-device', name)?.command).toBe(
      `outlook-device-sync devices --accept ${argument}`,
    );
  });
});
