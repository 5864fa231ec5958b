/**
 * The bridge's HTTP API as functions: for pages and for the headless host, over fetch() alone. Every answer is
 * validated; whatever goes wrong is a SyncError, with the bridge's own code where it gave one. No secret, and nothing that
 * needs one, is sent before the bridge has proved that it knows the secret.
 */
import { z } from 'zod';
import { allSettingsSchema, type AllSettings, type PutSettingsRequest } from '../../contract/settings.ts';
import {
  attachSchema,
  devicesSchema,
  eventSchema,
  helloSchema,
  HOST_POLL_MS,
  nextSchema,
  pairClaimSchema,
  pairRedeemSchema,
  pairStartSchema,
  paths,
  portsSchema,
  startedSchema,
  statusSchema,
  type AddDeviceRequest,
  type Attached,
  type attachRequestSchema,
  type BridgeEvent,
  type Hello,
  type HostAnswer,
  type nextRequestSchema,
  type Port,
  type Status,
} from '../../contract/api.ts';
import { conflictsSchema, type Conflicts, type ResolveRequest } from '../../contract/conflicts.ts';
import {
  historyRecordsSchema,
  historySchema,
  type History,
  type HistoryRecords,
  type UndoRequest,
} from '../../contract/history.ts';
import { jobSchema, type AnswerRequest, type Job, type StartRequest } from '../../contract/job.ts';
import { createBridgeCalls, parseJson, type BridgeClientOptions } from './bridge-calls.ts';
import { readEvents } from './event-stream.ts';

/** What a host needs of the bridge. */
export interface HostApi {
  attach(request: z.infer<typeof attachRequestSchema>, signal: AbortSignal): Promise<Attached>;
  next(request: z.infer<typeof nextRequestSchema>, signal: AbortSignal): Promise<z.infer<typeof nextSchema>>;
  answer(host: string, call: string, answer: HostAnswer, signal: AbortSignal): Promise<void>;
  detach(host: string, signal: AbortSignal): Promise<void>;
}

/** What a page needs besides. */
export interface PageApi {
  hello(signal: AbortSignal): Promise<Hello>;
  pairStart(label: string, signal: AbortSignal): Promise<z.infer<typeof pairStartSchema>>;
  pairClaim(pairing: string, secret: string, signal: AbortSignal): Promise<z.infer<typeof pairClaimSchema>>;
  pairRedeem(secret: string, label: string, signal: AbortSignal): Promise<string>;
  status(signal: AbortSignal): Promise<Status>;
  job(id: string, signal: AbortSignal): Promise<Job>;
  /** Returns the job's id, as `undo` does. */
  startSync(request: StartRequest, signal: AbortSignal): Promise<string>;
  cancelSync(signal: AbortSignal): Promise<void>;
  /** A person's answer to a job's question. */
  answerQuestion(request: AnswerRequest, signal: AbortSignal): Promise<void>;
  settings(signal: AbortSignal): Promise<AllSettings>;
  changeSettings(request: PutSettingsRequest, signal: AbortSignal): Promise<AllSettings>;
  ports(signal: AbortSignal): Promise<readonly Port[]>;
  addDevice(request: AddDeviceRequest, signal: AbortSignal): Promise<void>;
  removeDevice(name: string, signal: AbortSignal): Promise<void>;
  /** What the device shows; null: another code than this PC. */
  compareCode(device: string, code: string | null, signal: AbortSignal): Promise<void>;
  /** Lets a paused bridge go on. */
  resume(signal: AbortSignal): Promise<void>;
  conflicts(query: ConflictsQuery, signal: AbortSignal): Promise<Conflicts>;
  resolve(request: ResolveRequest, signal: AbortSignal): Promise<void>;
  /** Sessions before the one given; the newest where it is null. */
  history(before: number | null, signal: AbortSignal): Promise<History>;
  historyRecords(session: number, after: number | null, signal: AbortSignal): Promise<HistoryRecords>;
  undo(request: UndoRequest, signal: AbortSignal): Promise<string>;
  /** Events as they happen; ends when the bridge closes the stream. Unknown kinds of events are skipped. */
  events(signal: AbortSignal): AsyncIterable<BridgeEvent>;
}

export interface ConflictsQuery {
  readonly state: 'open' | 'settled' | 'decided' | 'all';
  /** Conflicts before this id; the newest where it is null. */
  readonly before: number | null;
}

export type BridgeClient = HostApi & PageApi;

