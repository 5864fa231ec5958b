/** The command against a real HTTP server; what is behind the server is scripted. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { paths } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import type { Job, Progress, ReportLine } from '../../contract/job.ts';
import { startCliBench, type CliBench } from '../../test/support/cli-bench.ts';
import { RecordedIo } from '../../test/support/recorded-io.ts';
import { sampleJob, sampleSession } from '../../test/support/sample-job.ts';
import { BridgeClient } from './bridge-client.ts';
import { openCommand } from './open-command.ts';
import { runCli } from './program.ts';

let bench: CliBench;
let io: RecordedIo;
beforeEach(async () => {
  bench = await startCliBench();
  io = bench.io;
});
afterEach(() => bench.stop());

const run = (...args: string[]): Promise<number> => bench.run(...args);

const running: Job = { ...sampleJob, state: 'running', endedAt: null, sessions: [] };
const progress = (changes: Partial<Progress>): Progress => ({
  dataset: 'contacts',
  phase: 'applying',
  done: 1,
  total: 4,
  text: 'Sending to the device',
  ...changes,
});

/** The service starts a job and tells these steps of it. */
function script(...steps: readonly (Progress | Job)[]): void {
  bench.service.onStart = () => {
    bench.service.tell({ event: 'job', job: running });
    setImmediate(() => {
      for (const step of steps) {
        bench.service.tell(
          'phase' in step ? { event: 'progress', job: 'job-1', progress: step } : { event: 'job', job: step },
        );
      }
    });
    return 'job-1';
  };
}

