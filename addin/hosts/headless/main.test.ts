/** The headless host as a process, against the bridge's real HTTPS server: needs `npm run build:node` before. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stateFiles } from '../../../bridge/config/state-folder.ts';
import { startMailbox, type Mailbox } from '../../../demo/mailbox/mailbox.ts';
import { readAll } from '../../../test/contracts/server-plugin-contract.ts';
import { startHttpBench, type HttpBench } from '../../../test/support/http-bench.ts';

const program = join(import.meta.dirname, '../../../dist/addin/hosts/headless/main.js');
const { signal } = new AbortController();

let bench: HttpBench;
let mailbox: Mailbox;
let child: ChildProcess | undefined;
beforeEach(async () => {
  if (!existsSync(program)) throw new Error('dist is missing: run `npm run build:node` first');
  bench = await startHttpBench();
  mailbox = await startMailbox();
});
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  child = undefined;
  await bench.stop();
  await mailbox.close();
});

function start(settings: Record<string, unknown>): { process: ChildProcess; output: Interface } {
  const process_ = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: bench.server.certificateFile },
  });
  child = process_;
  process_.stdin.write(`${JSON.stringify(settings)}\n`);
  return { process: process_, output: createInterface({ input: process_.stdout }) };
}

const settings = () => ({
  bridge: `https://localhost:${bench.server.port}`,
  tokenFile: stateFiles.token(bench.stateFolder),
  mailbox: mailbox.url,
  user: 'anna',
});

describe('the headless host', () => {
  it('says when it is attached, serves the mailbox over HTTPS, and ends with its input', async () => {
    mailbox.admin.seed('anna', [{ contact: { givenName: 'Ada' } }, { contact: { givenName: 'Bo' } }]);
    const { process: host, output } = start(settings());
    expect(await once(output, 'line')).toEqual(['attached']);
    const factory = await bench.hosts.waitForMailbox(signal);
    expect(factory.mailbox).toMatchObject({ tenant: 'local', displayName: 'anna@mailbox.example' });
    const read = await readAll(() => factory.create('contacts'), null);
    expect([...read.items.values()].map(({ fields }) => fields.FirstName).sort()).toEqual(['Ada', 'Bo']);
    host.stdin?.end();
    expect(await once(host, 'exit')).toEqual([0, null]);
    expect(bench.hosts.mailboxes()).toEqual([]);
  });

  it('shows no secret in its arguments', async () => {
    const { process: host, output } = start(settings());
    await once(output, 'line');
    expect(host.spawnargs).toEqual([process.execPath, program]);
    const token = readFileSync(stateFiles.token(bench.stateFolder), 'utf8').trim();
    expect(host.spawnargs.join(' ')).not.toContain(token);
  });

  it.each([
    ['a setting that is missing', { mailbox: undefined }, 'mailbox'],
    ['a mailbox that is not local', { mailbox: 'https://graph.microsoft.com' }, 'Microsoft’s Graph hosts'],
  ])('ends with a reason at %s', async (_what, change, reason) => {
    const { process: host } = start({ ...settings(), ...change });
    const errors: Buffer[] = [];
    host.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
    expect(await once(host, 'close')).toEqual([1, null]);
    expect(Buffer.concat(errors).toString()).toContain(reason);
  });
});
