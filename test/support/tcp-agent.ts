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
  /** The codes that it showed. */
  readonly codes: readonly string[];
  stop(): Promise<void>;
}

export interface AgentChoices {
  readonly tls?: boolean;
  /** Kept when it stops; a fresh one that is removed unless told otherwise. */
  readonly folder?: string;
}

/** Port 0 takes a free one. It lets everybody in. */
export async function startAgent(port = 0, choices: AgentChoices = {}): Promise<RunningAgent> {
  const folder = choices.folder ?? mkdtempSync(join(tmpdir(), 'tcp-agent-'));
  const codes: string[] = [];
  let logins = 0;
  const log: Log = {
    debug: () => undefined,
    info: (fields: unknown, message?: string) => {
      if (message === 'login') logins += 1;
      if (hasCode(fields)) codes.push(fields.code);
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
  if (choices.tls === true) await agent.offerTls();
  const listener = await listenTcp({ host: '127.0.0.1', port }, agent, silentLog);
  return {
    port: listener.port,
    logins: () => logins,
    codes,
    async stop() {
      listener.close();
      await agent.stop();
      if (choices.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function hasCode(fields: unknown): fields is { readonly code: string } {
  return typeof fields === 'object' && fields !== null && 'code' in fields;
}
