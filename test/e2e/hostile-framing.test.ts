/**
 * R17: a device that floods the built bridge, a process of its own: the session ends with a named error, in little memory
 * and time, and nobody else notices. A trickle of one byte a second is held against the clock in
 * bridge/remote/qcop-connection.test.ts.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BridgeClient } from '../../bridge/cli/bridge-client.ts';
import { DEFAULT_LOCAL_USER, paths, startedSchema, statusSchema, type Status } from '../../contract/api.ts';
import { jobSchema } from '../../contract/job.ts';
import { startMailbox, type Mailbox } from '../../demo/mailbox/mailbox.ts';
import { startProgram, type RunningProgram } from '../../demo/processes.ts';
import { formatBanner, formatStatus } from '../../qdsync/index.ts';
import { Device2009 } from '../device-2009/device.ts';

const MIB = 1024 * 1024;
const MAX_GROWTH = 32 * MIB;
const MAX_CPU_MS = 1_000;
const MAX_LATENCY_MS = 100;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
/** How long a flood may take in all. */
const FLOOD_MS = 10_000;

/** Logs the desktop in and then says whatever it is told to, as fast as it is taken. */
class Flooder {
  readonly #server: Server;
  #socket: Socket | undefined;

  private constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(): Promise<Flooder> {
    const flooder = new Flooder();
    flooder.#server.listen(0, '127.0.0.1');
    await once(flooder.#server, 'listening');
    return flooder;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
  }

  #accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      if (text.includes('USER ')) socket.write(`${formatStatus(331)}\n`);
      if (text.includes('PASS ')) socket.write(`${formatStatus(230)}\n`);
    });
    this.#socket = socket;
    const banner = formatBanner({
      version: '4.4.3',
      challenge: '{0c39edd7-b32d-4968-86d1-30f5dbb11ba9}',
      loginName: 'root',
      displayName: 'Mallory',
      model: 'Flooder',
      hexVersion: 263_171,
      datasets: ['contacts'],
      extensions: [],
    });
    socket.write(`${banner}\n`);
  }

  /** Says it all, or as much as is taken. */
  async pour(chunks: readonly Buffer[]): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) throw new Error('nobody connected');
    for (const chunk of chunks) {
      // Called when it is taken, or cannot be any more.
      await new Promise((resolve) => {
        socket.write(chunk, resolve);
      });
    }
  }
}

// The figures come from /proc; what they are about does not differ between systems.
describe.skipIf(process.platform !== 'linux')('R17 a device that floods the bridge', () => {
  let folder: string;
  let mailbox: Mailbox;
  let flooder: Flooder;
  let good: Device2009;
  let bridge: RunningProgram;
  let client: BridgeClient;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hostile-framing-'));
    mailbox = await startMailbox();
    flooder = await Flooder.start();
    good = await Device2009.listen();
    good.owner('allow');
    const config = {
      devices: [
        { name: 'good', tcp: { host: '127.0.0.1', port: good.port } },
        { name: 'flooder', tcp: { host: '127.0.0.1', port: flooder.port } },
      ],
    };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    const args = ['start', '--port', '0', '--state', folder, '--outlook', 'headless', '--graph', mailbox.url];
    bridge = await startProgram('bridge', args);
    client = await BridgeClient.connect(folder);
    await until((status) => status.hosts.length > 0 && stateOf(status, 'good') === 'connected');
    await syncGood();
  }, 60_000);
  afterAll(async () => {
    await bridge.stop();
    await good.close();
    flooder.stop();
    await mailbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const status = (): Promise<Status> => client.get(paths.status, statusSchema);
  const stateOf = ({ devices }: Status, name: string): string | undefined =>
    devices.find((device) => device.name === name)?.state;
  async function until(reached: (status: Status) => boolean): Promise<Status> {
    for (const end = Date.now() + FLOOD_MS; ;) {
      const now = await status();
      if (reached(now)) return now;
      if (Date.now() > end) throw new Error(`never reached: ${JSON.stringify(now.devices)}`);
      await delay(20);
    }
  }
  async function syncGood(): Promise<void> {
    mailbox.admin.seed(DEFAULT_LOCAL_USER, [{ contact: { givenName: `Person ${Date.now()}` } }]);
    const { job } = await client.post(paths.sync, { device: 'good' }, startedSchema);
    for (;;) {
      const now = await client.get(`${paths.jobs}/${job}`, jobSchema);
      if (now.state === 'ok') return;
      if (now.state !== 'running') throw new Error(JSON.stringify(now.error));
      await delay(20);
    }
  }
  const pid = (): number => bridge.process.pid ?? 0;
  const residentBytes = (): number =>
    1024 * Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid()}/status`, 'utf8'))?.[1]);
  /** User and system time in ms; a tick is 10 ms. */
  const cpuMs = (): number => {
    const [, , , , , , , , , , , user, system] = readFileSync(`/proc/${pid()}/stat`, 'utf8')
      .replace(/^.*\) /, '0 ')
      .split(' ');
    return 10 * (Number(user) + Number(system));
  };

  const repeated = (chunk: Buffer): Buffer[] => Array.from({ length: 64 }, () => chunk);
  const floods: readonly (readonly [what: string, problem: string, chunks: readonly Buffer[]])[] = [
    ['lines of NULs', 'wire.bad-line', [Buffer.from('\0\0\0\0\n'.repeat(100_000))]],
    ['invalid UTF-8', 'wire.bad-line', [Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0x0a])]],
    ['a million empty lines', 'nothing happens', [Buffer.alloc(1_000_000, '\n')]],
    ['64 MiB without a line feed', 'wire.line-too-long', repeated(Buffer.alloc(MIB, 'x'))],
    ['64 MiB of NULs', 'wire.line-too-long', repeated(Buffer.alloc(MIB))],
  ];

  it.each(floods)(
    'with %s: %s, while others sync',
    { retry: 2, timeout: 60_000 },
    async (_what, problem, chunks) => {
      await until((now) => stateOf(now, 'flooder') === 'connected');
      const before = { memory: residentBytes(), cpu: cpuMs() };
      const problems = new Set<string>();
      let growth = 0;
      const latencies: number[] = [];
      const over = new AbortController();
      const others = Promise.all([flooder.pour(chunks), syncGood()]).finally(() => {
        over.abort();
      });
      while (!over.signal.aborted) {
        const asked = performance.now();
        const { devices } = await status();
        latencies.push(performance.now() - asked);
        growth = Math.max(growth, residentBytes() - before.memory);
        for (const device of devices) if (device.problem !== undefined) problems.add(device.problem.code);
        await delay(5);
      }
      await others;
      expect([...problems]).toEqual(problem === 'nothing happens' ? [] : [problem]);
      expect(growth).toBeLessThan(MAX_GROWTH);
      // A single answer may be late because this machine is busy with something else.
      expect(median(latencies)).toBeLessThan(MAX_LATENCY_MS);
      expect(Math.max(...latencies)).toBeLessThan(10 * MAX_LATENCY_MS);
      expect(cpuMs() - before.cpu).toBeLessThan(MAX_CPU_MS);
    },
  );
});
