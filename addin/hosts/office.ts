/// <reference types="office-js" />
/**
 * Office.js, and the only place that touches it. The script comes from Microsoft's own network and may not come at
 * all; in a plain browser it comes and finds no host. Everything else works without it.
 */
const officeScript = 'https://appsforoffice.microsoft.com/lib/1/hosted/office.js';

export type OfficeHost =
  /** Within Outlook; `client` for people, such as "OutlookWebApp". */
  | { readonly kind: 'outlook'; readonly client: string }
  | { readonly kind: 'browser' }
  /** The script could not be loaded: no network, or not allowed. */
  | { readonly kind: 'unavailable' };

/** Loads Office.js and finds out where we are; never rejects, and takes no longer than so many milliseconds. */
export async function findOffice(limitMs: number): Promise<OfficeHost> {
  const late = new Promise<OfficeHost>((resolve) =>
    setTimeout(() => resolve({ kind: 'unavailable' }), limitMs),
  );
  return Promise.race([late, loadOffice()]);
}

async function loadOffice(): Promise<OfficeHost> {
  const loaded = await new Promise<boolean>((resolve) => {
    const script = document.createElement('script');
    script.src = officeScript;
    script.addEventListener('load', () => resolve(true));
    script.addEventListener('error', () => resolve(false));
    document.head.append(script);
  });
  if (!loaded || typeof Office === 'undefined') return { kind: 'unavailable' };
  // The types promise a host; a plain browser gets null.
  const info = (await Office.onReady()) as { readonly host: Office.HostType | null };
  return info.host === null ? { kind: 'browser' } : { kind: 'outlook', client: clientName() };
}

/** Empty where Outlook does not say. */
function clientName(): string {
  const context = Office.context as Partial<Office.Context> | undefined;
  const diagnostics = context?.mailbox?.diagnostics as Partial<Office.Diagnostics> | undefined;
  return diagnostics?.hostName ?? '';
}
