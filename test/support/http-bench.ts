/** A real HTTP server of the bridge on a free port, with a scripted service behind it, and raw requests to it. */
import {
  DEFAULT_UNATTENDED,
  changeUnattended,
  type UnattendedRequest,
  type UnattendedStatus,
} from '../../contract/unattended.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import type { AddDeviceRequest, DeviceStatus, FoundDevice, Port } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import type { UndoRequest } from '../../contract/history.ts';
import type { AnswerRequest, Job, StartRequest } from '../../contract/job.ts';
import type { BridgeConfig } from '../../bridge/config/configuration.ts';
import { HostRegistry, type HostRegistryOptions } from '../../bridge/hosts/host-registry.ts';
import { startHttpServer, type RunningHttpServer } from '../../bridge/http/server.ts';
import type { BridgeService, ServiceEvent, SyncArchive } from '../../bridge/http/service.ts';
import { readToken } from '../../bridge/http/token.ts';

/** Of a bridge that has never synced. */
export const emptyArchive: SyncArchive = {
  settings: () => ({ devices: [] }),
  changeSettings: () => ({ devices: [] }),
  openConflicts: () => 0,
  conflicts: () => ({ conflicts: [], open: 0, before: null }),
  conflict: (id) => {
    throw new SyncError('conflict.unknown', String(id));
  },
  resolve: () => ({ conflicts: [], open: 0, before: null }),
  history: () => ({ sessions: [], before: null }),
  session: (number) => {
    throw new SyncError('undo.unknown', String(number));
  },
  records: () => ({ records: [], after: null, total: 0 }),
};

/** What a test makes of the rest of the bridge: it notes what is asked for and tells what it is told to tell. */
export class ScriptedService implements BridgeService {
  readonly started: StartRequest[] = [];
  readonly cancelled: (string | undefined)[] = [];
  readonly jobs = new Map<string, Job>();
  readonly listeners = new Set<(event: ServiceEvent) => void>();
  deviceList: DeviceStatus[] = [];
  portList: Port[] = [];
  stops = 0;
  onAnswer: (answer: AnswerRequest) => void = () => undefined;
  onUndo: (request: UndoRequest) => string = () => 'job-undo';
  paused = false;
  readonly accepted: string[] = [];
  onStart: (request: StartRequest) => string = () => 'job-1';

