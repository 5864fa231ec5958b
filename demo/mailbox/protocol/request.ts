import { badBody, badRequest, badUrl } from './fault.ts';
import { readPreferences, type Preferences } from './preferences.ts';

/** One request to the mailbox, whether it came by itself or as a part of a $batch. */
export interface GraphRequest {
  readonly method: string;
  /** Path and query below `/v1.0`, as sent. */
  readonly url: string;
  /** Decoded path segments, functions without `()` and namespace, keys in brackets as own segments. */
  readonly path: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly preferences: Preferences;
}

export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Takes a request's URL and headers apart. Throws a GraphFault 400 for a URL that cannot be read. */
export function readRequest(raw: RawRequest): GraphRequest {
  const questionMark = raw.url.indexOf('?');
  const path = questionMark < 0 ? raw.url : raw.url.slice(0, questionMark);
  const query = questionMark < 0 ? '' : raw.url.slice(questionMark + 1);
  return {
    ...raw,
    method: raw.method.toUpperCase(),
    path: readPath(path),
    query: readQuery(query),
    preferences: readPreferences(raw.headers.get('prefer') ?? ''),
  };
}

function readPath(path: string): string[] {
  const segments: string[] = [];
  for (const raw of path.split('/')) {
    if (raw === '') continue;
    const segment = decode(raw)
      // An id may begin like a namespace: that of an open extension does.
      .replace(/^microsoft\.graph\.(?=\w+(?:\(|$))/, '')
      .replace(/\(\)$/, '');
    const keyed = /^(\w+)\('(.*)'\)$/.exec(segment);
    if (keyed?.[1] !== undefined && keyed[2] !== undefined)
      segments.push(keyed[1], keyed[2].replaceAll("''", "'"));
    else segments.push(segment);
  }
  return segments;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) throw badUrl(`The URL segment '${segment}' is not properly encoded.`);
    throw error;
  }
}

function readQuery(query: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (options.has(name) && name.startsWith('$')) {
      throw badUrl(
        `Query option '${name}' was specified more than once, but it must be specified at most once.`,
      );
    }
    options.set(name, value);
  }
  return options;
}

/** The request's JSON object. Throws a GraphFault 400 when it is missing, unreadable or not an object. */
export function readJsonObject(request: GraphRequest): Readonly<Record<string, unknown>> {
  const type = request.headers.get('content-type');
  if (type === undefined) {
    throw badRequest('A missing or empty content type header was found when trying to read a message.');
  }
  if (!/^application\/json\b/i.test(type)) {
    throw badRequest(`The content type '${type}' cannot be read as JSON.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw badBody(`Unable to read JSON request payload: ${error.message}`);
    throw error;
  }
  if (!isObject(value)) throw badBody('Unable to read JSON request payload: a JSON object is expected.');
  return value;
}

/** True for a JSON object (not null, not an array). */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
