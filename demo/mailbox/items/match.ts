import type { Backend } from '../backend.ts';
import { conflict } from '../protocol/fault.ts';
import type { Call } from '../router.ts';

/** `If-Match` with another version than the current one: 412 (spec: graph 13 line 14). */
export function checkMatch(backend: Backend, call: Call, etag: string): void {
  const wanted = call.request.headers.get('if-match');
  if (wanted === undefined || backend.switches.ifMatch === 'ignored') return;
  const accepted = wanted.split(',').map((entry) => entry.trim());
  if (!accepted.includes('*') && !accepted.includes(etag)) throw conflict();
}
