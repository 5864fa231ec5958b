/** Lines of the link helper, which lives below the command layer (spec: qdsync protocol 2.1). */

export type HelperLine =
  /** timeoutMs 0: none. `ack`: acknowledge each chunk of input. `send200`: answer each handled call. */
  | { readonly kind: 'init'; readonly timeoutMs: number; readonly ack: boolean; readonly send200: boolean }
  | { readonly kind: 'ping' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'quit' };

const MAX_TIMEOUT_MS = 0x7fffffff;

/** The helper line that a trimmed line is, or undefined when it belongs to the command layer. */
export function parseHelper(line: string): HelperLine | undefined {
  if (!line.startsWith('HELPER_')) return undefined;
  const [word, timeout = '', ack = '0', send200 = '1', ...rest] = line.split(' ');
  if (word === 'HELPER_INIT') {
    if (rest.length > 0 || !/^\d{1,10}$/.test(timeout)) return undefined;
    const timeoutMs = Math.min(Number(timeout), MAX_TIMEOUT_MS);
    return { kind: 'init', timeoutMs, ack: ack !== '0', send200: send200 !== '0' };
  }
  if (line === 'HELPER_PING') return { kind: 'ping' };
  if (line === 'HELPER_ACK') return { kind: 'ack' };
  if (line === 'HELPER_QUIT') return { kind: 'quit' };
  return undefined;
}

/** Without the line end. */
export function formatHelper(helper: HelperLine): string {
  switch (helper.kind) {
    case 'init':
      return `HELPER_INIT ${helper.timeoutMs} ${helper.ack ? 1 : 0} ${helper.send200 ? 1 : 0}`;
    case 'ping':
      return 'HELPER_PING';
    case 'ack':
      return 'HELPER_ACK';
    case 'quit':
      return 'HELPER_QUIT';
  }
}
