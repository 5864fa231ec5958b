/** Watches a serial port's DSR line, which tells whether the other end is there. There is no event for it. */

const POLL_MS = 500;

interface ModemLines {
  get: (callback: (error: Error | null, status?: { readonly dsr: boolean }) => void) => void;
}

export interface DsrHandler {
  raised: () => void;
  /** Only told of a line that was raised before: without DSR wired it is always low. */
  dropped: () => void;
}

/** Polls until the function returned is called, or the port turns out to have no modem lines (ENOTTY). */
export function watchDsr(port: ModemLines, handler: DsrHandler): () => void {
  let known: 'unknown' | 'low' | 'high' = 'unknown';
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const poll = (): void => {
    port.get((error, status) => {
      if (stopped || error !== null || status === undefined) return;
      const now = status.dsr ? 'high' : 'low';
      const before = known;
      known = now;
      timer = setTimeout(poll, POLL_MS);
      if (now === 'high' && before === 'low') handler.raised();
      if (now === 'low' && before === 'high') handler.dropped();
    });
  };
  poll();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
