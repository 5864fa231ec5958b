/** Announces the handheld on the network by DNS-SD (RFC 6763), so that a desktop finds it without an address. */
import { isIP } from 'node:net';
import type { Log } from './log.ts';

export interface Announcement {
  /** The owner's name for the handheld, as people see it. */
  readonly name: string;
  readonly model: string;
  /** Address that the agent listens on. */
  readonly host: string;
  readonly port: number;
}

/** How long the goodbye may take. */
const GOODBYE_MS = 1000;

/** Whether others can reach an agent that listens there. */
export function isReachable(host: string): boolean {
  return isIP(host) !== 0 && host !== '::1' && !host.startsWith('127.');
}

/** Announces until the function returned is called, which says goodbye. Without multicast the agent works as well. */
export async function announce({ name, model, port }: Announcement, log: Log): Promise<() => Promise<void>> {
  const { Bonjour } = await import('bonjour-service');
  const bonjour = new Bonjour({}, (error: Error) => log.warn({ detail: error.message }, 'announcement'));
  bonjour.publish({ name: name === '' ? model : name, type: 'qdsync', port, txt: { model } });
  return () =>
    new Promise((resolve) => {
      const timer = setTimeout(end, GOODBYE_MS);
      bonjour.unpublishAll(end);
      function end(): void {
        clearTimeout(timer);
        bonjour.destroy();
        resolve();
      }
    });
}
