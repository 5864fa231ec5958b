/** `qdsync-device run`: the agent in the foreground, until it is asked to stop. */
import type { DatasetDefinition } from '../../datasets/index.ts';
import { Agent } from '../agent/agent.ts';
import { announce, isReachable } from '../agent/announce.ts';
import { stderrLog } from '../agent/log.ts';
import { serveSerial } from '../agent/serial.ts';
import { listenForOwner, ownerSocketPath } from '../agent/owner-socket.ts';
import { listenTcp, type Listener } from '../agent/tcp.ts';
import type { AcceptPolicy } from '../login/gate.ts';
import { terminalPrompt } from '../login/terminal-prompt.ts';
import type { Io } from './io.ts';

export interface RunOptions {
  readonly stateFolder: string;
  readonly accept: AcceptPolicy['accept'];
  readonly name: string;
  readonly model: string;
  /** Undefined: no TCP. */
  readonly tcp: { readonly host: string; readonly port: number } | undefined;
  /** Whether TLS is offered over TCP. */
  readonly tls: boolean;
  readonly serial: { readonly path: string; readonly baudRate: number } | undefined;
  /** Tell the network that the handheld is there, where others can reach it. */
  readonly announce: boolean | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Runs until the stop signal; rejects with a SyncError when it cannot start. */
export async function runAgent(
  options: RunOptions,
  datasets: readonly DatasetDefinition[],
  io: Io,
): Promise<void> {
  const stop = io.stopSignal();
  const log = stderrLog(options.verbose ? 'debug' : 'info');
  const agent = new Agent({
    stateFolder: options.stateFolder,
    datasets,
    owner: options.name,
    model: options.model,
    policy: acceptPolicy(options.accept, io),
    log,
  });
  stop.addEventListener('abort', () => agent.hangUp(), { once: true });
  let listener: Listener | undefined;
  let sayGoodbye: (() => Promise<void>) | undefined;
  let deaf: (() => void) | undefined;
  try {
    deaf = await listenForOwner(ownerSocketPath(options.stateFolder), agent);
    if (options.tcp !== undefined && options.tls) await agent.offerTls();
    if (options.tcp !== undefined) listener = await listenTcp(options.tcp, agent, log);
    if (listener !== undefined && options.announce !== false && isReachable(listener.host)) {
      const { name, model } = options;
      sayGoodbye = await announce({ name, model, host: listener.host, port: listener.port }, log);
    }
    const ready = (): void => io.out(readyLine(options, listener));
    if (options.serial === undefined) {
      ready();
      await aborted(stop);
    } else {
      await serveSerial(options.serial, agent, log, ready, stop);
    }
  } finally {
    listener?.close();
    await sayGoodbye?.();
    deaf?.();
    await agent.stop();
  }
}

function acceptPolicy(accept: AcceptPolicy['accept'], io: Io): AcceptPolicy {
  if (accept !== 'ask') return { accept };
  return { accept, ask: io.interactive ? terminalPrompt(process.stdin, process.stderr) : undefined };
}

function readyLine({ json, serial }: RunOptions, listener: Listener | undefined): string {
  if (json) {
    const tcp = listener === undefined ? {} : { host: listener.host, port: listener.port };
    const line = serial === undefined ? {} : { serial: serial.path, baudRate: serial.baudRate };
    return `${JSON.stringify({ ready: true, ...tcp, ...line })}\n`;
  }
  const places = [
    ...(listener === undefined ? [] : [addressText(listener)]),
    ...(serial === undefined ? [] : [`${serial.path} at ${serial.baudRate} baud`]),
  ];
  return `qdsync-device ready on ${places.join(' and ')}\n`;
}

function addressText({ host, port }: Listener): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
