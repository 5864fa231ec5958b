import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import { temporaryFolder } from '../../test/support/http-bench.ts';
import {
  loadConfiguration,
  parseConfiguration,
  parseLocalMailbox,
  type BridgeConfig,
} from './configuration.ts';
import { defaultStateFolder } from './state-folder.ts';

const parse = (value: unknown): BridgeConfig =>
  parseConfiguration(JSON.stringify(value), '/etc/sync.json', '/state');

function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SyncError && error.code === 'config.invalid') return error.detail;
    throw error;
  }
  throw new Error('no error was thrown');
}

describe('what is left out has a default', () => {
  test('an empty file', () => {
    expect(parse({})).toEqual({
      stateFolder: '/state',
      file: '/etc/sync.json',
      port: 24245,
      origin: undefined,
      devices: [],
      limits: { maxLineBytes: 16 * 1024 * 1024 },
      outlook: {
        localMailbox: undefined,
        clientId: undefined,
        authority: undefined,
        settings: { meetings: 'read-only', taskLists: [] },
      },
    });
  });

  test('a single device on TCP', () => {
    expect(parse({ tcp: { host: '192.168.0.202' } }).devices).toEqual([
      {
        name: 'device',
        zonedTimes: 'wall-clock',
        settings: {},
        link: { kind: 'tcp', host: '192.168.0.202', port: 4245 },
        categoryAliases: {},
        datasets: undefined,
      },
    ]);
  });

  test('a single device on a serial port', () => {
    expect(parse({ serial: { path: 'COM3' } }).devices[0]?.link).toEqual({
      kind: 'serial',
      path: 'COM3',
      baudRate: 9600,
      greenphone: false,
    });
  });
});

test('everything can be said', () => {
  const config = parse({
    port: 4000,
    origin: 'https://sync.example.org:4000',
    devices: [
      { name: 'Greenphone', serial: { path: '/dev/ttyACM0', baudRate: 115200, greenphone: true } },
      {
        name: 'PDA',
        tcp: { host: 'pda', port: 1 },
        categoryAliases: { Geschäftlich: 'Business' },
        datasets: ['contacts'],
      },
    ],
    limits: { maxLineBytes: 1_000_000 },
    outlook: {
      localMailbox: 'http://127.0.0.1:8080',
      clientId: '00000000-0000-0000-0000-000000000001',
      authority: 'https://login.microsoftonline.com/common',
      meetings: 'writable',
      taskLists: ['Shopping'],
    },
  });
  expect(config).toMatchObject({
    port: 4000,
    origin: 'https://sync.example.org:4000',
    devices: [
      { name: 'Greenphone', link: { kind: 'serial', baudRate: 115200, greenphone: true } },
      { name: 'PDA', categoryAliases: { Geschäftlich: 'Business' }, datasets: ['contacts'] },
    ],
    outlook: { settings: { meetings: 'writable', taskLists: ['Shopping'] } },
  });
});

describe('errors name the file, the path and the value', () => {
  test.each<[string, unknown, string]>([
    ['an unknown key', { prot: 1 }, 'prot: unknown'],
    ['an unknown key inside', { tcp: { host: 'x', prot: 1 } }, 'tcp.prot: unknown'],
    ['a port out of range', { port: 70000 }, 'port: Too big: expected number to be <=65535, not 70000'],
    [
      'a wrong type',
      { tcp: { host: 'x', port: '1' } },
      'tcp.port: Invalid input: expected number, received string, not "1"',
    ],
    ['what is missing', { tcp: {} }, 'tcp.host: missing'],
    [
      'meetings that are neither',
      { outlook: { meetings: 'yes' } },
      'outlook.meetings: Invalid option: expected one of "read-only"|"writable", not "yes"',
    ],
    ['a device without a link', { devices: [{ name: 'a' }] }, 'devices[0]: needs either tcp or serial'],
    [
      'a device with two links',
      { devices: [{ name: 'a', tcp: { host: 'x' }, serial: { path: 'y' } }] },
      'devices[0]: needs either tcp or serial',
    ],
    [
      'two ways at once',
      { tcp: { host: 'x' }, serial: { path: 'y' } },
      'needs only one of devices, tcp and serial',
    ],
    [
      'two devices of one name',
      { devices: [1, 2].map(() => ({ name: 'a', tcp: { host: 'x' } })) },
      'devices[1].name: must be different for each device, not "a"',
    ],
    [
      'an origin with a path',
      { origin: 'https://x.example/y' },
      'origin: must be scheme, host and port only, not "https://x.example/y"',
    ],
    [
      'another alias',
      { devices: [{ name: 'a', tcp: { host: 'x' }, categoryAliases: { x: 'Work' } }] },
      'not "Work"',
    ],
    ['a mailbox elsewhere', { outlook: { localMailbox: 'https://evil.example' } }, 'outlook.localMailbox: '],
    ['no object', [], 'expected object'],
  ])('%s', (_, value, expected) => {
    const detail = complaint(() => parse(value));
    expect(detail).toContain('/etc/sync.json: ');
    expect(detail).toContain(expected);
  });

  test('text that is not JSON', () => {
    expect(complaint(() => parseConfiguration('{"port": }', '/etc/sync.json', '/s'))).toMatch(
      /^\/etc\/sync.json: .*(position|JSON)/,
    );
  });

  test('whatever the file holds, it is a configuration or a named error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          parse(value);
        } catch (error) {
          expect(error).toMatchObject({ code: 'config.invalid' });
        }
      }),
    );
  });
});

describe('the file', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is not what is wrong where the state folder is a file', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expect(loadConfiguration(file).devices).toEqual([]);
  });

  test('is config.json of the state folder, and may be absent', () => {
    expect(loadConfiguration(folder).devices).toEqual([]);
    writeFileSync(join(folder, 'config.json'), '\uFEFF{"port":4001}');
    expect(loadConfiguration(folder).port).toBe(4001);
  });

  test('that was named must be there', () => {
    const file = join(folder, 'mine.json');
    expect(complaint(() => loadConfiguration(folder, file))).toBe(`${file} cannot be read`);
    writeFileSync(file, '{"port":4002}');
    expect(loadConfiguration(folder, file).port).toBe(4002);
  });
});

test('a local mailbox is on this PC', () => {
  expect(parseLocalMailbox('http://localhost:8080')).toBe('http://localhost:8080');
  expect(parseLocalMailbox('http://[::1]:8080')).toBe('http://[::1]:8080');
  for (const url of ['https://graph.microsoft.com', 'http://localhost.evil.example', 'file:///etc', 'x']) {
    expect(complaint(() => parseLocalMailbox(url))).toContain(url);
  }
});

describe('the state folder', () => {
  const home = '/home/ada';
  test.each<[NodeJS.Platform, Record<string, string>, string]>([
    ['linux', {}, '/home/ada/.local/state/outlook-device-sync'],
    ['linux', { XDG_STATE_HOME: '/var/ada' }, '/var/ada/outlook-device-sync'],
    ['linux', { XDG_STATE_HOME: '' }, '/home/ada/.local/state/outlook-device-sync'],
    ['darwin', {}, '/home/ada/Library/Application Support/outlook-device-sync'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/outlook-device-sync'],
    ['win32', {}, '/home/ada/AppData/Local/outlook-device-sync'],
  ])('on %s with %j is %s', (platform, env, expected) => {
    expect(defaultStateFolder({ platform, env, home })).toBe(expected);
  });
});
