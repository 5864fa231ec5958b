/**
 * What travels between a page and the window of Outlook's that signs in for it (dialog.html): the request in the
 * window's address, the answer in one message. Both ends are pages of ours on the same origin.
 */
import { z } from 'zod';
import { SyncError } from '../../contract/errors.ts';
import type { Grant, MsalRequest } from './msal.ts';
import { ALL_PERMISSIONS } from './permissions.ts';

const requestSchema = z.object({
  permissions: z.array(z.enum(ALL_PERMISSIONS)).min(1),
  claims: z.string().max(16_384).nullable(),
  hint: z.string().max(320).nullable(),
});
export type DialogRequest = z.infer<typeof requestSchema>;

/** `bridge`: what tells where the bridge is (bridge-address.ts), for the window has to find it, too. */
export function requestQuery(
  { permissions, claims }: MsalRequest,
  hint: string | undefined,
  bridge: string,
): string {
  const request: DialogRequest = { permissions: [...permissions], claims, hint: hint ?? null };
  const query = new URLSearchParams(bridge);
  query.set('request', JSON.stringify(request));
  return `?${query.toString()}`;
}

/** Null for an address that is none of ours. */
export function readRequest(search: string): DialogRequest | null {
  return requestSchema.safeParse(parse(new URLSearchParams(search).get('request') ?? '')).data ?? null;
}

const answerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('grant'),
    token: z.string(),
    permissions: z.array(z.string()),
    until: z.number(),
    account: z.object({ tenant: z.string(), address: z.string(), name: z.string() }),
  }),
  z.object({ kind: z.literal('problem'), detail: z.string() }),
]);

export const grantMessage = (grant: Grant): string =>
  JSON.stringify({ kind: 'grant', ...grant, permissions: [...grant.permissions] });

export const problemMessage = (problem: SyncError): string =>
  JSON.stringify({ kind: 'problem', detail: problem.detail });

/** @throws SyncError `sign-in.refused` */
export function readAnswer(message: string): Grant {
  const { data } = answerSchema.safeParse(parse(message));
  if (data?.kind === 'grant') return { ...data, permissions: new Set(data.permissions) };
  throw new SyncError('sign-in.refused', data?.detail ?? 'the window sent something else');
}

/** Undefined for what is no JSON: no schema accepts it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
