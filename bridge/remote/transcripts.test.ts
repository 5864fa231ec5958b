/** Recorded sessions between originals: fed with the device's lines, we say what the original desktop said. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientSyncPlugin } from '../../contract/client-plugin.ts';
import { SyncError } from '../../contract/errors.ts';
import {
  decodeForDevice,
  encodeLine,
  parseLine,
  unwrapForwarded,
  type MessageToDevice,
} from '../../qdsync/index.ts';
import { MemoryLink } from '../../test/support/memory-link.ts';
import { settleDown } from '../../test/support/remote-harness.ts';
import { identifierOf } from '../../test/support/wire-device.ts';
import { LinkDriver } from './link-driver.ts';
import { defaultLimits } from './limits.ts';
import { QCopConnection } from './qcop-connection.ts';
import { RemoteDevice } from './remote-device.ts';

interface Entry {
  readonly direction: '->' | '<-';
  readonly line: string;
}

/** The connections of a transcript, each with its lines. */
function connections(file: string): readonly (readonly Entry[])[] {
  const url = new URL(`../../test/fixtures/vectors/transcripts/${file}`, import.meta.url);
  const found: Entry[][] = [[]];
  for (const text of readFileSync(url, 'utf8').split('\n')) {
    const [, mark, line] = /^\s*[\d.]+ (->|<-|##) (.*)$/.exec(text) ?? [];
    if (mark === '##' && line?.startsWith('=== ') === true && found.at(-1)!.length > 0) found.push([]);
    if ((mark === '->' || mark === '<-') && line !== undefined) found.at(-1)!.push({ direction: mark, line });
  }
  return found;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Our side of one recorded connection. */
class Desktop {
  readonly said: string[] = [];
  readonly created: string[] = [];
  readonly mapped: string[] = [];
  readonly wishes: string[] = [];
  /** Why sessions did not begin. */
  readonly refusals: unknown[] = [];
  ended: SyncError | undefined | null = null;
  readonly #link = new MemoryLink((bytes) => {
    this.said.push(...Buffer.from(bytes).toString('latin1').split('\n').slice(0, -1));
  });
  #device: RemoteDevice | undefined;
  #plugin: ClientSyncPlugin | undefined;

  start(): void {
    const driver: LinkDriver = new LinkDriver({
      link: this.#link,
      connection: new QCopConnection({
        link: 'tcp',
        limits: defaultLimits,
        passwordFor: () => ({ text: 'abcdefgh', known: true }),
      }),
      limits: defaultLimits,
      pieceBytes: 65_536,
      now: () => performance.now(),
      onInputEnd: () => this.#device?.inputEnd(),
      onEvent: (event) => {
        if (event.kind === 'logged-in') {
          this.#device = new RemoteDevice(event.banner, driver, event.extensions);
          this.#device.onRequest((wish) => this.wishes.push(wish));
        }
        if (event.kind === 'message') this.#device?.message(event.message);
        if (event.kind === 'answered') this.#device?.answered();
        if (event.kind === 'ended') this.ended = event.error;
      },
    });
    driver.start();
  }

  hear(line: string): void {
    this.#link.push(encodeLine(line));
  }

  /** Does what makes the original say this message. */
  act(message: MessageToDevice): void {
    const { signal } = new AbortController();
    const device = this.#device!;
    switch (message.name) {
      case 'syncStart':
      case 'syncEnd':
        device.notify({ kind: message.name });
        break;
      case 'syncSteps':
        device.notify({ kind: 'syncSteps', total: message.total });
        break;
      case 'syncProgress':
        device.notify({ kind: 'syncProgress', step: message.step });
        break;
      case 'serverSyncRequest':
        this.#plugin = device.plugins.create(message.dataset);
        this.#plugin
          .begin({ identity: this.identity, last: this.last, next: this.next }, signal)
          .catch((error: unknown) => this.refusals.push(error));
        break;
      case 'requestSlowSync':
      case 'requestTwoWaySync':
        void this.#read(message.name === 'requestSlowSync' ? 'slow' : 'two-way', signal);
        break;
      case 'createServerRecord': {
        const xml = Buffer.from(message.record).toString('utf8');
        this.created.push(identifierOf(xml));
        void this.#plugin!.apply({ kind: 'create', serverId: identifierOf(xml), xml }, (id) =>
          this.mapped.push(id),
        );
        break;
      }
      case 'replaceServerRecord': {
        const xml = Buffer.from(message.record).toString('utf8');
        void this.#plugin!.apply({ kind: 'replace', clientId: identifierOf(xml), xml }, () => undefined);
        break;
      }
      case 'removeServerRecord':
        void this.#plugin!.apply({ kind: 'remove', clientId: message.clientId }, () => undefined);
        break;
      case 'serverEnd':
        void this.#plugin!.commit(signal);
        break;
      default:
    }
  }

  identity = '';
  last: number | null = null;
  next = 0;

  async #read(kind: 'slow' | 'two-way', signal: AbortSignal): Promise<void> {
    for await (const chunk of this.#plugin!.changes(kind, signal)) expect(chunk.length).toBeGreaterThan(0);
  }
}

