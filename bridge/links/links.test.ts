import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { linkContract, type LinkPair } from '../../test/contracts/link-contract.ts';
import { startPtyPair } from '../../test/support/pty-pair.ts';
import { openLink } from './open-link.ts';
import { openSerial } from './serial.ts';
import { TcpLink, openTcp } from './tcp.ts';

const { signal } = new AbortController();

async function tcpPair(): Promise<LinkPair> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const near = await openTcp({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }, signal);
  const [socket] = await accepted;
  return {
    near,
    far: new TcpLink(socket, 'accepted'),
    dispose: async () => {
      server.close();
    },
  };
}

async function ptyPair(): Promise<LinkPair> {
  const ptys = await startPtyPair();
  const options = { baudRate: 115_200, greenphone: false };
  return {
    near: await openSerial({ path: ptys.near, ...options }, signal),
    far: await openSerial({ path: ptys.far, ...options }, signal),
    dispose: async () => ptys.stop(),
  };
}

linkContract('TCP', tcpPair, 32 * 1024 * 1024);
linkContract('serial, over a pseudo-terminal', ptyPair, 256 * 1024);

describe('opening', () => {
  it('a port that nobody listens on: link.refused, naming it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    await expect(openTcp({ host: '127.0.0.1', port }, signal)).rejects.toMatchObject({
      code: 'link.refused',
      detail: `127.0.0.1:${port}: ECONNREFUSED`,
    });
  });

  it('a name that does not exist: link.refused', async () => {
    await expect(openTcp({ host: 'device.invalid', port: 4245 }, signal)).rejects.toMatchObject({
      code: 'link.refused',
    });
  });

  it('a process that was held up for longer than the limit takes the connection that came meanwhile', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const opening = openTcp({ host: '127.0.0.1', port, connectTimeoutMs: 20 }, signal);
    // Lets the attempt begin, and nothing of what comes of it be seen.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    const link = await opening;
    await link.close();
    server.close();
  });

  it('an attempt can be given up', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    // An address for documentation: packets to it go nowhere, or are refused at once.
    const opening = openLink({ kind: 'tcp', host: '192.0.2.1', port: 4245 }, abort.signal);
    abort.abort(reason);
    await expect(opening).rejects.toBe(reason);
  });

  it('a serial port that does not exist: link.serial-open, naming it', async () => {
    const options = { path: '/dev/no-such-port', baudRate: 9_600, greenphone: false };
    await expect(openSerial(options, signal)).rejects.toMatchObject({ code: 'link.serial-open' });
  });

  it('a file that is no serial port: link.serial-open', async () => {
    const options = { path: '/etc/passwd', baudRate: 9_600, greenphone: false };
    await expect(openSerial(options, signal)).rejects.toMatchObject({ code: 'link.serial-open' });
  });
});
