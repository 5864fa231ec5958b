/** `certificate`, with the system's NSS tools and Chromium. Needs `certutil`, Chromium and Linux. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { statusSchema, paths } from '../../contract/api.ts';
import { browserPath } from '../../test/support/browser.ts';
import { startHttpBench, type HttpBench } from '../../test/support/http-bench.ts';
import { RecordedIo } from '../../test/support/recorded-io.ts';
import { trustSurroundings } from '../certificate/trust.ts';
import { claimInstance } from '../http/instance.ts';
import { BridgeClient } from './bridge-client.ts';
import { certificateCommand } from './certificate-command.ts';
import type { CertificateAction } from './flags.ts';

describe.skipIf(process.platform !== 'linux' || browserPath === undefined)('certificate', () => {
  let bench: HttpBench;
  let home: string;
  let io: RecordedIo;
  beforeEach(async () => {
    bench = await startHttpBench();
    home = join(bench.stateFolder, 'home');
    mkdirSync(home);
    io = new RecordedIo();
  });
  afterEach(async () => {
    await bench.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const run = (action: CertificateAction): Promise<number> =>
    certificateCommand(action, io, {
      stateFolder: bench.stateFolder,
      json: false,
      yes: false,
      surroundings: trustSurroundings(home),
    });
  const nicknames = (): string[] =>
    execFileSync('certutil', ['-L', '-d', `sql:${join(home, '.pki/nssdb')}`], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.startsWith('outlook-device-sync'));

  /** What Chromium makes of the bridge's certificate. */
  async function visit(address: string): Promise<string> {
    const browser = await chromium.launch({
      executablePath: browserPath ?? '',
      args: ['--no-sandbox', '--disable-gpu'],
      env: { ...process.env, HOME: home },
    });
    try {
      const page = await browser.newPage();
      await page.goto(`${address}/`);
      return 'believed';
    } catch (error) {
      return /net::(\w+)/.exec(String(error))?.[1] ?? String(error);
    } finally {
      await browser.close();
    }
  }

  /** As where `certutil` is not installed. */
  async function withoutTools(work: () => Promise<void>): Promise<void> {
    const { PATH } = process.env;
    process.env.PATH = home;
    try {
      await work();
    } finally {
      process.env.PATH = PATH;
    }
  }

  test('a browser believes the bridge when the person has agreed, and not before', async () => {
    io.answers = [false, true];
    await expect(run('trust')).rejects.toMatchObject({ code: 'bridge.trust', detail: 'you did not agree' });
    expect(await visit(bench.server.address)).toBe('ERR_CERT_AUTHORITY_INVALID');
    expect(await run('trust')).toBe(0);
    expect(await visit(bench.server.address)).toBe('believed');
    expect(await visit(bench.server.address.replace('localhost', '127.0.0.1'))).toBe('believed');
    io.clear();
    await run('show');
    expect(io.printed).toContain('Your browsers trust it.');
  });

  test('renewing asks again, reaches the running bridge, and removes the old authority', async () => {
    const instance = await claimInstance(bench.stateFolder);
    instance.announce(bench.server.address, bench.server.certificateFile);
    io.answers = [true, true];
    await run('trust');
    const [first] = nicknames();
    const before = readFileSync(bench.server.certificateFile, 'utf8');
    await run('renew');
    expect(readFileSync(bench.server.certificateFile, 'utf8')).not.toBe(before);
    expect(nicknames()).toHaveLength(1);
    expect(nicknames()).not.toEqual([first]);
    expect(await visit(bench.server.address)).toBe('believed');
    const client = await BridgeClient.connect(bench.stateFolder);
    const { certificate } = await client.get(paths.status, statusSchema);
    expect(certificate?.renewSoon).toBe(false);
    instance.release();
  });

  test('a bridge whose new authority could not be trusted is found all the same, and trust can be asked for again', async () => {
    const instance = await claimInstance(bench.stateFolder);
    instance.announce(bench.server.address, bench.server.certificateFile);
    io.answers = [true, true];
    await withoutTools(() => expect(run('renew')).rejects.toMatchObject({ code: 'bridge.trust' }));
    const client = await BridgeClient.connect(bench.stateFolder);
    expect((await client.get(paths.status, statusSchema)).certificate?.renewSoon).toBe(false);
    await run('trust');
    expect(await visit(bench.server.address)).toBe('believed');
    instance.release();
  });

  test('distrusting leaves nothing behind', async () => {
    io.answers = [true];
    await run('trust');
    await withoutTools(() =>
      expect(run('distrust')).rejects.toMatchObject({
        code: 'bridge.trust',
        detail: expect.stringContaining('certutil is missing') as string,
      }),
    );
    await run('distrust');
    expect(nicknames()).toEqual([]);
    io.clear();
    await run('show');
    expect(io.printed).toContain('Not trusted yet by');
    await run('distrust');
    expect(io.printed).toContain('Nothing was trusted.');
  });
});
