/** A job's recording as the answer to the request that starts it: JSON lines, and blank ones while it is quiet. */
import type { Response } from 'express';
import type { z } from 'zod';
import type { StartRequest } from '../../contract/job.ts';
import type { recordedJobSchema } from '../../contract/recording.ts';
import type { BridgeService } from './service.ts';

/** Keeps the reader from taking the bridge for dead. */
const HEARTBEAT_MS = 10_000;
/** Bytes that may wait for the reader; one that takes no more than this keeps what it has. */
const MAX_QUEUED_BYTES = 16 * 1024 * 1024;

/** Throws what `recordSync` throws before anything is answered. Who goes away ends the recording, not the job. */
export function sendRecording(service: BridgeService, request: StartRequest, response: Response): void {
  const send = (line: string): boolean => {
    if (response.writableEnded) return false;
    response.write(`${line}\n`);
    return response.writableLength <= MAX_QUEUED_BYTES;
  };
  const { job, close } = service.recordSync(request, { take: send, done: () => response.end() });
  const heartbeat = setInterval(() => send(''), HEARTBEAT_MS);
  response.on('close', () => {
    clearInterval(heartbeat);
    close();
  });
  response.status(200).set('Content-Type', 'application/x-ndjson; charset=utf-8');
  send(JSON.stringify({ job } satisfies z.infer<typeof recordedJobSchema>));
}
