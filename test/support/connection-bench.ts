import { expect } from 'vitest';
import type { ConnectionEvent, ConnectionOutput } from '../../bridge/remote/connection-events.ts';
import { defaultLimits, type LinkKind, type RemoteLimits } from '../../bridge/remote/limits.ts';
import { QCopConnection } from '../../bridge/remote/qcop-connection.ts';
import { encodeLine, encodeMessageLine, type MessageToDesktop } from '../../qdsync/index.ts';

export const CHALLENGE = '{0c39edd7-b32d-4968-86d1-30f5dbb11ba9}';
export const GREETING =
  `220 Qtopia 4.4.3;challenge=${CHALLENGE};loginname=root;displayname=Joe Owner;protocol=2;system=Qtopia;` +
  'model=Uncustomized Device;hexversion=263171;datasets=calendar contacts tasks';
export const USER_OK = '331 User name ok, need password';
export const LOGGED_IN = '230 User logged in, proceed';
export const REFUSED = '530 Please login with USER and PASS';
export const SECOND = 1_000;

/** A QCop connection on a clock of its own, whose link takes bytes at once unless it is blocked. */
export class ConnectionBench {
  now = 0;
  readonly written: string[] = [];
  /** The same as it went over the wire. */
  readonly onWire: Buffer[] = [];
  readonly events: ConnectionEvent[] = [];
  readonly lines: string[] = [];
  blocked = false;
  /** Whether what is written is frames by now. */
  isDeflated = false;
  readonly connection: QCopConnection;

  constructor(link: LinkKind = 'tcp', limits: Partial<RemoteLimits> = {}, known = true) {
    this.connection = new QCopConnection({
      link,
      limits: { ...defaultLimits, ...limits },
      passwordFor: () => ({ text: 'Ab3dEf9h', known }),
      onLine: (direction, text) => this.lines.push(`${direction} ${text()}`),
    });
    this.take(this.connection.start(0));
  }

  take({ write, events }: ConnectionOutput): void {
    this.events.push(...events);
    for (const bytes of write) {
      expect(bytes.toString('latin1').endsWith('\n') || this.isDeflated).toBe(true);
      expect(bytes.at(-2)).not.toBe(0x0d);
      this.written.push(bytes.toString('latin1', 0, bytes.length - 1));
      if (this.blocked) continue;
      this.onWire.push(this.connection.seal(bytes));
      this.connection.sent(bytes.length, this.now);
    }
  }

  hear(...lines: readonly string[]): void {
    for (const line of lines) this.take(this.connection.receive(encodeLine(line), this.now));
  }

  hearMessage(message: MessageToDesktop): void {
    this.take(this.connection.receive(encodeMessageLine(message), this.now));
  }

  login(): this {
    this.hear(GREETING, USER_OK, LOGGED_IN);
    this.written.length = 0;
    this.events.length = 0;
    return this;
  }

  /** Runs the clock, exactly as far as the connection asks for ticks. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const { deadline } = this.connection;
      if (deadline === undefined || deadline > until) break;
      this.now = Math.max(this.now, deadline);
      this.take(this.connection.tick(this.now));
    }
    this.now = until;
  }

  get end(): { readonly code: string | undefined; readonly detail: string | undefined } | undefined {
    const event = this.events.find(({ kind }) => kind === 'ended');
    if (event?.kind !== 'ended') return undefined;
    return { code: event.error?.code, detail: event.error?.detail };
  }

  kinds(): string[] {
    return this.events.map(({ kind }) => kind);
  }
}
