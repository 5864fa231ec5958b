/** `doctor`: what it finds when all is well, and what it says of each thing that is not. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startHttpBench, type HttpBench } from '../../test/support/http-bench.ts';
import { RecordedIo } from '../../test/support/recorded-io.ts';
import { stateFiles } from '../config/state-folder.ts';
import type { Finding } from '../doctor/check.ts';
import { checkStateFolder } from '../doctor/this-computer.ts';
import { claimInstance } from '../http/instance.ts';
import { openStore } from '../store/store.ts';
import { doctorCommand } from './doctor-command.ts';

let bench: HttpBench;
let graph: Server;
let graphDate: string;
beforeEach(async () => {
  bench = await startHttpBench();
  graphDate = new Date().toUTCString();
  graph = createHttpServer((_request, response) => {
    response.setHeader('Date', graphDate);
    response.end();
  });
  await new Promise<void>((resolve) => graph.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  graph.close();
  await bench.stop();
  rmSync(bench.stateFolder, { recursive: true, force: true });
});

const graphAddress = (): string => `http://127.0.0.1:${(graph.address() as AddressInfo).port}/`;

async function doctor(
  address = graphAddress(),
): Promise<{ code: number; of: (about: string) => Finding | undefined }> {
  const io = new RecordedIo();
  const code = await doctorCommand(io, {
    stateFolder: bench.stateFolder,
    config: undefined,
    json: true,
    graph: address,
  });
  const findings = JSON.parse(io.printed) as Finding[];
  for (const { state, remedy } of findings) expect(remedy !== '').toBe(state !== 'ok');
  return { code, of: (about) => findings.find((finding) => finding.about === about) };
}

describe('doctor', () => {
  test('finds a running bridge, its port, its certificate, Graph and the clock', async () => {
    const instance = await claimInstance(bench.stateFolder);
    instance.announce(bench.server.address, bench.server.certificateFile);
    const { of } = await doctor();
    instance.release();
    for (const about of [
      'configuration',
      'state folder',
      'bridge',
      'port',
      'certificate',
      'database',
      'Graph',
      'clock',
    ])
      expect(of(about), about).toMatchObject({ state: 'ok' });
    expect(of('trust')).toMatchObject({
      state: 'warning',
      remedy: 'Run: outlook-device-sync certificate trust',
    });
    expect(of('add-in')).toMatchObject({ state: 'warning' });
    expect(of('passwords')?.text).toContain('readable by you alone');
  });

  test('tells somebody else’s port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    writeFileSync(stateFiles.config(bench.stateFolder), JSON.stringify({ port }));
    const { code, of } = await doctor();
    expect(of('port')).toMatchObject({
      state: 'problem',
      text: expect.stringContaining(String(port)) as unknown,
    });
    expect(of('bridge')).toMatchObject({ state: 'warning' });
    expect(code).toBe(1);
    other.close();
  });

  test('tells a configuration that is not valid, by its path', async () => {
    writeFileSync(stateFiles.config(bench.stateFolder), '{ "tcp": { "hots": 1 } }');
    expect((await doctor()).of('configuration')?.text).toContain('tcp.hots');
  });

  test('tells files that others can read', async () => {
    chmodSync(join(bench.stateFolder, 'token'), 0o644);
    expect((await doctor()).of('state folder')).toMatchObject({
      state: 'problem',
      text: 'others can read token',
    });
  });

  test('tells a serial port that is not there', async () => {
    const path = join(bench.stateFolder, 'ttyNone');
    writeFileSync(stateFiles.config(bench.stateFolder), JSON.stringify({ serial: { path } }), {
      mode: 0o600,
    });
    expect((await doctor()).of('serial port of device')).toMatchObject({ state: 'warning' });
  });

  test('tells that no device with the USB id of the configuration is connected', async () => {
    writeFileSync(
      stateFiles.config(bench.stateFolder),
      JSON.stringify({ serial: { path: 'usb:ffff:fffe' } }),
      {
        mode: 0o600,
      },
    );
    expect((await doctor()).of('serial port of device')).toMatchObject({
      state: 'warning',
      text: 'no device with usb:ffff:fffe is connected',
    });
  });

  test('before the first start there is no state folder, which is no problem', async () => {
    expect(await checkStateFolder(join(bench.stateFolder, 'none', 'below'))).toMatchObject([{ state: 'ok' }]);
  });

  test('tells a state folder that cannot be made', async () => {
    const file = join(bench.stateFolder, 'file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'below'), join(file, 'far', 'below')])
      expect(await checkStateFolder(folder)).toMatchObject([{ state: 'problem', about: 'state folder' }]);
  });

  test('tells a damaged database', async () => {
    const path = stateFiles.database(bench.stateFolder);
    openStore(path).close();
    expect((await doctor()).of('database')).toMatchObject({ state: 'ok', text: 'it is whole' });
    writeFileSync(path, 'no database at all, but long enough to be taken for a file of SQLite'.repeat(20));
    expect((await doctor()).of('database')).toMatchObject({ state: 'problem' });
  });

  test('tells a clock that is wrong and a Graph that is not reached', async () => {
    graphDate = new Date(Date.now() - 10 * 60_000).toUTCString();
    expect((await doctor()).of('clock')).toMatchObject({
      state: 'warning',
      text: 'this PC’s clock is 10 minutes fast',
    });
    const closed = graphAddress();
    graph.close();
    const unreached = await doctor(closed);
    expect(unreached.of('Graph')).toMatchObject({ state: 'problem' });
    expect(unreached.of('clock')).toMatchObject({ state: 'warning' });
  });
});