  devices(): readonly DeviceStatus[] {
    return this.deviceList;
  }
  addDevice({ name, link }: AddDeviceRequest): void {
    const where = link.kind === 'tcp' ? link.host : link.path;
    this.deviceList.push({ name, link: `${link.kind} ${where}`, state: 'connecting', lastSync: null });
    this.tell({ event: 'devices' });
  }
  removeDevice(name: string): void {
    if (!this.deviceList.some((device) => device.name === name)) throw new SyncError('device.unknown', name);
    this.deviceList = this.deviceList.filter((device) => device.name !== name);
    this.tell({ event: 'devices' });
  }
  async ports(): Promise<readonly Port[]> {
    return this.portList;
  }
  async found(): Promise<readonly FoundDevice[]> {
    return [];
  }
  startSync(request: StartRequest): string {
    this.started.push(request);
    return this.onStart(request);
  }
  /** What a recording of the next job holds. */
  recorded: readonly string[] = [];
  /** Whether the next recording goes on until its reader leaves. */
  recordsOn = false;
  recordingsClosed = 0;
  recordSync(
    request: StartRequest,
    sink: { readonly take: (line: string) => boolean; readonly done: () => void },
  ): { readonly job: string; readonly close: () => void } {
    const job = this.startSync(request);
    setImmediate(() => {
      for (const line of this.recorded) sink.take(line);
      if (!this.recordsOn) sink.done();
    });
    return { job, close: () => void (this.recordingsClosed += 1) };
  }
  cancelSync(job: string | undefined): boolean {
    this.cancelled.push(job);
    return this.latestJob()?.state === 'running';
  }
  job(id: string): Job | undefined {
    return this.jobs.get(id);
  }
  latestJob(): Job | null {
    return [...this.jobs.values()].at(-1) ?? null;
  }
  archive: SyncArchive = emptyArchive;
  readonly answers: AnswerRequest[] = [];
  readonly undone: UndoRequest[] = [];
  answer(answer: AnswerRequest): void {
    this.answers.push(answer);
    this.onAnswer(answer);
  }
  undo(request: UndoRequest): string {
    this.undone.push(request);
    return this.onUndo(request);
  }
  async setPaused(paused: boolean): Promise<void> {
    this.paused = paused;
  }
  acceptDevice(name: string): void {
    this.accepted.push(name);
  }
  unattended: UnattendedStatus = { ...DEFAULT_UNATTENDED, host: '' };
  async setUnattended(change: UnattendedRequest): Promise<void> {
    this.unattended = { ...changeUnattended(this.unattended, change), host: '' };
  }
  readonly compared: (readonly [string, string | null])[] = [];
  compareCode(name: string, code: string | null): void {
    this.compared.push([name, code]);
  }
  readonly unprotected = new Map<string, boolean>();
  allowUnprotected(name: string, allowed: boolean): void {
    this.unprotected.set(name, allowed);
  }
  subscribe(listener: (event: ServiceEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  stop(): void {
    this.stops += 1;
  }
  tell(event: ServiceEvent): void {
    if (event.event === 'job') this.jobs.set(event.job.id, event.job);
    for (const listener of this.listeners) listener(event);
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined when it is empty. */
  readonly json: unknown;
}

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Loopback address to connect to. */
  readonly host?: string;
}

export interface HttpBench {
  readonly service: ScriptedService;
  readonly hosts: HostRegistry;
  readonly server: RunningHttpServer;
  readonly stateFolder: string;
  readonly token: string;
  /** Everything that was logged. */
  log(): string;
  /** A request as it is, with nothing added but the right Host where none is given. */
  raw(request: RawRequest): Promise<Answer>;
  /** A call with JSON and a key; the CLI's token when none is given. */
  call(method: string, path: string, body?: unknown, key?: string): Promise<Answer>;
  stop(): Promise<void>;
}

export interface HttpBenchOptions {
  readonly config?: Partial<BridgeConfig>;
  readonly pagesFolder?: string;
  readonly hosts?: HostRegistryOptions;
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'outlook-device-sync-'));
}

export async function startHttpBench(options: HttpBenchOptions = {}): Promise<HttpBench> {
  const stateFolder = temporaryFolder();
  const service = new ScriptedService();
  const hosts = new HostRegistry(options.hosts);
  const lines: Buffer[] = [];
  const logged = new PassThrough().on('data', (chunk: Buffer) => lines.push(chunk));
  const server = await startHttpServer({
    config: {
      stateFolder,
      port: 0,
      origin: undefined,
      outlook: { localMailbox: undefined, clientId: undefined, authority: undefined },
      ...options.config,
    },
    version: '1.2.3',
    service,
    hosts,
    log: pino({ level: 'trace' }, logged),
    ...(options.pagesFolder === undefined ? {} : { pagesFolder: options.pagesFolder }),
  });
  const token = readToken(stateFolder);
  const ca = readFileSync(server.certificateFile, 'utf8');

  const raw = ({
    method = 'GET',
    path,
    headers = {},
    body,
    host = '127.0.0.1',
  }: RawRequest): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = request(
        { host, port: server.port, ca, servername: 'localhost', method, path, agent: false },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const json = text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined;
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json });
          });
        },
      );
      sent.on('error', reject);
      sent.setHeader('Host', `localhost:${server.port}`);
      for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
      sent.end(body);
    });

  return {
    service,
    hosts,
    server,
    stateFolder,
    token,
    log: () => Buffer.concat(lines).toString(),
    raw,
    call: (method, path, body, key = token) =>
      raw({
        method,
        path,
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async stop() {
      hosts.close();
      await server.close();
      rmSync(stateFolder, { recursive: true, force: true });
    },
  };
}

export function errorCode(answer: Answer): string | undefined {
  return (answer.json as { error?: { code?: string } } | undefined)?.error?.code;
}
