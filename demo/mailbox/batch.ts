import { setTimeout as delay } from 'node:timers/promises';
import type { Admission } from './meter.ts';
import { json, type Answer, type Outcome } from './protocol/answer.ts';
import { badRequest, GraphFault } from './protocol/fault.ts';
import { isObject, readJsonObject, readRequest, type GraphRequest } from './protocol/request.ts';
import type { Switches } from './switches.ts';

/** `$batch`: up to 20 requests in one, each answered by itself, in any order (spec: graph 5). */

export const maxParts = 20;

const partType = 'application/json; odata.metadata=minimal; odata.streaming=true';

export interface BatchPart {
  readonly id: string;
  readonly request: GraphRequest;
  readonly dependsOn: readonly string[];
}

/** How a batch reaches the mailbox. */
export interface BatchRunner {
  readonly switches: Switches;
  readonly enter: () => Admission;
  readonly carryOut: (request: GraphRequest) => Outcome;
  /** Makes the answer of a part that does not reach the mailbox. */
  readonly refuse: (fault: GraphFault, request: GraphRequest) => Answer;
}

/** Reads a batch's body. Throws a GraphFault 400 that says what is malformed. */
export function readBatch(request: GraphRequest): readonly BatchPart[] {
  const { requests } = readJsonObject(request);
  if (!Array.isArray(requests) || requests.length === 0) {
    throw badRequest("Invalid batch payload format: 'requests' is missing or empty.");
  }
  if (requests.length > maxParts) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${maxParts}.`);
  }
  const ids = new Set<string>();
  return requests.map((value: unknown) => {
    const part = readPart(value);
    if (ids.has(part.id)) throw badRequest(`Request ids must be unique; '${part.id}' is not.`);
    const unknown = part.dependsOn.find((id) => !ids.has(id));
    if (unknown !== undefined)
      throw badRequest(`Request '${part.id}' depends on '${unknown}', which is not before it.`);
    ids.add(part.id);
    return part;
  });
}

function readPart(value: unknown): BatchPart {
  if (!isObject(value)) throw badRequest('Invalid batch payload format: a request is no object.');
  const { id, method, url, headers = {}, body, dependsOn = [] } = value;
  if (typeof id !== 'string' || id === '')
    throw badRequest("Invalid batch payload format: a request has no 'id'.");
  if (typeof method !== 'string' || typeof url !== 'string') {
    throw badRequest(`Invalid batch payload format: request '${id}' has no 'method' or 'url'.`);
  }
  if (!isObject(headers)) throw badRequest(`Invalid batch payload format: the headers of request '${id}'.`);
  if (!Array.isArray(dependsOn) || !dependsOn.every((other) => typeof other === 'string')) {
    throw badRequest(`Invalid batch payload format: 'dependsOn' of request '${id}'.`);
  }
  const names = new Map(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), String(text)]));
  if (body !== undefined && !names.has('content-type')) {
    throw badRequest(`Request '${id}' has a body but no Content-Type header.`);
  }
  const path = url.startsWith('/') ? url : `/${url}`;
  if (path.startsWith('/$batch')) throw badRequest('A batch cannot contain a batch.');
  const request = readRequest({ method, url: path, headers: names, body: readBody(body, names) });
  return { id, request, dependsOn };
}

/** JSON bodies are JSON; any other content is base64 (spec: graph 5). */
function readBody(body: unknown, headers: ReadonlyMap<string, string>): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  const isJson = /\bjson\b/i.test(headers.get('content-type') ?? '');
  return !isJson && typeof body === 'string'
    ? Buffer.from(body, 'base64')
    : Buffer.from(JSON.stringify(body));
}

/** Carries the parts out, a few at a time, those that depend on others after them. */
export async function runBatch(parts: readonly BatchPart[], runner: BatchRunner): Promise<Outcome> {
  const { switches } = runner;
  const answers = new Map<string, Answer>();
  let pending = parts;
  while (pending.length > 0) {
    const ready = pending.filter((part) => part.dependsOn.every((id) => answers.has(id)));
    const wave = ready.slice(0, switches.batchConcurrency);
    const broken = await runWave(wave, answers, runner);
    if (broken !== undefined) return broken;
    pending = pending.filter((part) => !answers.has(part.id));
  }
  const responses = parts.map(({ id }) => renderPart(id, answers.get(id)));
  return {
    kind: 'answer',
    answer: json(200, { responses: switches.batchOrder === 'shuffled' ? shuffle(responses) : responses }),
  };
}

/** Parts of a wave are open at the same time: those above the mailbox's limit are refused by the meter. */
async function runWave(
  wave: readonly BatchPart[],
  answers: Map<string, Answer>,
  runner: BatchRunner,
): Promise<Outcome | undefined> {
  const entered: { readonly part: BatchPart; readonly leave: () => void }[] = [];
  for (const part of wave) {
    if (part.dependsOn.some((id) => (answers.get(id)?.status ?? 500) >= 400)) {
      const fault = new GraphFault(424, 'FailedDependency', 'A request that this one depends on has failed.');
      answers.set(part.id, runner.refuse(fault, part.request));
      continue;
    }
    const admission = runner.enter();
    if (admission.kind === 'refused') answers.set(part.id, runner.refuse(admission.fault, part.request));
    else entered.push({ part, leave: admission.leave });
  }
  try {
    if (runner.switches.serviceTime > 0 && entered.length > 0) await delay(runner.switches.serviceTime);
    for (const { part } of entered) {
      const outcome = runner.carryOut(part.request);
      // A part cannot break its connection alone: the whole batch ends as it does.
      if (outcome.kind !== 'answer') return outcome;
      answers.set(part.id, outcome.answer);
    }
    return undefined;
  } finally {
    for (const { leave } of entered) leave();
  }
}

function renderPart(id: string, answer: Answer | undefined): Record<string, unknown> {
  if (answer === undefined) throw new Error(`part ${id} of a batch has no answer`);
  const { status, body } = answer;
  // The ids are those of the batch's own answer.
  const headers = Object.fromEntries(
    Object.entries(answer.headers).filter(([name]) => !name.endsWith('request-id')),
  );
  switch (body.kind) {
    case 'none':
      return { id, status, headers };
    case 'json':
      return { id, status, headers: { ...headers, 'Content-Type': partType }, body: body.value };
    case 'bytes':
      return {
        id,
        status,
        headers: { ...headers, 'Content-Type': body.contentType },
        body: body.bytes.toString('base64'),
      };
  }
}

function shuffle<T>(values: readonly T[]): T[] {
  const shuffled = [...values];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    const moved = shuffled[last];
    const target = shuffled[other];
    if (moved === undefined || target === undefined) continue;
    shuffled[last] = target;
    shuffled[other] = moved;
  }
  return shuffled;
}
