/** The handheld: its store, its plugins, its login, and the one desktop that it serves at a time. */
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { EpochMs } from '../../contract/client-plugin.ts';
import type { DeviceNotice, DeviceRequest } from '../../contract/device.ts';
import { failureText, SyncError } from '../../contract/errors.ts';
import type { DatasetDefinition } from '../../datasets/index.ts';
import { currentDate } from '../clock/device-zone.ts';
import { TLS, extensions, ownFingerprint, secure, type Extension } from '../../qdsync/index.ts';
import { LoginGate, type AcceptPolicy } from '../login/gate.ts';
import { DevicePluginFactory } from '../plugins/plugin-factory.ts';
import type { SessionNews } from '../qcop/dispatcher.ts';
import { ServedConnection, type ConnectionEnd, type ConnectionParts } from '../qcop/served-connection.ts';
import { makeFolders } from '../store/make-folders.ts';
import { PimStore } from '../store/pim-store.ts';
import { deviceIdentity, tlsIdentity } from '../store/settings.ts';
import { Staging } from '../store/staging.ts';
import { lockFolder } from './agent-lock.ts';
import { LOGIN_NAME, bannerOf } from './banner.ts';
import type { Log } from './log.ts';

export interface AgentOptions {
  /** Folder of the database; made if need be, readable by this user alone. */
  readonly stateFolder: string;
  readonly datasets: readonly DatasetDefinition[];
  readonly owner: string;
  readonly model: string;
  readonly policy: AcceptPolicy;
  readonly log: Log;
  readonly maxLineBytes?: number;
  /** The extensions that it offers: all of them unless told otherwise; none makes it a device like those of 2009. */
  readonly extensions?: readonly Extension[];
  readonly now?: () => EpochMs;
}

/** What a desktop is told while another one is served. */
export const BUSY_LINE = '421 Another desktop is connected';
/** How long a newcomer waits for the desktop before it to be gone. */
const DEPARTURE_MS = 500;

/** Makes the state folder and opens its store. Throws a SyncError. */
export function openStore(stateFolder: string, now: () => EpochMs = Date.now): PimStore {
  try {
    makeFolders(resolve(stateFolder));
  } catch (error) {
    throw new SyncError('pim.unwritable', stateFolder, { cause: error });
  }
  const path = join(stateFolder, 'pim.db');
  keepPrivate(path);
  return new PimStore(path, now);
}

/** The records are their owner's alone, also in a folder that others may read. SQLite gives its other files this mode too. */
function keepPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
    // A mode means nothing on Windows.
    if (process.platform === 'win32') return;
    for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
  } catch (error) {
    throw new SyncError('pim.unwritable', path, { cause: error });
  }
}

export class Agent {
  readonly store: PimStore;
  readonly #unlock: () => void;
  readonly #log: Log;
  readonly #parts: ConnectionParts;
  readonly #banner: (extensions: readonly string[]) => string;
  /** What is served over TCP once TLS is offered there. */
  #tcpParts: ConnectionParts | undefined;
  readonly #notices = new Set<(notice: DeviceNotice) => void>();
  /** The desktop has told of a run's start, and not of its end. */
  #runs = false;
  #current: ServedConnection | undefined;
  #serving: Promise<ConnectionEnd> | undefined;

