/** `start` with the real bridge behind it, and the Outlook host as a real child process. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/http-bench.ts';
import { RecordedIo } from '../../test/support/recorded-io.ts';
import { startBridge } from '../bridge.ts';
import { parseConfiguration } from '../config/configuration.ts';
import { ensureCertificate } from '../certificate/certificate.ts';
import { superviseHeadlessHost } from '../hosts/headless-process.ts';
import { runCli } from './program.ts';
import { overrideConfig, parseTcp } from './start-command.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cli = (io: RecordedIo, ...args: string[]): Promise<number> =>
  runCli([...args, '--state', folder], { io, version: '1.2.3', startBridge });

describe('start', () => {
  test('says once where it is ready, serves, and ends at an interrupt', async () => {
    const io = new RecordedIo();
    const ended = cli(io, 'start', '--port', '0', '--json');
    await expect.poll(() => io.printed, { timeout: 10_000 }).toContain('\n');
    const ready = JSON.parse(io.printed) as unknown;
    expect(ready).toEqual({
      ready: true,
      url: expect.stringMatching(/^https:\/\/localhost:\d+$/) as unknown,
    });

    expect(await cli(new RecordedIo(), 'status')).toBe(0);
    const second = new RecordedIo();
    expect(await cli(second, 'start', '--port', '0')).toBe(4);
    expect(second.complained).toContain('The bridge is already running');
    expect(second.complained).toContain(`process ${process.pid}`);

    io.interrupt();
    expect(await ended).toBe(0);
    expect(await cli(new RecordedIo(), 'status')).toBe(3);
  });

  test('ends when another command stops it', async () => {
    const io = new RecordedIo();
    const ended = cli(io, 'start', '--port', '0');
    await expect.poll(() => io.printed, { timeout: 10_000 }).toMatch(/^outlook-device-sync ready at https:/);
    const stop = new RecordedIo();
    expect(await cli(stop, 'stop')).toBe(0);
    expect(stop.printed).toBe('The bridge was stopped.\n');
    expect(await ended).toBe(0);
  });
});

describe('the command line overrides the configuration', () => {
  const config = parseConfiguration(
    JSON.stringify({
      devices: [{ name: 'PDA', tcp: { host: 'pda' }, categoryAliases: { Arbeit: 'Business' } }],
    }),
    'file',
    '/state',
  );

  test('the link of the only device, which keeps its name and aliases', () => {
    const link = parseTcp('192.168.0.202:99');
    expect(overrideConfig(config, { link, port: 0, json: false })).toMatchObject({
      port: 0,
      devices: [
        {
          name: 'PDA',
          categoryAliases: { Arbeit: 'Business' },
          link: { kind: 'tcp', host: '192.168.0.202', port: 99 },
        },
      ],
    });
  });

  test('all devices where there were several', () => {
    const several = { ...config, devices: [...config.devices, { ...config.devices[0]!, name: 'b' }] };
    const { devices } = overrideConfig(several, { link: parseTcp('h'), json: false });
    expect(devices).toMatchObject([{ name: 'device', link: { host: 'h', port: 4245 } }]);
  });

  test.each([
    ['pda', 'pda', 4245],
    ['pda:1', 'pda', 1],
    ['[fe80::1]', 'fe80::1', 4245],
    ['[fe80::1]:2', 'fe80::1', 2],
  ])('--tcp %s', (text, host, port) => {
    expect(parseTcp(text)).toEqual({ kind: 'tcp', host, port });
  });

  test.each(['', ':1', 'h:', 'h:0', 'h:65536', 'h:x', 'fe80::1'])('--tcp %j is refused', (text) => {
    expect(() => parseTcp(text)).toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });
});

describe('the headless host', () => {
  const settings = { bridge: 'https://localhost:1', tokenFile: '/t', mailbox: 'http://localhost:2' };

  let certificateFile: string;
  beforeEach(async () => {
    certificateFile = (await ensureCertificate(folder)).file;
  });

  /** Notes its start, its settings and its certificate, then does as it is told. */
  function makeProgram(rest: string): { program: string; starts: () => string[] } {
    const program = join(folder, 'host.mjs');
    const notes = join(folder, 'notes');
    writeFileSync(notes, '');
    writeFileSync(
      program,
      `import { appendFileSync } from 'node:fs';
       process.stdin.once('data', (line) => {
         appendFileSync(${JSON.stringify(notes)}, process.env.NODE_EXTRA_CA_CERTS + ' ' + line);
         ${rest}
       });
       process.stdin.on('end', () => process.exit(0));`,
    );
    return {
      program,
      starts: () =>
        readFileSync(notes, 'utf8')
          .split('\n')
          .filter((line) => line !== ''),
    };
  }

  test('gets its settings and the certificate, and ends with the bridge', async () => {
    const { program, starts } = makeProgram('');
    const told: string[] = [];
    const host = superviseHeadlessHost({
      settings,
      certificateFile,
      program,
      tell: (line) => told.push(line),
    });
    await expect.poll(starts).toEqual([`${certificateFile} ${JSON.stringify(settings)}`]);
    await host.stop();
    expect(told).toEqual([]);
  });

  test('is started again when it dies, and that is told', async () => {
    const { program, starts } = makeProgram('process.exit(7);');
    const told: string[] = [];
    const host = superviseHeadlessHost({
      settings,
      certificateFile,
      program,
      tell: (line) => told.push(line),
    });
    await expect.poll(() => starts().length, { timeout: 10_000 }).toBeGreaterThan(1);
    await host.stop();
    expect(told[0]).toContain('exit code 7');
  });

  test('that does not want to end is ended', async () => {
    const { program, starts } = makeProgram(`process.on('SIGTERM', () => undefined);`);
    writeFileSync(
      program,
      readFileSync(program, 'utf8').replace('process.exit(0)', 'setInterval(() => 0, 1e6)'),
    );
    const host = superviseHeadlessHost({ settings, certificateFile, program, tell: () => undefined });
    await expect.poll(() => starts().length).toBe(1);
    await host.stop();
  });
});