/** The bridge closes silent streams no sooner than after several comments; a comment comes every 15 s. */
const silenceMs = 60_000;
const CONFLICTS_A_PAGE = 200;
const SESSIONS_A_PAGE = 100;
const RECORDS_A_PAGE = 500;

export function createBridgeClient(options: BridgeClientOptions): BridgeClient {
  const calls = createBridgeCalls(options);
  return {
    hello: (signal) => calls.ask(paths.hello, helloSchema, signal),
    pairStart: (label, signal) => calls.open(paths.pairStart, pairStartSchema, { label }, signal),
    pairClaim: (pairing, secret, signal) =>
      calls.open(paths.pairClaim, pairClaimSchema, { pairing, secret }, signal, secret),
    pairRedeem: async (secret, label, signal) =>
      (await calls.open(paths.pairRedeem, pairRedeemSchema, { secret, label }, signal, secret)).key,
    status: (signal) => calls.get(paths.status, statusSchema, signal),
    job: (id, signal) => calls.get(`${paths.jobs}/${encodeURIComponent(id)}`, jobSchema, signal),
    startSync: async (request, signal) => (await calls.post(paths.sync, startedSchema, request, signal)).job,
    cancelSync: async (signal) => {
      await calls.post(paths.cancel, z.unknown(), {}, signal);
    },
    answerQuestion: async (request, signal) => {
      await calls.post(paths.answer, z.unknown(), request, signal);
    },
    settings: (signal) => calls.get(paths.settings, allSettingsSchema, signal),
    changeSettings: (request, signal) => calls.post(paths.settings, allSettingsSchema, request, signal),
    ports: async (signal) => (await calls.get(paths.ports, portsSchema, signal)).ports,
    addDevice: async (request, signal) => {
      await calls.post(paths.devices, devicesSchema, request, signal);
    },
    removeDevice: async (name, signal) => {
      await calls.delete(`${paths.devices}/${encodeURIComponent(name)}`, devicesSchema, signal);
    },
    compareCode: async (device, code, signal) => {
      await calls.post(paths.compareCode, z.unknown(), { device, code }, signal);
    },
    resume: async (signal) => {
      await calls.post(paths.pause, z.unknown(), { paused: false }, signal);
    },
    conflicts: ({ state, before }, signal) =>
      calls.get(
        `${paths.conflicts}${query({ state: state === 'all' ? null : state, before, limit: CONFLICTS_A_PAGE })}`,
        conflictsSchema,
        signal,
      ),
    resolve: async (request, signal) => {
      await calls.post(paths.resolve, z.unknown(), request, signal);
    },
    history: (before, signal) =>
      calls.get(`${paths.history}${query({ before, limit: SESSIONS_A_PAGE })}`, historySchema, signal),
    historyRecords: (session, after, signal) =>
      calls.get(
        `${paths.history}/${session}/records${query({ after, limit: RECORDS_A_PAGE })}`,
        historyRecordsSchema,
        signal,
      ),
    undo: async (request, signal) => (await calls.post(paths.undo, startedSchema, request, signal)).job,
    attach: (request, signal) => calls.post(paths.hostAttach, attachSchema, request, signal),
    next: (request, signal) =>
      calls.post(paths.hostNext, nextSchema, request, signal, request.waitMs ?? HOST_POLL_MS),
    answer: async (host, callId, answer, signal) => {
      await calls.post(paths.hostAnswer, z.unknown(), { host, call: callId, answer }, signal);
    },
    detach: async (host, signal) => {
      await calls.post(paths.hostDetach, z.unknown(), { host }, signal);
    },
    async *events(signal) {
      const silence = new AbortController();
      let timer = setTimeout(() => silence.abort(), silenceMs);
      try {
        const body = await calls.stream(paths.events, AbortSignal.any([signal, silence.signal]));
        const heard = body.pipeThrough(
          new TransformStream<Uint8Array, Uint8Array>({
            transform(chunk, controller) {
              clearTimeout(timer);
              timer = setTimeout(() => silence.abort(), silenceMs);
              controller.enqueue(chunk);
            },
          }),
        );
        for await (const { event, data } of readEvents(heard)) {
          const parsed = eventSchema.safeParse({ event, ...parseData(data) });
          if (parsed.success) yield parsed.data;
        }
      } finally {
        clearTimeout(timer);
        calls.forget();
      }
    },
  };
}

/** `?before=7&limit=100`, without what is null. */
function query(values: Readonly<Record<string, string | number | null>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== null);
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}

function parseData(data: string): Record<string, unknown> {
  const value = parseJson(data);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
