/** Over real TCP and a real pseudo-terminal. */
import { afterEach, describe, expect, it } from 'vitest';
import { SerialPort } from 'serialport';
import type { DeviceLinkState } from '../../contract/device.ts';
import { SyncError } from '../../contract/errors.ts';
import { startPtyPair } from '../../test/support/pty-pair.ts';
import {
  CHALLENGE,
  WireDevice,
  WireDeviceStore,
  type WireDeviceOptions,
} from '../../test/support/wire-device.ts';
import { WireServer } from '../../test/support/wire-server.ts';
import type { LinkOptions } from '../links/link.ts';
import { DeviceLink, type DeviceLinkOptions } from './device-link.ts';

const { signal } = new AbortController();
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Watched {
  readonly link: DeviceLink;
  readonly states: string[];
  readonly passwords: Map<string, string>;
  /** Resolves when the link is in that state, now or later. */
  reaches: (state: DeviceLinkState['state']) => Promise<void>;
}

function watch(link: LinkOptions, options: Partial<DeviceLinkOptions> = {}): Watched {
  const passwords = new Map<string, string>();
  const deviceLink = new DeviceLink({
    name: 'handheld',
    link,
    passwords: {
      get: (challenge) => passwords.get(challenge),
      set: (challenge, password) => void passwords.set(challenge, password),
    },
    ...options,
  });
  const states: string[] = [];
  deviceLink.onState((state) => states.push(state.state));
  deviceLink.start();
  cleanups.push(async () => deviceLink.stop());
  const reaches = async (wanted: DeviceLinkState['state']): Promise<void> => {
    if (deviceLink.state.state === wanted) return;
    await new Promise<void>((resolve) => {
      const stop = deviceLink.onState(({ state }) => {
        if (state !== wanted) return;
        stop();
        resolve();
      });
    });
  };
  return { link: deviceLink, states, passwords, reaches };
}

async function serve(options: WireDeviceOptions = {}): Promise<WireServer> {
  const server = await WireServer.start(options);
  cleanups.push(async () => server.stop());
  return server;
}

function tcp(server: WireServer): LinkOptions {
  return { kind: 'tcp', host: '127.0.0.1', port: server.port };
}

describe('over TCP', () => {
  it('connects, logs in, and keeps the password that was accepted', async () => {
    const server = await serve();
    const { link, states, passwords } = watch(tcp(server));
    const device = await link.connection(signal);
    expect(device.banner).toMatchObject({ challenge: CHALLENGE, model: 'Uncustomized Device' });
    expect(link.state).toMatchObject({ state: 'connected', banner: { challenge: CHALLENGE } });
    expect(states).toEqual(['connecting', 'waiting-for-allow', 'connected']);
    expect(passwords.get(CHALLENGE)).toMatch(/^[0-9A-Za-z]{8}$/);
    expect(server.store.passwords).toEqual(new Set([`Qtopia15${passwords.get(CHALLENGE)!}`]));
    expect(await link.connection(signal)).toBe(device);
    expect(link.description).toBe(`tcp 127.0.0.1:${server.port}`);
  });

  it('reconnects by itself when the link is cut, with the same password and no question', async () => {
    const server = await serve();
    const watched = watch(tcp(server));
    const device = await watched.link.connection(signal);
    server.options = { login: 'silent' };
    server.cut();
    expect(await device.ended).toMatchObject({ code: 'link.lost' });
    await watched.reaches('disconnected');
    const again = await watched.link.connection(signal);
    expect(again).not.toBe(device);
    expect(server.devices.length).toBe(2);
    expect(server.store.passwords.size).toBe(1);
  });

  it('nothing there: link.refused, and it goes on trying', async () => {
    const server = await serve();
    const { port } = server;
    await server.stop();
    cleanups.pop();
    const watched = watch({ kind: 'tcp', host: '127.0.0.1', port });
    await expect(watched.link.connection(signal)).rejects.toMatchObject({ code: 'link.refused' });
    expect(watched.link.state).toMatchObject({ state: 'disconnected', problem: { code: 'link.refused' } });
    const later = await WireServer.start({}, port);
    cleanups.push(async () => later.stop());
    await watched.reaches('connected');
  });

  it('refused by the owner: it does not ask again until a person wants it', async () => {
    const server = await serve({ login: 'deny' });
    const { link, passwords } = watch(tcp(server));
    await expect(link.connection(signal)).rejects.toMatchObject({ code: 'login.refused' });
    expect(passwords.size).toBe(0);
    await expect(link.connection(signal)).rejects.toMatchObject({ code: 'login.refused' });
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(server.devices.length).toBe(1);
    server.options = { login: 'allow' };
    link.connectNow();
    expect((await link.connection(signal)).banner.challenge).toBe(CHALLENGE);
  });

  it('tells that the owner is asked, and gives up by name', async () => {
    const server = await serve({ login: 'silent' });
    const watched = watch(tcp(server), { limits: { loginMs: 300 } });
    await watched.reaches('waiting-for-allow');
    await expect(watched.link.connection(signal)).rejects.toMatchObject({ code: 'login.timeout' });
    expect(server.device.heard.at(-1)).toBe('QUIT');
  });

  it('a wait for the connection can be given up', async () => {
    const server = await serve({ login: 'silent' });
    const { link } = watch(tcp(server));
    const cancel = new AbortController();
    const waiting = link.connection(cancel.signal);
    cancel.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'sync.cancelled' });
  });

  it('a password that cannot be kept ends the connection by name', async () => {
    const server = await serve();
    const { link } = watch(tcp(server), {
      passwords: {
        get: () => undefined,
        set: () => {
          throw new SyncError('store.full');
        },
      },
    });
    await expect(link.connection(signal)).rejects.toMatchObject({ code: 'store.full' });
  });

  it('stop says QUIT, and ends waits', async () => {
    const server = await serve();
    const { link } = watch(tcp(server));
    const device = await link.connection(signal);
    await link.stop();
    expect(server.device.heard.at(-1)).toBe('QUIT');
    expect(await device.ended).toBeUndefined();
    expect(link.state).toEqual({ state: 'disconnected' });
    await expect(link.connection(signal)).rejects.toMatchObject({ code: 'link.not-connected' });
  });

  it('counts lines and shows them to a recorder, without passwords', async () => {
    const server = await serve();
    const lines: string[] = [];
    const { link } = watch(tcp(server));
    const stopObserving = link.observe((direction, text) => lines.push(`${direction} ${text()}`));
    const device = await link.connection(signal);
    expect(device.counters).toMatchObject({ linesIn: 3, linesOut: 3 });
    expect(lines.map((line) => line.slice(0, 20))).toEqual([
      'out HELPER_INIT 0 0 ',
      'in 220 Qtopia 4.4.3;',
      'out USER root',
      'in 331 User name ok,',
      'out PASS ********',
      'in 230 User logged i',
    ]);
    stopObserving();
    device.notify({ kind: 'syncStart' });
    await link.stop();
    expect(lines).toHaveLength(6);
  });

  it('a line over the limit ends the connection, and the next one is made', async () => {
    const server = await serve();
    const watched = watch(tcp(server), { limits: { maxLineBytes: 100_000 } });
    const device = await watched.link.connection(signal);
    server.device.sayLine('x'.repeat(200_000));
    expect(await device.ended).toMatchObject({ code: 'wire.line-too-long' });
    await watched.link.connection(signal);
    expect(server.devices.length).toBe(2);
  });
});

