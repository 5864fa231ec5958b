/** Notices serial ports that come and go. Looks only; no port is opened. */
import { readdir } from 'node:fs/promises';
import type { Port } from '../../contract/api.ts';
import { listPorts } from './ports.ts';

/** A port is told of within two seconds: this, and the time that listing takes. */
const LOOK_EVERY_MS = 1000;

export interface PortWatchOptions {
  /** A port came or went. `added` names the paths that are new. */
  readonly onChange: (ports: readonly Port[], added: readonly string[]) => void;
  readonly list?: () => Promise<readonly Port[]>;
  /** Something cheap that changes with the ports; where the system has nothing, the ports are listed each time. */
  readonly glance?: () => Promise<string | undefined>;
  readonly everyMs?: number;
}

/** Watches until the function returned is called. */
export function watchPorts(options: PortWatchOptions): () => void {
  const { onChange, list = listPorts, glance = glanceAtSysfs, everyMs = LOOK_EVERY_MS } = options;
  let known: ReadonlySet<string> | undefined;
  let seen: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const look = async (): Promise<void> => {
    const now = await glance();
    if (now !== undefined && now === seen && known !== undefined) return;
    const ports = await list();
    seen = now;
    const paths = new Set(ports.map(({ path }) => path));
    const before = known;
    known = paths;
    if (before === undefined) return;
    const added = [...paths].filter((path) => !before.has(path));
    if (!stopped && (added.length > 0 || paths.size !== before.size)) onChange(ports, added);
  };
  const again = (): void => {
    if (stopped) return;
    timer = setTimeout(
      () =>
        void look()
          .catch(() => undefined)
          .then(again),
      everyMs,
    );
    timer.unref();
  };
  // A system that cannot list its ports now may be able to later.
  void look()
    .catch(() => undefined)
    .then(again);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** The names of all terminals: where Linux shows a port at once. Undefined elsewhere. */
async function glanceAtSysfs(): Promise<string | undefined> {
  try {
    return (await readdir('/sys/class/tty')).sort().join(' ');
  } catch {
    return undefined;
  }
}
