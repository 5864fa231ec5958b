/** The device on a serial line: silent until the first byte has come, then one connection after the other. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { SerialPort } from 'serialport';
import { encodeLine } from '../../qdsync/index.ts';
import { BUSY_LINE, type Agent } from './agent.ts';
import type { Log } from './log.ts';

export interface SerialLine {
  readonly path: string;
  readonly baudRate: number;
}

/** A port that cannot be opened, or vanished, is tried again. */
const REOPEN_MS = 5_000;

/**
 * Serves the line until the signal fires; the connection open then is the agent's to end. `ready` is told when
 * the port is open for the first time. Never rejects: a missing port is waited for.
 */
export async function serveSerial(
  line: SerialLine,
  agent: Agent,
  log: Log,
  ready: () => void,
  signal: AbortSignal,
): Promise<void> {
  const stopped = (): boolean => signal.aborted;
  for (let first = true; !stopped();) {
    const port = new SerialPort({ ...line, rtscts: true, autoOpen: false });
    // An error is always followed by 'close' or by a failed open.
    port.on('error', (error) => log.debug({ detail: error.message }, 'serial'));
    if (await open(port, log)) {
      if (first) ready();
      first = false;
      while (port.isOpen && !stopped()) await serveNext(port, agent, signal);
      await close(port);
    }
    // Rejects when the signal fires, which the loop's condition sees.
    await delay(REOPEN_MS, undefined, { signal }).catch(stopped);
  }
}

/** Waits for a desktop to say something, and serves it. */
async function serveNext(port: SerialPort, agent: Agent, signal: AbortSignal): Promise<void> {
  if (!(await firstByte(port, signal))) return;
  if (agent.busy) {
    port.read();
    port.write(encodeLine(BUSY_LINE));
  } else {
    await agent.serve(port, 'serial');
  }
}

/** Resolves with true when there is something to read; with false when the port or the agent ends. */
async function firstByte(port: SerialPort, signal: AbortSignal): Promise<boolean> {
  if (port.readableLength > 0) return true;
  const over = new AbortController();
  const { signal: done } = over;
  try {
    return await Promise.race([
      once(port, 'readable', { signal: done }).then(() => port.isOpen),
      once(port, 'close', { signal: done }).then(() => false),
      once(signal, 'abort', { signal: done }).then(() => false),
    ]);
  } finally {
    over.abort();
  }
}

async function open(port: SerialPort, log: Log): Promise<boolean> {
  return new Promise((resolve) => {
    port.open((error) => {
      if (error !== null) log.warn({ detail: error.message }, 'serial port');
      resolve(error === null);
    });
  });
}

async function close(port: SerialPort): Promise<void> {
  if (!port.isOpen) return;
  await new Promise<void>((resolve) => port.close(() => resolve()));
}
