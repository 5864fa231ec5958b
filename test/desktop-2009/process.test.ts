/** `qdsync-device` as a user has it: real processes, a real socket, a real pseudo-terminal, real kills. */
import { once } from 'node:events';
import { SerialPort } from 'serialport';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { contacts } from '../../datasets/index.ts';
import { startPtyPair } from '../support/pty-pair.ts';
import { Desktop2009, type DesktopOperation } from './desktop.ts';
import { runDevice, startDevice, type DeviceProcess } from './device-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

const contact = (serverId: string, name: string): DesktopOperation => ({
  kind: 'create',
  xml: contacts.write({ FirstName: name }, { id: serverId, own: false, style: 'desktop' }),
});

describe('qdsync-device', () => {
  let state: string;

  beforeEach(() => {
    state = temporaryFolder();
  });

  const start = async (...args: readonly string[]): Promise<DeviceProcess> =>
    startDevice(state, ['--port', '0', '--accept', 'allow', ...args]);
  const connect = async ({ ready }: DeviceProcess, anchors?: Map<string, number>): Promise<Desktop2009> => {
    const desktop = await Desktop2009.connect({ port: ready.port ?? 0 }, anchors);
    expect(await desktop.login()).toBe(true);
    return desktop;
  };
  const command = async (name: string, ...args: readonly string[]): Promise<unknown> => {
    const { code, out, err } = await runDevice([name, 'contacts', ...args, '--state', state, '--json']);
    expect(`${code} ${err}`).toBe('0 ');
    return JSON.parse(out);
  };
  const names = async (): Promise<string[]> =>
    ((await command('list')) as { label: string }[]).map(({ label }) => label).sort();

  it('listens on this machine only, syncs, and ends gracefully', async () => {
    const device = await start();
    expect(device.ready).toEqual({ ready: true, host: '127.0.0.1', port: expect.any(Number) as number });
    const desktop = await connect(device);
    await desktop.run(['contacts'], () => [contact('s1', 'Ada')]);
    expect(await device.stop('SIGTERM')).toBe(0);
    await desktop.expect('(end)');
    expect(await names()).toEqual(['Ada']);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle of a session takes it back', async (signal) => {
    const device = await start();
    const desktop = await connect(device);
    await desktop.header('contacts');
    await desktop.changes('slow');
    await desktop.apply([contact('s1', 'Lost')]);
    expect(await device.stop(signal)).toBe(0);
    expect(await names()).toEqual([]);
  });

  it('kill -9 in the middle of a session loses the session and nothing else', async () => {
    await command('add', 'FirstName=Kept');
    const anchors = new Map<string, number>();
    let device = await start();
    let desktop = await connect(device, anchors);
    await desktop.session('contacts');
    const { kind } = await desktop.header('contacts');
    await desktop.changes(kind);
    await desktop.apply(Array.from({ length: 200 }, (_, index) => contact(`s${index}`, `Lost ${index}`)));
    expect(await device.stop('SIGKILL')).toBe('SIGKILL');
    expect(await names()).toEqual(['Kept']);
    device = await start();
    desktop = await connect(device, anchors);
    expect(await desktop.session('contacts')).toMatchObject({ kind: 'two-way', changes: [] });
  });

  it('kill -9 right after clientEnd loses nothing: records and anchor are there', async () => {
    const anchors = new Map<string, number>();
    let device = await start();
    let desktop = await connect(device, anchors);
    await desktop.session('contacts', () =>
      Array.from({ length: 200 }, (_, index) => contact(`s${index}`, `Contact ${index}`)),
    );
    await device.stop('SIGKILL');
    device = await start();
    desktop = await connect(device, anchors);
    expect(await desktop.session('contacts')).toMatchObject({ kind: 'two-way', changes: [] });
    expect(await names()).toHaveLength(200);
  });

  it('what the add command has said is added survives kill -9 of everything', async () => {
    const device = await start();
    const { added } = (await command('add', 'FirstName=Ada')) as { added: string[] };
    await device.stop('SIGKILL');
    expect(await command('show', added[0] ?? '')).toMatchObject({ fields: { FirstName: 'Ada' } });
  });

  it('records can be listed, added, edited and removed while a session is open', async () => {
    const { added } = (await command('add', 'FirstName=Ada')) as { added: string[] };
    const ada = added[0] ?? '';
    const desktop = await connect(await start());
    const { next, kind } = await desktop.header('contacts');
    expect(await desktop.changes(kind)).toHaveLength(1);
    await desktop.apply([contact('s1', 'Synced')]);
    expect(await names()).toEqual(['Ada']);
    await command('edit', ada, 'LastName=Lovelace');
    const { added: later } = (await command('add', 'FirstName=Gone')) as { added: string[] };
    await command('remove', later[0] ?? '');
    await command('add', 'FirstName=New');
    await desktop.end('contacts', next);
    expect(await names()).toEqual(['Ada Lovelace', 'New', 'Synced']);
    const { changes } = await desktop.session('contacts');
    expect(changes.map((change) => change.kind)).toEqual(['create', 'replace']);
  });

  it('denies without a terminal to ask on, and says why', async () => {
    const device = await startDevice(state, ['--port', '0']);
    const desktop = await Desktop2009.connect({ port: device.ready.port ?? 0 });
    expect(await desktop.login()).toBe(false);
    await device.stop('SIGTERM');
    expect(device.log()).toContain('no terminal to ask the owner on');
    expect(device.log()).not.toContain('c20db46a');
  });

  it('a second agent on the same folder is refused in words', async () => {
    await start();
    const { code, err } = await runDevice(['run', '--port', '0', '--state', state]);
    expect(code).toBe(1);
    expect(err).toContain('An agent is running on this state folder already.');
  });

  it('adds many records from standard input in one go, and prints them in the same form', async () => {
    const lines = ['{"FirstName":"Ada","EmailAddresses":["a@x.example"]}', '{"Company":"Fjordlys"}'];
    const added = await runDevice(
      ['add', 'contacts', '--from', '-', '--state', state],
      `${lines.join('\n')}\n`,
    );
    expect(added).toMatchObject({ code: 0, out: 'Added 2 records\n' });
    const { out } = await runDevice(['export', 'contacts', '--json', '--state', state]);
    const records = (text: string): unknown[] => text.split('\n').map((each) => JSON.parse(each) as unknown);
    expect(records(out.trimEnd())).toEqual(records(lines.join('\n')));
  });

  it('adds none of the records of a file with a mistake, and names the line', async () => {
    const input = '{"FirstName":"Ada"}\n\n{"FirstNam":"Bo"}\n';
    const { code, err } = await runDevice(['add', 'contacts', '--from', '-', '--state', state], input);
    expect(code).toBe(1);
    expect(err).toContain('-, line 3: FirstNam: no such field');
    expect(await names()).toEqual([]);
  });

  it('explains itself', async () => {
    for (const args of [['--help'], ['run', '--help'], ['add', '--help'], ['help', 'list']]) {
      const { code, out } = await runDevice(args);
      expect(code).toBe(0);
      expect(out).toContain('Usage: qdsync-device');
    }
    expect(await runDevice(['remove', 'contacts', '--state', state])).toMatchObject({ code: 1 });
    expect(await runDevice(['list'])).toMatchObject({ code: 2 });
    expect(await runDevice(['list', 'calendars', '--state', state])).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is: contacts') as string,
    });
  });

  describe('on a serial line', () => {
    /** The desktop's end of a pseudo-terminal pair. */
    const openNear = async (path: string): Promise<SerialPort> => {
      const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
      port.open();
      await once(port, 'open');
      onTestFinished(async () => {
        if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
      });
      return port;
    };

    it('is silent until it is spoken to, syncs, and serves the next desktop after QUIT', async () => {
      const line = await startPtyPair();
      onTestFinished(line.stop);
      const args = ['--serial', line.far, '--baud', '115200', '--accept', 'allow'];
      const device = await startDevice(state, args);
      expect(device.ready).toEqual({ ready: true, serial: line.far, baudRate: 115_200 });
      const port = await openNear(line.near);
      const anchors = new Map<string, number>();
      const desktop = new Desktop2009(port, anchors);
      await expect(desktop.lines.next(300)).rejects.toThrow('said nothing');
      expect(await desktop.login()).toBe(true);
      await desktop.run(['contacts'], () =>
        Array.from({ length: 100 }, (_, index) => contact(`s${index}`, `Contact ${index}`)),
      );
      desktop.say('QUIT\n');
      await desktop.expect('211 Have a nice day!');
      expect(await desktop.login()).toBe(true);
      expect(await desktop.session('contacts')).toMatchObject({ kind: 'two-way', changes: [] });
      expect(await device.stop('SIGTERM')).toBe(0);
    });

    it('a desktop that vanished is given up after its time-out, and the next one is served', async () => {
      const line = await startPtyPair();
      onTestFinished(line.stop);
      const device = await startDevice(state, ['--serial', line.far, '--accept', 'allow']);
      const port = await openNear(line.near);
      const desktop = new Desktop2009(port);
      expect(await desktop.login()).toBe(true);
      await desktop.header('contacts');
      desktop.say('HELPER_INIT 500 0 0\n');
      await desktop.expect('HELPER_QUIT');
      expect(await desktop.login()).toBe(true);
      expect((await desktop.session('contacts')).last).toBeNull();
      expect(await device.stop('SIGTERM')).toBe(0);
    });
  });
});