function messageOf(line: string): MessageToDevice | undefined {
  const parsed = parseLine(Buffer.from(line, 'latin1'));
  if (parsed.kind !== 'call') return undefined;
  const inner = unwrapForwarded(parsed.call);
  const message = inner.ok ? decodeForDevice(inner.value) : undefined;
  return message?.ok === true ? message.value : undefined;
}

/** What the spec leaves to the desktop: the helper's switches and the password. */
function comparable(line: string): string {
  return line.replace(/^HELPER_INIT .*/, 'HELPER_INIT').replace(/^PASS Qtopia15.*/, 'PASS Qtopia15');
}

/** A date-time is written with spec UTC, whatever the original's spec byte was. */
function withoutSpec(line: string): unknown {
  const message = messageOf(line);
  return message?.name === 'serverSyncAnchors' ? message : comparable(line);
}

/** Plays a recorded connection and returns what we said and what the original said. */
async function play(
  entries: readonly Entry[],
): Promise<{ desktop: Desktop; ours: unknown[]; theirs: unknown[] }> {
  const desktop = new Desktop();
  const messages = entries.filter(({ direction }) => direction === '->').map(({ line }) => messageOf(line));
  const theirs: string[] = [];
  desktop.start();
  for (const [index, { direction, line }] of entries.entries()) {
    if (direction === '<-') {
      desktop.hear(line);
    } else {
      theirs.push(line);
      const message = messageOf(line);
      if (message?.name === 'serverSyncRequest') {
        const rest = messages.slice(
          entries.slice(0, index).filter((entry) => entry.direction === '->').length,
        );
        const identity = rest.find((next) => next?.name === 'serverIdentity');
        const anchors = rest.find((next) => next?.name === 'serverSyncAnchors');
        if (identity?.name === 'serverIdentity') desktop.identity = identity.identity;
        if (anchors?.name === 'serverSyncAnchors') {
          desktop.last = anchors.last;
          desktop.next = anchors.next ?? 0;
        }
      }
      if (message !== undefined) desktop.act(message);
    }
    await settleDown();
  }
  return { desktop, ours: desktop.said.map(withoutSpec), theirs: theirs.map(withoutSpec) };
}

describe('an original desktop with an original device', () => {
  it.each(['1-first.wire.txt', '2-fast.wire.txt'])('%s: line by line the same', async (file) => {
    const [entries] = connections(file);
    const { desktop, ours, theirs } = await play(entries!);
    expect(theirs.length).toBeGreaterThanOrEqual(20);
    expect(ours).toEqual(theirs);
    expect(desktop.mapped).toEqual(desktop.created);
    expect(desktop.ended).toBeNull();
  });
});

describe('a plain desktop with an original device', () => {
  const sessions = ['first_and_fast.tcp.txt', 'disconnect_mid_sync.tcp.txt'].flatMap((file) =>
    connections(file).map((entries, index) => [`${file}, connection ${index + 1}`, entries] as const),
  );
  it.each(sessions)('%s', async (_name, entries) => {
    // That desktop says QUIT by itself.
    const { desktop, ours, theirs } = await play(entries.filter(({ line }) => line !== 'QUIT'));
    const initial = theirs[0] === 'HELPER_INIT' ? 0 : 1;
    expect(ours.slice(initial)).toEqual(theirs);
    expect(desktop.mapped).toEqual(desktop.created);
    expect(desktop.ended).toBeNull();
  });

  it('device_initiated.tcp.txt: the owner’s wishes arrive', async () => {
    const { desktop, ours, theirs } = await play(connections('device_initiated.tcp.txt')[0]!);
    expect(ours).toEqual(theirs);
    expect(desktop.wishes).toEqual(['startSync', 'cancelSync']);
  });

  it('refused_login.tcp.txt: every refusal ends the connection, a stray clientError does not', async () => {
    const ends = [];
    for (const entries of connections('refused_login.tcp.txt')) {
      const { desktop } = await play(entries);
      ends.push(desktop.ended === null ? 'open' : desktop.ended?.code);
    }
    expect(ends).toEqual([
      'login.refused',
      'open',
      'login.refused',
      'login.refused',
      'login.refused',
      'open',
    ]);
  });

  it('helper_init.tcp.txt: acknowledgements are not answers, HELPER_QUIT ends', async () => {
    const [, , watchdog] = connections('helper_init.tcp.txt');
    const { desktop } = await play(watchdog!);
    expect(desktop.said.filter((line) => line.startsWith('PASS')).length).toBe(1);
    expect(desktop.ended).toMatchObject({ code: 'link.lost' });
  });

  it('unknown_dataset.tcp.txt: what that desktop asked for we never ask', async () => {
    const [entries] = connections('unknown_dataset.tcp.txt');
    const login = entries!.slice(0, entries!.findIndex(({ line }) => line.startsWith('230')) + 1);
    const desktop = new Desktop();
    desktop.start();
    for (const { direction, line } of login) if (direction === '<-') desktop.hear(line);
    await settleDown();
    const said = desktop.said.length;
    desktop.act({ name: 'serverSyncRequest', dataset: 'notes' });
    await settleDown();
    expect(desktop.said.length).toBe(said);
    expect(desktop.refusals).toMatchObject([{ code: 'device.dataset' }]);
  });
});
