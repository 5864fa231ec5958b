/** `sync`: starts a job, shows how it goes, and tells what it did. */
import { cancelledSchema, paths, startedSchema, type BridgeEvent } from '../../contract/api.ts';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import { jobSchema, type Job, type StartRequest } from '../../contract/job.ts';
import type { BridgeClient } from './bridge-client.ts';
import { CodeQuestions } from './compare-code-command.ts';
import type { Io } from './io.ts';
import { Questions } from './questions.ts';
import { progressLine, type ProgressLine } from './progress-line.ts';
import { RecordingFile } from './recording-file.ts';
import { jobReport } from './report.ts';

/** Streams that break off one after the other before the command gives up. */
const MAX_BROKEN_STREAMS = 5;

export interface SyncOptions {
  readonly request: StartRequest;
  readonly wait: boolean;
  readonly json: boolean;
  /** Where to write a recording to; absent: none is made. */
  readonly record?: string;
  /** Whether the recording may replace a file that is there. */
  readonly force: boolean;
}

/** Returns the exit code. */
export async function syncCommand(client: BridgeClient, io: Io, options: SyncOptions): Promise<number> {
  if (options.record !== undefined) return recordedSync(client, io, options, options.record);
  const start = async (request: StartRequest): Promise<string> =>
    (await client.post(paths.sync, request, startedSchema)).job;
  if (!options.wait) {
    const job = await start(options.request);
    io.out(options.json ? `${JSON.stringify({ job })}\n` : `Sync ${job} was started.\n`);
    return 0;
  }
  return followJob(client, io, options.json, () => start(asked(io, options)));
}

/** Where somebody can be asked, the sync may ask. */
function asked(io: Io, { request }: SyncOptions): StartRequest {
  return { ...(io.canAsk && { attended: true }), ...request };
}

/** What becomes of the recording changes nothing about the sync and its exit code. */
async function recordedSync(
  client: BridgeClient,
  io: Io,
  options: SyncOptions,
  path: string,
): Promise<number> {
  if (!options.wait) throw new SyncError('config.invalid', '--record goes on until the sync has ended');
  const file = new RecordingFile(path, options.force);
  let written: Promise<string | undefined> | undefined;
  try {
    const exitCode = await followJob(client, io, options.json, async () => {
      const { job, lines } = await client.record(asked(io, options));
      written = file.take(lines);
      return job;
    });
    const trouble = await written;
    io.err(
      trouble === undefined
        ? `Recorded in ${path}. Names, texts and ids in it are stand-ins; have a look before you send it to anybody.\n`
        : `The recording in ${path} is not whole: ${trouble}\n`,
    );
    return exitCode;
  } finally {
    if (written === undefined) file.discard();
  }
}

const silent: ProgressLine = { show: () => undefined, clear: () => undefined };

/** Starts a job, shows how it goes, asks what it asks, and tells what it did. Returns the exit code. */
export async function followJob(
  client: BridgeClient,
  io: Io,
  json: boolean,
  start: () => Promise<string>,
): Promise<number> {
  const line = json ? silent : progressLine(io);
  const job = await runJobToEnd(client, io, start, line);
  line.clear();
  io.out(json ? `${JSON.stringify(job)}\n` : jobReport(job));
  return job.state === 'ok' ? 0 : 1;
}

/** Starts a sync and follows it to its end; an interrupt cancels it. */
export function runToEnd(
  client: BridgeClient,
  io: Io,
  request: StartRequest,
  line: ProgressLine,
): Promise<Job> {
  return runJobToEnd(
    client,
    io,
    async () => (await client.post(paths.sync, request, startedSchema)).job,
    line,
  );
}

async function runJobToEnd(
  client: BridgeClient,
  io: Io,
  start: () => Promise<string>,
  line: ProgressLine,
): Promise<Job> {
  const ended = new AbortController();
  let stopListening = (): void => undefined;
  try {
    // The stream is open before the job starts, so that none of its events is missed.
    let stream = await client.events(ended.signal);
    const id = await start();
    const questions = new Questions(client, io, line, ended.signal);
    const codes = new CodeQuestions(client, io, line, ended.signal);
    stopListening = io.onInterrupt(() => {
      line.clear();
      io.err('Cancelling …\n');
      client.post(paths.cancel, { job: id }, cancelledSchema).catch((error: unknown) => {
        io.err(`${toSyncError(error).message}\n`);
      });
    });
    for (let broken = 0; ; broken += 1) {
      const job = await follow(stream, id, line, questions, codes);
      if (job !== undefined) return job;
      // The stream broke off, or this reader was too slow for it: the job itself runs in the bridge.
      const now = await client.get(`${paths.jobs}/${id}`, jobSchema);
      if (now.state !== 'running') return now;
      if (broken >= MAX_BROKEN_STREAMS) {
        throw new SyncError('bridge.not-running', 'the event stream breaks off');
      }
      stream = await client.events(ended.signal);
    }
  } finally {
    stopListening();
    ended.abort();
  }
}

/** The job when it has ended; undefined when the stream ended before. */
async function follow(
  stream: AsyncIterable<BridgeEvent>,
  id: string,
  line: ProgressLine,
  questions: Questions,
  codes: CodeQuestions,
): Promise<Job | undefined> {
  try {
    for await (const event of stream) {
      if (event.event === 'progress' && event.job === id) line.show(event.progress);
      if (event.event === 'status') codes.show(event.status.devices);
      const job = event.event === 'job' ? event.job : event.event === 'status' ? event.status.job : null;
      if (job?.id !== id) continue;
      if (job.state !== 'running') return job;
      questions.show(job);
    }
    return undefined;
  } catch (error) {
    if (error instanceof SyncError && error.code === 'bridge.not-running') return undefined;
    throw error;
  }
}
