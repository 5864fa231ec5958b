import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { addressOf } from './account/address.ts';
import { accountRoutes } from './account/routes.ts';
import type { Backend } from './backend.ts';
import { contactRoutes } from './contacts/routes.ts';
import { eventRoutes } from './events/routes.ts';
import { FailurePlan, failureAnswer, gatewayTimeout, type FailureAction, type Via } from './failures.ts';
import { folderRoutes } from './folders/routes.ts';
import { Meter } from './meter.ts';
import type { Answer, Outcome } from './protocol/answer.ts';
import { faultAnswer, GraphFault, notSupported, type RequestIds } from './protocol/fault.ts';
import { readRequest, type GraphRequest, type RawRequest } from './protocol/request.ts';
import { RequestLog } from './request-log.ts';
import { Router } from './router.ts';
import { readBatch, runBatch } from './batch.ts';
import { taskRoutes } from './tasks/routes.ts';
import { checkScopes, TokenCheck, type Principal } from './tokens.ts';

/** The mailbox's service without its network: requests in, outcomes out. */
export class GraphService {
  readonly meter: Meter;
  readonly tokens: TokenCheck;
  readonly failures = new FailurePlan();
  readonly log = new RequestLog();
  readonly #backend: Backend;
  readonly #router: Router;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.meter = new Meter(backend.clock);
    this.tokens = new TokenCheck(backend.clock);
    this.#router = new Router([
      ...accountRoutes(backend),
      ...folderRoutes(backend),
      ...contactRoutes(backend),
      ...eventRoutes(backend),
      ...taskRoutes(backend),
    ]);
  }

  /** Answers one HTTP request, a $batch included. */
  async handle(raw: RawRequest): Promise<Outcome> {
    const ids = requestIds(raw);
    const read = this.#admit(raw);
    if (read instanceof GraphFault) {
      this.#note(raw, undefined, 'http', undefined, read.status);
      return this.#answer(faultAnswer(read, ids, this.#backend.clock.now()), undefined, ids);
    }
    const { request, principal } = read;
    if (request.path[0] !== '$batch') return this.#single(request, principal, ids);
    return this.#batch(request, principal, ids);
  }

  #admit(raw: RawRequest): { request: GraphRequest; principal: Principal } | GraphFault {
    try {
      const principal = this.tokens.check(
        raw.headers.get('authorization'),
        this.#backend.switches.tokenLifetime,
      );
      return { request: readRequest(raw), principal };
    } catch (error) {
      if (error instanceof GraphFault) return error;
      throw error;
    }
  }

  async #single(request: GraphRequest, principal: Principal, ids: RequestIds): Promise<Outcome> {
    const { switches, clock } = this.#backend;
    const admission = this.meter.enter(principal.user, switches);
    if (admission.kind === 'refused') {
      this.#note(request, principal.user, 'http', undefined, admission.fault.status);
      return this.#answer(faultAnswer(admission.fault, ids, clock.now()), request, ids);
    }
    try {
      if (switches.serviceTime > 0) await delay(switches.serviceTime);
      return this.#carryOut(request, principal, ids, 'http');
    } finally {
      admission.leave();
    }
  }

  async #batch(request: GraphRequest, principal: Principal, ids: RequestIds): Promise<Outcome> {
    const failed = this.#injected(this.failures.take(request, principal.user, 'http'), request, ids);
    if (failed !== undefined) {
      this.#note(request, principal.user, 'http', '/$batch', statusOf(failed));
      return failed;
    }
    let outcome: Outcome;
    try {
      if (request.method !== 'POST') throw notSupported();
      outcome = await runBatch(readBatch(request), {
        switches: this.#backend.switches,
        enter: () => this.meter.enter(principal.user, this.#backend.switches),
        carryOut: (part) => this.#carryOut(part, principal, ids, 'batch'),
        refuse: (fault, part) => {
          this.#note(part, principal.user, 'batch', undefined, fault.status);
          return faultAnswer(fault, ids, this.#backend.clock.now());
        },
      });
    } catch (error) {
      if (!(error instanceof GraphFault)) throw error;
      outcome = { kind: 'answer', answer: faultAnswer(error, ids, this.#backend.clock.now()) };
    }
    this.#note(request, principal.user, 'http', '/$batch', statusOf(outcome));
    return outcome.kind === 'answer' ? this.#answer(outcome.answer, request, ids) : outcome;
  }

  /** Failures on demand, permission, operation: the same for a request by itself and for a part of a $batch. */
  #carryOut(request: GraphRequest, principal: Principal, ids: RequestIds, via: Via): Outcome {
    const action = this.failures.take(request, principal.user, via);
    let outcome = this.#injected(action, request, ids);
    let operation: string | undefined;
    if (outcome === undefined) {
      const done = this.#operate(request, principal, ids, action?.kind === 'stale' ? 'stale' : 'current');
      operation = done.operation;
      outcome = this.#answer(done.answer, request, ids);
      if (action?.kind === 'lostAnswer') {
        outcome =
          action.ends === '504' ? this.#answer(gatewayTimeout(), request, ids) : { kind: action.ends };
      }
    }
    this.#note(request, principal.user, via, operation, statusOf(outcome));
    return outcome;
  }

  #injected(action: FailureAction | undefined, request: GraphRequest, ids: RequestIds): Outcome | undefined {
    if (action === undefined) return undefined;
    if (action.kind === 'hang' || action.kind === 'reset') return { kind: action.kind };
    if (action.kind === 'gone') {
      this.#killStream(request);
      return undefined;
    }
    const failure = failureAnswer(action);
    if (failure === undefined) return undefined;
    const now = this.#backend.clock.now();
    return this.#answer(
      failure instanceof GraphFault ? faultAnswer(failure, ids, now) : failure,
      request,
      ids,
    );
  }

  #killStream(request: GraphRequest): void {
    const text = request.query.get('$skiptoken') ?? request.query.get('$deltatoken');
    const token = text === undefined ? undefined : this.#backend.streams.find(text);
    if (token !== undefined) this.#backend.streams.kill(token.stream);
  }

  #operate(
    request: GraphRequest,
    principal: Principal,
    ids: RequestIds,
    reads: 'current' | 'stale',
  ): { readonly answer: Answer; readonly operation: string | undefined } {
    let operation: string | undefined;
    try {
      const mailbox = this.#backend.mailboxes.of(principal.user);
      const path = belowMe(request.path, [mailbox.objectId, addressOf(mailbox.user)]);
      const { route, variables } = this.#router.find(request.method, path);
      operation = route.path;
      checkScopes(principal, route.scopes);
      return { answer: route.handle({ request, mailbox, variables, reads }), operation };
    } catch (error) {
      if (!(error instanceof GraphFault)) throw error;
      return { answer: faultAnswer(error, ids, this.#backend.clock.now()), operation };
    }
  }

  /** The answer with the headers that every answer of Graph has (spec: graph 1 line 14). */
  #answer(answer: Answer, request: GraphRequest | undefined, ids: RequestIds): Outcome {
    const headers: Record<string, string> = {
      'Cache-Control': 'private',
      'request-id': ids.requestId,
      'client-request-id': ids.clientRequestId,
      ...answer.headers,
    };
    const applied = [...(request?.preferences.applied ?? [])];
    const own = answer.headers['Preference-Applied'];
    if (own !== undefined) applied.unshift(own);
    if (applied.length > 0 && answer.status < 300) headers['Preference-Applied'] = applied.join(', ');
    return { kind: 'answer', answer: { ...answer, headers } };
  }

  #note(
    { method, url, headers }: RawRequest,
    user: string | undefined,
    via: Via,
    operation: string | undefined,
    status: number | null,
  ): void {
    const clientRequestId = headers.get('client-request-id');
    this.log.add({
      at: this.#backend.clock.now(),
      user,
      via,
      method,
      url,
      operation,
      status,
      clientRequestId,
    });
  }
}

function requestIds(raw: RawRequest): RequestIds {
  const requestId = randomUUID();
  return { requestId, clientRequestId: raw.headers.get('client-request-id') ?? requestId };
}

function statusOf(outcome: Outcome): number | null {
  return outcome.kind === 'answer' ? outcome.answer.status : null;
}

/** `/me/…` and `/users/{id or address}/…` are the same; other people's mailboxes are out of reach. */
function belowMe(path: readonly string[], names: readonly string[]): readonly string[] {
  if (path[0] === 'me') return path.slice(1);
  if (path[0] === 'users' && path[1] !== undefined) {
    if (names.some((name) => name.toLowerCase() === path[1]?.toLowerCase())) return path.slice(2);
    throw new GraphFault(404, 'ErrorInvalidUser', `The requested user '${path[1]}' is invalid.`);
  }
  throw new GraphFault(400, 'BadRequest', `Resource not found for the segment '${path[0] ?? ''}'.`);
}
