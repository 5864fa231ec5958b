/** What the mailbox answers, before it becomes an HTTP answer or a part of a $batch answer. */

export type AnswerBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly contentType: string };

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AnswerBody;
}

/** How a request ends: with an answer, or as a scheduled failure of the connection. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' };

/** Where all links of Graph point, whatever address the mailbox listens on (spec: graph 13 line 1). */
export const graphBase = 'https://graph.microsoft.com/v1.0';

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: { kind: 'json', value } };
}

export function noContent(status = 204): Answer {
  return { status, headers: {}, body: { kind: 'none' } };
}

export function bytes(
  contentType: string,
  content: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status: 200, headers, body: { kind: 'bytes', bytes: content, contentType } };
}
