/**
 * Stands in for Outlook's side of nested app authentication, under the real MSAL: `window.nestedAppAuthBridge`, as
 * Outlook puts it into pages (spec: Office add-in 7.2).
 */
import type { BrowserContext } from 'playwright-core';

/** What a test finds in `window.nestedAuth`. */
export interface NestedAuth {
  /** Every request of MSAL: `GetToken contacts.readwrite`. */
  readonly asked: { method: string; scope: string; claims: string | null; forced: boolean }[];
  /** Whether somebody is signed in and has agreed to these, in lower case; undefined: to everything. */
  agreed: string[] | undefined;
  /** Claims that a silent request cannot meet. */
  strict: boolean;
  signedIn: boolean;
  /** Status that every request for a token fails with; undefined: none does. */
  failure: string | undefined;
  /** What happens to the person's window: undefined: they finish it. */
  windowFailure: string | undefined;
  /** Life of a token, in seconds. */
  lifeSeconds: number;
}

export async function fakeNestedAuth(
  context: BrowserContext,
  change: Partial<NestedAuth> = {},
): Promise<void> {
  await context.addInitScript(install, change);
}

/** Runs in the page: nothing from outside of it may be used. */
function install(change: Partial<NestedAuth>): void {
  const state: NestedAuth = {
    asked: [],
    agreed: undefined,
    strict: false,
    signedIn: true,
    failure: undefined,
    windowFailure: undefined,
    lifeSeconds: 3600,
    ...change,
  };
  const listeners: ((message: string) => void)[] = [];
  const base64 = (value: object): string =>
    btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const ids = {
    homeAccountId: 'anna.contoso',
    environment: 'login.microsoftonline.com',
    tenantId: 'contoso',
  };
  let count = 0;

  interface TokenParams {
    readonly scope?: string;
    readonly claims?: string;
    readonly forceRefresh?: boolean;
  }
  const failed = (status: string, code?: string): object => ({ success: false, error: { status, code } });
  const answer = (method: string, params: TokenParams): object => {
    if (method === 'GetInitContext')
      return {
        success: true,
        initContext: { sdkName: 'test', sdkVersion: '1', capabilities: {}, accountContext: ids },
      };
    const scope = (params.scope ?? '').toLowerCase();
    const claims = params.claims ?? null;
    state.asked.push({ method, scope, claims, forced: params.forceRefresh ?? false });
    if (state.failure !== undefined) return failed(state.failure);
    const wanted = scope.split(' ').filter((name) => name.includes('.read'));
    if (method === 'GetTokenPopup') {
      if (state.windowFailure !== undefined) return failed(state.windowFailure);
      state.signedIn = true;
      if (state.agreed !== undefined) state.agreed.push(...wanted);
      if (claims?.includes('nbf') === true) state.strict = false;
    } else {
      if (!state.signedIn) return failed('USER_INTERACTION_REQUIRED', 'login_required');
      if (state.strict && claims?.includes('nbf') === true)
        return failed('USER_INTERACTION_REQUIRED', 'interaction_required');
      const missing = wanted.filter((name) => state.agreed?.includes(name) === false);
      if (missing.length > 0) return failed('USER_INTERACTION_REQUIRED', 'consent_required');
    }
    count += 1;
    const idToken = `${base64({ alg: 'none' })}.${base64({
      tid: 'contoso',
      oid: 'anna',
      preferred_username: 'anna@mailbox.example',
      name: 'Anna',
    })}.x`;
    return {
      success: true,
      token: {
        access_token: `nested-${count}`,
        id_token: idToken,
        expires_in: state.lifeSeconds,
        scope,
        token_type: 'Bearer',
      },
      account: {
        ...ids,
        username: 'anna@mailbox.example',
        localAccountId: 'anna',
        name: 'Anna',
        idToken,
      },
    };
  };
  Object.assign(window, {
    nestedAuth: state,
    nestedAppAuthBridge: {
      addEventListener: (_type: string, listener: (message: string) => void) => listeners.push(listener),
      postMessage(text: string) {
        const {
          requestId,
          method,
          tokenParams = {},
        } = JSON.parse(text) as {
          requestId: string;
          method: string;
          tokenParams?: TokenParams;
        };
        const message = {
          messageType: 'NestedAppAuthResponse',
          requestId,
          ...answer(method, tokenParams),
        };
        setTimeout(() => {
          for (const listener of listeners) listener(JSON.stringify(message));
        }, 1);
      },
    },
  });
}
