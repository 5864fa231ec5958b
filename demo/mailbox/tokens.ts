import type { Clock } from './clock.ts';
import { GraphFault } from './protocol/fault.ts';

/** Whom a token stands for, and what it may do. */
export interface Principal {
  readonly user: string;
  /** `all` for a token that names no permissions. */
  readonly scopes: ReadonlySet<string> | 'all';
}

/**
 * The mailbox knows local tokens only: `local-<user>[.<scope>+<scope>…][~<anything>]`, for example
 * `local-anna` or `local-anna.Contacts.Read+User.Read~2`. What follows `~` makes a fresh token for the same person.
 */
const tokenForm = /^local-([\w-]{1,64})(?:\.([\w.+]{1,512}))?(?:~[\w-]{1,64})?$/;

/** Tokens whose first use is remembered; the oldest is forgotten first. */
const rememberedTokens = 10_000;

/** Spells a local token. */
export function localToken(user: string, scopes: readonly string[] = [], fresh = ''): string {
  const tail = fresh === '' ? '' : `~${fresh}`;
  return `local-${user}${scopes.length === 0 ? '' : `.${scopes.join('+')}`}${tail}`;
}

/** Checks bearer tokens and their age; a token is born at its first use. */
export class TokenCheck {
  readonly #clock: Clock;
  readonly #born = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws a GraphFault 401 for no token, a foreign one, or one older than `lifetime` seconds (0 = any age). */
  check(authorization: string | undefined, lifetime: number): Principal {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthorized('Access token is empty.');
    const [matched, user, scopes] = tokenForm.exec(token) ?? [];
    if (matched === undefined || user === undefined) throw unauthorized('Access token is not well-formed.');
    this.#checkAge(token, lifetime);
    return { user, scopes: scopes === undefined ? 'all' : new Set(scopes.split('+')) };
  }

  /** Expires every token that was used so far. */
  expireAll(): void {
    for (const token of this.#born.keys()) this.#born.set(token, -Infinity);
  }

  #checkAge(token: string, lifetime: number): void {
    const born = this.#born.get(token);
    if (born === undefined) {
      const [oldest] = this.#born.keys();
      if (this.#born.size >= rememberedTokens && oldest !== undefined) this.#born.delete(oldest);
      this.#born.set(token, this.#clock.now());
    } else if (born === -Infinity || (lifetime > 0 && this.#clock.now() - born >= lifetime * 1000)) {
      throw unauthorized('Lifetime validation failed, the token is expired.');
    }
  }
}

/** Throws a GraphFault 403 unless the principal has one of the permissions. */
export function checkScopes(principal: Principal, accepted: readonly string[]): void {
  const { scopes } = principal;
  if (scopes === 'all' || accepted.some((scope) => scopes.has(scope))) return;
  throw new GraphFault(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
}

function unauthorized(message: string): GraphFault {
  return new GraphFault(401, 'InvalidAuthenticationToken', message, {
    'WWW-Authenticate':
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
  });
}
