/** A port that somebody else has: whose it is, for real and by what each system prints. */
import { spawn, spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { startHttpBench, type HttpBench } from '../../test/support/http-bench.ts';
import { listenerOfNetstat, listenerOfSs, portTaken, toPortError, uidOf } from './port-owner.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

test('another bridge of this user is named by its version and its process', async () => {
  const bench: HttpBench = await startHttpBench();
  ends.push(() => bench.stop());
  const error = await portTaken('127.0.0.1', bench.server.port);
  expect(error.code).toBe('bridge.other-bridge');
  expect(error.detail).toContain(`port ${bench.server.port}, bridge `);
});

test('another program is told apart from a bridge', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n{}'));
  ends.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const error = await portTaken('127.0.0.1', port);
  expect(error.code).toBe('bridge.port-taken');
  expect(error.detail).not.toContain('bridge ');
});

// Another user can only be had where this is root's own machine.
const canBeAnother =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('setpriv', ['--version']).status === 0;
test.runIf(canBeAnother)('what another user has is told as theirs, whatever it is', async () => {
  const script =
    'const s=require("node:net").createServer().listen(0,"127.0.0.1",()=>console.log(s.address().port))';
  const child = spawn('setpriv', ['--reuid=65534', '--clear-groups', process.execPath, '-e', script]);
  ends.push(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const error = await portTaken('127.0.0.1', Number(line.toString()));
  expect(error.code).toBe('bridge.other-user');
  // Its command line is not ours to show.
  expect(error.detail).not.toContain('process');
});

test.each([
  [{ bridge: '1.0.0', user: 'other', process: undefined }, 'bridge.other-user'],
  [{ bridge: undefined, user: 'other', process: undefined }, 'bridge.other-user'],
  [{ bridge: '1.0.0', user: 'own', process: { pid: 7, command: 'node main.js' } }, 'bridge.other-bridge'],
  [{ bridge: '1.0.0', user: 'unknown', process: undefined }, 'bridge.port-taken'],
  [{ bridge: undefined, user: 'own', process: { pid: 7, command: 'nginx' } }, 'bridge.port-taken'],
] as const)('%j is %s', (owner, code) => {
  expect(toPortError('127.0.0.1', 24245, owner).code).toBe(code);
});

test('what the systems print', () => {
  const netstat = [
    '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
    '  TCP    127.0.0.1:50000        127.0.0.1:24245        HERGESTELLT     4',
    '  TCP    127.0.0.1:24245        127.0.0.1:50000        HERGESTELLT     5',
    '  TCP    127.0.0.1:24245        0.0.0.0:0              ABHÖREN         1234',
  ].join('\r\n');
  expect(listenerOfNetstat(netstat, 24245)).toBe(1234);
  expect(listenerOfNetstat(netstat, 80)).toBeUndefined();
  const ss = 'LISTEN 0 511 127.0.0.1:24245 0.0.0.0:* users:(("node",pid=4321,fd=20))';
  expect(listenerOfSs(ss)).toBe(4321);
  expect(listenerOfSs('LISTEN 0 511 127.0.0.1:24245 0.0.0.0:*')).toBeUndefined();
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:5EB5 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1001        0 1',
    '   1: 0100007F:5EB5 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 2',
  ].join('\n');
  expect(uidOf(table, 24245)).toBe(1000);
  expect(uidOf(table, 24246)).toBeUndefined();
});
