/** Which Office.js a page loads. Pure. */
import type { Hello } from '../../contract/api.ts';

/**
 * Undefined: Microsoft's own, the only one that Outlook supports. Outlook tells the pages that it opens where they are,
 * in their address; elsewhere the bridge may name a copy of its own, or none (null), so that demo and tests reach
 * nothing outside.
 */
export function officeScript(search: string, outlook: Hello['outlook']): string | null | undefined {
  return new URLSearchParams(search).has('_host_Info') ? undefined : outlook.officeScript;
}
