/** A handheld of ours with a fresh identity on a TCP port, which counts the desktops that try to log in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contacts } from '../../datasets/index.ts';
import { Agent } from '../../device/agent/agent.ts';
import { silentLog, type Log } from '../../device/agent/log.ts';
import { listenTcp } from '../../device/agent/tcp.ts';

export interface RunningAgent {
  readonly port: number;
  /** How many logins were judged so far. */
  logins(): number;
  stop(): Promise<void>;
}

/** Port 0 takes a free one. It lets everybody in. */
export async function startAgent(port = 0): Promise<RunningAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'tcp-agent-'));
  let logins = 0;
  const log: Log = {
    debug: () => undefined,
    info: (_: unknown, message?: string) => {
      if (message === 'login') logins += 1;
    },
    warn: () => undefined,
    error: () => undefined,
  };
  const agent = new Agent({
    stateFolder: folder,
    datasets: [contacts],
    owner: 'Ada',
    model: 'Test',
    policy: { accept: 'allow' },
    log,
  });
  const listener = await listenTcp({ host: '127.0.0.1', port }, agent, silentLog);
  return {
    port: listener.port,
    logins: () => logins,
    async stop() {
      listener.close();
      await agent.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
