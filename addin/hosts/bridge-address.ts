/**
 * Where the bridge is, seen from a page. The bridge serves the pages itself, so it is the page's own origin; where an
 * organisation serves them, the manifest's addresses name the bridge's port: `taskpane.html?bridge=24245`. Whatever an
 * address says, it is a port of this computer.
 */
export function bridgeAddress({ origin, search }: Pick<Location, 'origin' | 'search'>): string {
  const port = new URLSearchParams(search).get('bridge') ?? '';
  return /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535
    ? `https://localhost:${Number(port)}`
    : origin;
}

/** The same page's other pages, told where the bridge is in the same way: what goes on in their query, without `?`. */
export function bridgeQuery({ search }: Pick<Location, 'search'>): string {
  const port = new URLSearchParams(search).get('bridge');
  return port === null ? '' : new URLSearchParams({ bridge: port }).toString();
}
