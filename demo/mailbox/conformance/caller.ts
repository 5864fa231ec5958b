import { graphBase } from '../protocol/answer.ts';
import { localToken, type Mailbox } from '../mailbox.ts';

/** An answer as a test looks at it. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON body; an empty object when there is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly bytes?: Buffer;
}

export interface BatchAnswer {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Any entity of an answer. */
export interface Entity {
  readonly id: string;
  readonly [name: string]: unknown;
}

export interface DeltaRow {
  readonly id: string;
  readonly '@removed'?: { readonly reason: string };
  readonly [name: string]: unknown;
}

/** One delta round, read to its end. */
export interface Round {
  readonly pages: readonly (readonly DeltaRow[])[];
  readonly rows: readonly DeltaRow[];
  readonly deltaLink: string;
}

const maxPages = 200;

/** A plain caller of Graph for tests: fetch with a token, and links brought back to the local origin. */
export class Caller {
  readonly #origin: string;
  readonly #token: string;
  readonly #preferences: string;

  constructor(mailbox: Mailbox, user = 'anna', preferences = '', token = localToken(user)) {
    this.#origin = mailbox.url;
    this.#token = token;
    this.#preferences = preferences;
  }

  /** `path` below `/v1.0`, or a link from an answer. */
  async call(path: string, { method = 'GET', headers = {}, json, bytes }: CallOptions = {}): Promise<Reply> {
    const below = path.startsWith(graphBase) ? path.slice(graphBase.length) : path;
    const response = await fetch(`${this.#origin}/v1.0${below}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.#token}`,
        ...(this.#preferences === '' ? {} : { Prefer: this.#preferences }),
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(bytes === undefined ? {} : { body: new Uint8Array(bytes) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.status, headers: response.headers, text, body };
  }

  /** Creates a contact and answers its id. */
  async create(contact: Readonly<Record<string, unknown>>, collection = '/me/contacts'): Promise<string> {
    const reply = await this.call(collection, { method: 'POST', json: contact });
    if (reply.status !== 201) throw new Error(`create was answered ${reply.status}: ${reply.text}`);
    return String(reply.body.id);
  }

  /** A POST that must be answered 201; its entity. */
  async post(path: string, json: Readonly<Record<string, unknown>>): Promise<Entity> {
    const reply = await this.call(path, { method: 'POST', json });
    if (reply.status !== 201) throw new Error(`POST ${path} was answered ${reply.status}: ${reply.text}`);
    return reply.body as Entity;
  }

  /** The rows of a list that must be answered 200, its pages followed to the end. */
  async list(path: string): Promise<readonly Entity[]> {
    const rows: Entity[] = [];
    let link: unknown = path;
    for (let pages = 0; typeof link === 'string' && pages < maxPages; pages++) {
      const reply: Reply = await this.call(link);
      if (reply.status !== 200) throw new Error(`GET ${path} was answered ${reply.status}: ${reply.text}`);
      rows.push(...(reply.body.value as Entity[]));
      link = reply.body['@odata.nextLink'];
    }
    return rows;
  }

  get(id: string, query = ''): Promise<Reply> {
    return this.call(`${contactPath(id)}${query}`);
  }

  patch(
    id: string,
    json: Readonly<Record<string, unknown>>,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    return this.call(contactPath(id), { method: 'PATCH', json, headers });
  }

  remove(id: string): Promise<Reply> {
    return this.call(contactPath(id), { method: 'DELETE' });
  }

  /** The extended properties of a contact that exist, by the ids of the answer. */
  async extended(id: string, ...keys: readonly string[]): Promise<Record<string, string>> {
    const { body } = await this.get(id, `?$select=id&${expandExtended(...keys)}`);
    const values = (body.singleValueExtendedProperties ?? []) as readonly { id: string; value: string }[];
    return Object.fromEntries(values.map((entry) => [entry.id, entry.value]));
  }

  async batch(requests: readonly Readonly<Record<string, unknown>>[]): Promise<readonly BatchAnswer[]> {
    const reply = await this.call('/$batch', { method: 'POST', json: { requests } });
    if (reply.status !== 200) throw new Error(`the batch was answered ${reply.status}: ${reply.text}`);
    return reply.body.responses as BatchAnswer[];
  }

  /** Follows a delta round to its end. Throws for an answer other than 200, and for a round without end. */
  async round(start = '/me/contacts/delta'): Promise<Round> {
    const pages: DeltaRow[][] = [];
    let link = start;
    while (pages.length < maxPages) {
      const reply = await this.call(link);
      if (reply.status !== 200) throw new Error(`delta was answered ${reply.status}: ${reply.text}`);
      pages.push(reply.body.value as DeltaRow[]);
      const deltaLink = reply.body['@odata.deltaLink'];
      if (typeof deltaLink === 'string') return { pages, rows: pages.flat(), deltaLink };
      link = String(reply.body['@odata.nextLink']);
    }
    throw new Error(`the round had no end after ${maxPages} pages`);
  }
}

/** `$expand=…` for extended properties by id. */
export function expandExtended(...ids: readonly string[]): string {
  const clauses = ids.map((id) => `id eq '${encodeURIComponent(id)}'`);
  return `$expand=singleValueExtendedProperties($filter=${clauses.join(' or ')})`;
}

export function contactPath(id: string): string {
  return `/me/contacts/${encodeURIComponent(id)}`;
}

/** `code` of an error answer. */
export function errorCode(reply: Pick<Reply, 'body'>): string {
  return (reply.body.error as { readonly code: string }).code;
}

export function errorMessage(reply: Pick<Reply, 'body'>): string {
  return (reply.body.error as { readonly message: string }).message;
}