describe('over a serial line', () => {
  /** A device at the far end of a pseudo-terminal. */
  async function plugIn(
    path: string,
    store: WireDeviceStore,
    options: WireDeviceOptions,
  ): Promise<WireDevice> {
    const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    const device = new WireDevice((bytes) => port.write(bytes), store, options);
    port.on('data', (bytes: Buffer) => device.receive(bytes));
    cleanups.push(
      async () => new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
    );
    return device;
  }

  it('wakes the device, syncs a dataset, pings', async () => {
    const ptys = await startPtyPair();
    cleanups.push(ptys.stop);
    const store = new WireDeviceStore();
    store.records.set('c1', '<Contact><Identifier>c1</Identifier></Contact>');
    const device = await plugIn(ptys.far, store, { greets: 'when-spoken-to' });
    const { link } = watch({ kind: 'serial', path: ptys.near, baudRate: 115_200, greenphone: false });
    const remote = await link.connection(signal);
    const plugin = remote.plugins.create('contacts');
    await plugin.begin({ identity: '{x}', last: null, next: Date.now() }, signal);
    const changes = [];
    for await (const chunk of plugin.changes('slow', signal)) changes.push(...chunk);
    expect(changes.length).toBe(1);
    const mapped: string[] = [];
    for (let index = 0; index < 300; index += 1) {
      const xml = `<Contact><Identifier localIdentifier="false">s${index}</Identifier>${'x'.repeat(500)}</Contact>`;
      await plugin.apply({ kind: 'create', serverId: `s${index}`, xml }, (id) => mapped.push(id));
    }
    await plugin.settle(signal);
    await plugin.commit(signal);
    expect(mapped.length).toBe(300);
    expect(store.records.size).toBe(301);
    expect(device.heard[0]).toBe('HELPER_INIT 30000 0 1');
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(device.heard).toContain('HELPER_PING');
  });

  it('ends an old session that is still logged in', async () => {
    const ptys = await startPtyPair();
    cleanups.push(ptys.stop);
    // The device of the old session does not greet; QUIT brings it back to the beginning.
    const old = await plugIn(ptys.far, new WireDeviceStore(), { greets: 'never' });
    const { link } = watch({ kind: 'serial', path: ptys.near, baudRate: 115_200, greenphone: false });
    const connection = link.connection(signal);
    while (!old.heard.includes('QUIT')) await new Promise((resolve) => setTimeout(resolve, 50));
    old.greet();
    expect((await connection).banner.challenge).toBe(CHALLENGE);
  });

  it('a port that is not there: link.serial-open, and it goes on trying', async () => {
    const { link } = watch({ kind: 'serial', path: '/dev/no-such-port', baudRate: 9_600, greenphone: true });
    await expect(link.connection(signal)).rejects.toMatchObject({ code: 'link.serial-open' });
  });

  it('reconnects when the line comes back', async () => {
    const first = await startPtyPair();
    const store = new WireDeviceStore();
    await plugIn(first.far, store, { greets: 'when-spoken-to' });
    const watched = watch({ kind: 'serial', path: first.near, baudRate: 115_200, greenphone: false });
    const device = await watched.link.connection(signal);
    await first.stop();
    expect(await device.ended).toMatchObject({ code: 'link.lost' });
    await watched.reaches('disconnected');
    const second = await startPtyPair(first);
    cleanups.push(second.stop);
    await plugIn(second.far, store, { greets: 'when-spoken-to' });
    await watched.reaches('connected');
  });
});