  /** Throws a SyncError (`pim.running`, `pim.unwritable`, `pim.corrupt`, `store.newer`). */
  constructor(options: AgentOptions) {
    const { log, stateFolder } = options;
    const now = options.now ?? Date.now;
    this.#log = log;
    this.store = openStore(stateFolder, now);
    try {
      this.#unlock = lockFolder(join(stateFolder, 'agent.lock'));
    } catch (error) {
      this.store.close();
      throw error;
    }
    const identity = deviceIdentity(this.store.db);
    const factory = new DevicePluginFactory(options.datasets, {
      store: this.store,
      staging: new Staging(this.store.db),
      identity,
      now,
      today: currentDate(now),
      problem: (code, detail) => log.warn({ code, detail }, 'record'),
    });
    const offered = options.extensions ?? extensions;
    const gate = new LoginGate(this.store.db, options.policy, now);
    const { owner, model } = options;
    this.#banner = (names) =>
      bannerOf({ identity, owner, model, datasets: factory.datasets, extensions: names });
    this.#parts = {
      factory,
      identity,
      protocol: {
        banner: this.#banner(offered),
        extensions: offered,
        loginName: LOGIN_NAME,
        ...(options.maxLineBytes === undefined ? {} : { maxLineBytes: options.maxLineBytes }),
      },
      login: async (attempt, signal) => {
        if (attempt.code !== undefined) log.info({ code: attempt.code }, 'the desktop has to show this code');
        const { allowed, reason } = await gate.judge(attempt, signal);
        log.info({ allowed, reason }, 'login');
        return allowed;
      },
      news: (news) => this.#tell(news),
      notice: (notice) => {
        log.debug(notice, 'notice');
        this.#show(notice);
      },
    };
  }

  /** From now on TLS is offered over TCP, by a key that is made once and kept (docs/protocol-extensions.md). */
  async offerTls(): Promise<void> {
    const tls = await tlsIdentity(this.store.db);
    const { protocol } = this.#parts;
    this.#tcpParts = {
      ...this.#parts,
      protocol: {
        ...protocol,
        banner: this.#banner([TLS, ...(protocol.extensions ?? [])]),
        tlsKey: ownFingerprint(tls),
      },
      secure: async (stream) => secure(stream, 'device', tls),
    };
  }

  /** Whether a desktop is connected; another one has to be told so. */
  get busy(): boolean {
    return this.#serving !== undefined;
  }

  /**
   * Waits a moment for the desktop that is connected to go: one that reconnects at once may arrive before its own
   * departure is noticed.
   */
  async free(): Promise<void> {
    await Promise.race([this.#serving, delay(DEPARTURE_MS, undefined, { ref: false })]);
  }

  /** Serves a desktop until its connection ends; the stream is left open. Not to be called while busy. */
  async serve(stream: Duplex, link: string): Promise<ConnectionEnd> {
    this.#log.info({ link }, 'connected');
    const parts = link === 'tcp' ? this.#tcpParts : undefined;
    this.#current = new ServedConnection(stream, parts ?? this.#parts);
    this.#serving = this.#current.serve();
    const end = await this.#serving;
    this.#current = undefined;
    this.#serving = undefined;
    if (this.#runs) {
      // The owner waits for an end of which nobody is left to tell.
      this.#show({ kind: 'displayText', text: failureText('link.lost') });
      this.#show({ kind: 'syncEnd' });
    }
    const reason = end instanceof SyncError ? end.message : end;
    this.#log.info({ link, reason }, 'disconnected');
    return end;
  }

  /** Asks the desktop that is connected to start or cancel a sync. Throws `pim.no-desktop`. */
  request(name: DeviceRequest): void {
    const desktop = this.#current;
    if (desktop?.isLoggedIn !== true) throw new SyncError('pim.no-desktop');
    this.#log.info({ request: name }, 'owner');
    desktop.send({ name });
  }

  /** Tells what the desktop says of its runs, until the function returned is called. */
  onNotice(listener: (notice: DeviceNotice) => void): () => void {
    this.#notices.add(listener);
    return () => this.#notices.delete(listener);
  }

  /** Ends the connection that is open; its session is rolled back. */
  hangUp(): void {
    this.#current?.end(new SyncError('link.lost', 'the device stops'));
  }

  /** Ends the connection and closes the store. */
  async stop(): Promise<void> {
    this.hangUp();
    await this.#serving;
    this.store.close();
    this.#unlock();
  }

  #show(notice: DeviceNotice): void {
    if (notice.kind === 'syncStart') this.#runs = true;
    if (notice.kind === 'syncEnd') this.#runs = false;
    for (const listener of this.#notices) listener(notice);
  }

  #tell(news: SessionNews): void {
    if (news.kind !== 'failed') {
      this.#log.info(news, 'session');
      return;
    }
    const { code, detail } = news.error;
    this.#log.warn({ kind: news.kind, code, detail }, 'session');
  }
}
