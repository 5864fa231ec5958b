import { GraphFault, notSupported } from './protocol/fault.ts';
import type { Answer } from './protocol/answer.ts';
import type { GraphRequest } from './protocol/request.ts';
import type { MailboxInfo } from './store/mailboxes.ts';

/** A request on its way through a resource's module. */
export interface Call {
  readonly request: GraphRequest;
  readonly mailbox: MailboxInfo;
  /** The path's variable segments, by name. */
  readonly variables: Readonly<Record<string, string>>;
  /** True when a scheduled failure asks for what the item was before its last change. */
  readonly reads: 'current' | 'stale';
}

/** One operation of a resource: `/contacts/:id`, below `/me`. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Any one of these permissions is enough. */
  readonly scopes: readonly string[];
  readonly handle: (call: Call) => Answer;
}

interface CompiledRoute extends Route {
  readonly segments: readonly string[];
}

export interface Match {
  readonly route: Route;
  readonly variables: Readonly<Record<string, string>>;
}

/** Finds routes by method and path; fixed segments win over variables by the order of the table. */
export class Router {
  readonly #routes: readonly CompiledRoute[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({
      ...route,
      segments: route.path.split('/').filter((s) => s !== ''),
    }));
  }

  /** Throws a GraphFault: 405 for a method that the path does not take, 400 for an unknown path. */
  find(method: string, path: readonly string[]): Match {
    let pathKnown = false;
    for (const route of this.#routes) {
      const variables = matchSegments(route.segments, path);
      if (variables === undefined) continue;
      pathKnown = true;
      if (route.method === method) return { route, variables };
    }
    if (pathKnown) throw notSupported();
    throw new GraphFault(400, 'BadRequest', `Resource not found for the segment '${path.at(-1) ?? ''}'.`);
  }
}

function matchSegments(
  segments: readonly string[],
  path: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (segments.length !== path.length) return undefined;
  const variables: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const actual = path[index] ?? '';
    if (segment.startsWith(':')) variables[segment.slice(1)] = actual;
    else if (segment !== actual) return undefined;
  }
  return variables;
}
