/** An Outlook host at the bridge's real HTTPS server: every plugin call crosses the network as JSON, as in real life. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { createBridgeClient } from '../../addin/hosts/bridge-client.ts';
import { runPluginHost, type HostedMailbox } from '../../addin/hosts/plugin-host.ts';
import type { HostRegistryOptions } from '../../bridge/hosts/host-registry.ts';
import type { ServerPluginFactory } from '../../contract/server-plugin.ts';
import { startHttpBench, type HttpBench } from './http-bench.ts';

export interface HttpsHost {
  /** The mailbox as the Sync Manager sees it. */
  readonly factory: ServerPluginFactory;
  readonly bench: HttpBench;
  /** The largest bodies so far, in bytes: what the host was given, and what it answered. */
  readonly largest: { readonly given: number; readonly answered: number };
  stop(): Promise<void>;
}

export async function startHttpsHost(
  mailbox: HostedMailbox,
  hosts: HostRegistryOptions = {},
): Promise<HttpsHost> {
  const bench = await startHttpBench({ hosts });
  const ending = new AbortController();
  const largest = { given: 0, answered: 0 };
  const bridge = createBridgeClient({
    address: bench.server.address,
    key: () => bench.token,
    fetcher: pinned(readFileSync(bench.server.certificateFile, 'utf8'), largest),
  });
  const running = runPluginHost({ bridge, mailbox, label: 'test' }, ending.signal);
  const factory = await bench.hosts.waitForMailbox(ending.signal);
  return {
    factory,
    bench,
    largest,
    async stop() {
      ending.abort();
      await running;
      await bench.stop();
    },
  };
}

/** fetch() that trusts one certificate, as far as the bridge's client needs it. */
function pinned(ca: string, largest: { given: number; answered: number }): typeof fetch {
  return (address, init) =>
    new Promise((resolve, reject) => {
      const sent = request(
        address instanceof Request ? address.url : address,
        {
          ca,
          method: init?.method ?? 'GET',
          headers: init?.headers as Record<string, string>,
          signal: init?.signal ?? undefined,
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            const body = Buffer.concat(chunks);
            largest.given = Math.max(largest.given, body.length);
            resolve(new Response(body, { status: answer.statusCode ?? 0 }));
          });
        },
      );
      sent.on('error', reject);
      if (typeof init?.body === 'string')
        largest.answered = Math.max(largest.answered, Buffer.byteLength(init.body));
      sent.end(init?.body);
    });
}
