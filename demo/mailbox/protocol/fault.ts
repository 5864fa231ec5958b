import type { Answer } from './answer.ts';

/** A refusal by the service: becomes `{"error":{code,message,innerError}}` (spec: graph 9). */
export class GraphFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `innerError.code`, which few refusals have. */
  readonly innerCode: string | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    innerCode?: string,
  ) {
    super(message);
    this.name = 'GraphFault';
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.innerCode = innerCode;
  }
}

/** The ids that an error body repeats, so that a report can be matched with the request. */
export interface RequestIds {
  readonly requestId: string;
  readonly clientRequestId: string;
}

/** The error's answer; `at` in milliseconds since 1970. */
export function faultAnswer(fault: GraphFault, ids: RequestIds, at: number): Answer {
  return {
    status: fault.status,
    headers: fault.headers,
    body: {
      kind: 'json',
      value: {
        error: {
          code: fault.code,
          message: fault.message,
          innerError: {
            ...(fault.innerCode === undefined ? {} : { code: fault.innerCode }),
            date: new Date(at).toISOString().slice(0, 19),
            'request-id': ids.requestId,
            'client-request-id': ids.clientRequestId,
          },
        },
      },
    },
  };
}

export const notSupported = (): GraphFault =>
  new GraphFault(405, 'ErrorInvalidRequest', 'The OData request is not supported.');

export const notFound = (): GraphFault =>
  new GraphFault(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');

export const malformedId = (): GraphFault =>
  new GraphFault(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');

export const badRequest = (message: string): GraphFault => new GraphFault(400, 'BadRequest', message);

export const badUrl = (message: string): GraphFault =>
  new GraphFault(400, 'RequestBroker--ParseUri', message);

export const badBody = (message: string): GraphFault =>
  new GraphFault(400, 'UnableToDeserializePostBody', message);

/** A part of Graph that exists in the service but not in this stand-in: said so, never guessed. */
export const notOffered = (what: string): GraphFault =>
  new GraphFault(501, 'NotImplemented', `The local mailbox does not offer ${what}.`);

export const conflict = (): GraphFault =>
  new GraphFault(
    412,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  );