describe('sync', () => {
  test('shows progress and the report, and succeeds', async () => {
    const connecting = progress({ dataset: '', phase: 'connecting', total: null, text: 'Connecting' });
    script(connecting, progress({}), progress({ done: 2 }), sampleJob);
    expect(await run('sync', '--device', 'handheld', '--slow')).toBe(0);
    expect(bench.service.started).toEqual([{ device: 'handheld', slow: true }]);
    expect(io.complained).toBe('Connecting\ncontacts: Sending to the device\n');
    expect(io.printed).toBe(
      [
        'contacts · sync · ok · 1.2 s',
        '                 created  updated  removed',
        '  on the device  2        1        0',
        '  in Outlook     0        0        3',
        '  5 records found equal and joined, 1 conflict, 200 pairs in all, 12 lines on the link',
        'Sync with handheld finished at 2026-11-23T10:00:01Z',
        '',
      ].join('\n'),
    );
  });

  test('draws one line again and again on a terminal, and takes it away at the end', async () => {
    io = bench.io = new RecordedIo(true);
    script(progress({}), progress({ done: 2 }), sampleJob);
    expect(await run('sync')).toBe(0);
    const drawn = io.complained.split('\r\u001B[K');
    expect(drawn.slice(1, 3)).toEqual([
      'contacts █████░░░░░░░░░░░░░░░ 1/4 Sending to the device',
      'contacts ██████████░░░░░░░░░░ 2/4 Sending to the device',
    ]);
    expect(drawn.at(-1)).toBe('');
  });

  test('tells the error and its remedy, and fails', async () => {
    const error = { code: 'link.lost', message: 'The connection was lost.', remedy: 'Sync again.' };
    script({
      ...sampleJob,
      state: 'failed',
      error,
      sessions: [{ ...sampleSession, outcome: 'failed', error }],
    });
    expect(await run('sync')).toBe(1);
    expect(io.printed).toContain('contacts · sync · FAILED');
    expect(io.printed).toContain('The connection was lost.\n  Sync again.\n');
  });

  test('prints the job as JSON and nothing else', async () => {
    script(progress({}), sampleJob);
    expect(await run('sync', '--json')).toBe(0);
    expect(JSON.parse(io.printed)).toEqual(sampleJob);
    expect(io.complained).toBe('');
  });

  test('with --no-wait only starts', async () => {
    expect(await run('sync', '--no-wait', '--json')).toBe(0);
    expect(JSON.parse(io.printed)).toEqual({ job: 'job-1' });
  });

  test('with --record writes down what the bridge tells of it, into a new file of this user alone', async () => {
    script(progress({}), sampleJob);
    bench.service.recorded = ['{"event":"begin"}', '{"event":"end"}'];
    const file = join(bench.stateFolder, 'sync.jsonl');
    expect(await run('sync', '--slow', '--record', file)).toBe(0);
    expect(bench.service.started).toMatchObject([{ slow: true }]);
    expect(readFileSync(file, 'utf8')).toBe('{"event":"begin"}\n{"event":"end"}\n');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(io.complained).toContain(`Recorded in ${file}.`);
    expect(await run('sync', '--record', file)).toBe(1);
    expect(io.complained).toContain('There is a file of this name already.');
    expect(bench.service.started).toHaveLength(1);
  });

  test('with --record starts nothing where the file cannot be made, and leaves none where nothing started', async () => {
    expect(await run('sync', '--record', join(bench.stateFolder, 'nowhere', 'sync.jsonl'))).toBe(1);
    expect(io.complained).toContain('sync.jsonl');
    expect(bench.service.started).toEqual([]);
    bench.service.onStart = () => {
      throw new SyncError('device.busy');
    };
    const file = join(bench.stateFolder, 'sync.jsonl');
    expect(await run('sync', '--record', file)).toBe(1);
    expect(existsSync(file)).toBe(false);
    expect(await run('sync', '--record', file, '--no-wait')).toBe(2);
  });

  test('goes on when who records it goes away', async () => {
    script(sampleJob);
    bench.service.recordsOn = true;
    bench.service.recorded = ['{"event":"begin"}'];
    const client = await BridgeClient.connect(bench.stateFolder);
    const { job, lines } = await client.record({});
    for await (const line of lines) {
      expect(line).toBe('{"event":"begin"}');
      break;
    }
    await vi.waitFor(() => expect(bench.service.recordingsClosed).toBe(1));
    expect(bench.service.cancelled).toEqual([]);
    expect(job).toBe('job-1');
  });

  test('is cancelled by Ctrl-C, and waits for what comes of it', async () => {
    bench.service.onStart = () => {
      bench.service.tell({ event: 'job', job: running });
      return 'job-1';
    };
    const done = run('sync');
    await expect.poll(() => bench.service.started.length).toBe(1);
    await expect
      .poll(() => {
        io.interrupt();
        return bench.service.cancelled.length;
      })
      .toBeGreaterThan(0);
    bench.service.tell({ event: 'job', job: { ...sampleJob, state: 'cancelled', sessions: [] } });
    expect(await done).toBe(1);
    expect(bench.service.cancelled[0]).toBe('job-1');
    expect(io.printed).toContain('Sync with handheld was cancelled');
  });

  test('that cannot start tells why', async () => {
    bench.service.onStart = () => {
      throw new SyncError('device.busy');
    };
    expect(await run('sync')).toBe(1);
    expect(io.complained).toContain('A sync with this device is running already.');
  });

  test('lists conflicts and problems first, some changes, and how many more there are', async () => {
    const line = (action: ReportLine['action'], label: string, reason = 'new in Outlook'): ReportLine => ({
      side: 'device',
      action,
      label,
      reason,
      fields: action === 'conflict' ? [{ field: 'Home phone', before: '1', after: '2' }] : [],
    });
    const lines = [
      ...Array.from({ length: 25 }, (_, index) => line('create', `Contact ${index}`)),
      line('pair', 'Ada'),
      line('conflict', 'Zoë \u001B[31m', 'the device wins'),
    ];
    script({ ...sampleJob, sessions: [{ ...sampleSession, lines, linesOmitted: 3 }] });
    await run('sync');
    const rows = io.printed.split('\n').filter((text) => /^ {2}device {2}/.test(text));
    expect(rows).toHaveLength(21);
    expect(rows[0]).toMatch(/conflict {2}Zoë \uFFFD\[31m +the device wins$/);
    expect(io.printed).toMatch(/the device wins\n +Home phone +1 → 2\n/);
    expect(io.printed).toContain('… and 8 more changes');
    expect(io.printed).not.toContain('\u001B');
  });

  test('tells what can be done about problems, each kind of them once', async () => {
    const problem: ReportLine = {
      side: 'mailbox',
      action: 'problem',
      label: 'Ada',
      reason: 'A record was not put back.',
      fields: [],
      code: 'undo.changed',
      remedy: 'Say that it may be overwritten.',
    };
    const lines = [problem, { ...problem, label: 'Grace' }];
    script({ ...sampleJob, kind: 'undo', sessions: [{ ...sampleSession, kind: 'undo', lines }] });
    await run('sync');
    expect(io.printed.match(/A record was not put back\. · undo\.changed/g)).toHaveLength(2);
    expect(
      io.printed.match(/ {2}undo\.changed: Say that it may be overwritten\. undo .*--overwrite/g),
    ).toHaveLength(1);
    expect(io.printed).toContain('Undo with handheld finished at');
  });

  test('of a preview says that nothing was changed', async () => {
    script({ ...sampleJob, kind: 'preview' });
    expect(await run('sync', '--dry-run')).toBe(0);
    expect(io.printed).toContain('contacts · sync · preview · ok');
    expect(io.printed).toMatch(/Preview with handheld finished at \S+; nothing was changed\n$/);
  });

  test('that the guard stopped names the options that answer it, once', async () => {
    const error = { code: 'sync.mass-removal', message: 'Many records.', remedy: 'Look at the list.' };
    const sessions = [{ ...sampleSession, outcome: 'failed' as const, error }];
    script({ ...sampleJob, state: 'failed', error, sessions });
    expect(await run('sync')).toBe(1);
    expect(io.printed.match(/sync --confirm-removals .* sync --restore-removed/g)).toHaveLength(1);
  });
});

describe('listings', () => {
  beforeEach(() => {
    bench.service.deviceList = [
      {
        name: 'handheld',
        link: 'tcp 192.168.0.202:4245',
        state: 'connected',
        banner: {
          version: '4.4.3',
          challenge: '{x}',
          displayName: '山田',
          model: 'Greenphone',
          datasets: ['contacts'],
        },
        lastSync: null,
      },
      {
        name: 'other',
        link: 'serial COM3',
        state: 'disconnected',
        problem: {
          code: 'link.serial-open',
          message: 'The serial port cannot be opened.',
          remedy: 'Check it.',
        },
        lastSync: '2026-11-23T10:00:00Z',
      },
    ];
  });

  test('devices as a table and as JSON', async () => {
    expect(await run('devices')).toBe(0);
    expect(io.printed).toBe(
      [
        'Name      Link                    State          Device                 Last sync',
        'handheld  tcp 192.168.0.202:4245  connected      山田 Greenphone 4.4.3  never',
        'other     serial COM3             not connected                         2026-11-23T10:00:00Z',
        'other: The serial port cannot be opened.',
        '  Check it.',
        '',
      ].join('\n'),
    );
    io.printed = '';
    await run('devices', '--json');
    expect(JSON.parse(io.printed)).toEqual(bench.service.deviceList);
  });

  test('ports', async () => {
    bench.service.portList = [
      {
        path: '/dev/ttyUSB0',
        description: 'USB Serial',
        vendorId: '067b',
        productId: '2303',
        serialNumber: null,
      },
    ];
    expect(await run('ports')).toBe(0);
    expect(io.printed).toContain('/dev/ttyUSB0  USB Serial   067b:2303');
  });

  test('status', async () => {
    bench.service.jobs.set('job-1', running);
    expect(await run('status')).toBe(0);
    expect(io.printed).toContain(`Bridge 1.2.3 at ${bench.server.address} (process ${process.pid})`);
    expect(io.printed).toContain('Outlook: no add-in is attached');
    expect(io.printed).toContain('Sync with handheld is running since 2026-11-23T10:00:00Z');
    io.printed = '';
    await run('status', '--json');
    expect(JSON.parse(io.printed)).toMatchObject({ pid: process.pid, job: running });
  });
});

describe('pairing', () => {
  test('a code is confirmed, listed, revoked', async () => {
    const begun = await bench.call('POST', paths.pairStart, { label: 'task pane' });
    expect(await run('pair', (begun.json as { code: string }).code)).toBe(0);
    expect(io.printed).toBe('Paired: task pane\n');
    expect(await run('pair', 'AAAA-AAAA')).toBe(1);
    expect(await run('pair')).toBe(2);

    const { pairing, secret } = begun.json as { pairing: string; secret: string };
    await bench.call('POST', paths.pairClaim, { pairing, secret });
    io.printed = '';
    expect(await run('pair', '--list', '--json')).toBe(0);
    const [page] = JSON.parse(io.printed) as { id: string; label: string }[];
    expect(page).toMatchObject({ label: 'task pane' });
    expect(await run('pair', '--revoke', page!.id)).toBe(0);
    expect(await run('pair', '--revoke', page!.id)).toBe(1);
  });

  test('open hands the invitation over in a private file, never on a command line', async () => {
    const client = await BridgeClient.connect(bench.stateFolder);
    const given: string[] = [];
    const options = { stateFolder: bench.stateFolder, json: false };
    expect(
      await openCommand(client, io, options, async (file) => {
        given.push(file);
        return false;
      }),
    ).toBe(0);
    const file = join(bench.stateFolder, 'open.html');
    expect(given).toEqual([file]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(io.printed).toContain(file);
    const secret = /taskpane\.html#invite=([\w-]{43})"/.exec(readFileSync(file, 'utf8'))?.[1];
    expect(io.printed).not.toContain(secret);
    const redeemed = await bench.call('POST', paths.pairRedeem, { secret, label: 'browser' });
    expect(redeemed.status).toBe(200);
  });
});

describe('exit codes', () => {
  test('2 for a wrong command line or configuration', async () => {
    expect(await run('snyc')).toBe(2);
    expect(await run('sync', '--fast')).toBe(2);
    expect(await run('start', '--port', '65536')).toBe(2);
    expect(await run('start', '--tcp', 'host:port')).toBe(2);
    expect(await run('start', '--tcp', 'h', '--serial', 'COM1')).toBe(2);
    expect(await run('start', '--baud', '9600')).toBe(2);
    expect(await run('start', '--outlook', 'headless')).toBe(2);
    expect(await run('start', '--graph', 'http://localhost')).toBe(2);
    const config = join(bench.stateFolder, 'mine.json');
    writeFileSync(config, '{"prot":1}');
    expect(await run('start', '--config', config)).toBe(2);
    expect(io.complained).toContain(`${config}: prot: unknown`);
  });

  test('3 when the bridge is not running, also as JSON', async () => {
    bench.hide();
    expect(await run('status')).toBe(3);
    expect(io.complained).toContain(
      'The bridge is not running.\n  Start it with outlook-device-sync start.\n',
    );
    expect(await run('sync', '--json')).toBe(3);
    expect(JSON.parse(io.printed)).toMatchObject({ error: { code: 'bridge.not-running' } });
  });

  test('0 for help and version', async () => {
    expect(await run('--help')).toBe(0);
    expect(io.printed).toContain('start [options]');
    io.printed = '';
    // Its --record is another one than that of sync.
    expect(await run('undo', '--help')).toBe(0);
    expect(io.printed).toContain('No recording is made of an undo');
    io.printed = '';
    expect(
      await runCli(['--version'], { io, version: '1.2.3', startBridge: () => Promise.reject(new Error()) }),
    ).toBe(0);
    expect(io.printed).toBe('1.2.3\n');
  });
});
