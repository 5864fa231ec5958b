import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceNotice } from '../../contract/device.ts';
import { failureText } from '../../contract/errors.ts';
import { listenForOwner, ownerSocketPath } from '../agent/owner-socket.ts';
import { runCli } from './program.ts';

let folder: string;
let close: () => void;
let answer: readonly DeviceNotice[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'device-sync-'));
  const listeners = new Set<(notice: DeviceNotice) => void>();
  close = await listenForOwner(ownerSocketPath(folder), {
    request: () => answer.forEach((notice) => listeners.forEach((listener) => listener(notice))),
    onNotice: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
});

afterEach(() => {
  close();
  rmSync(folder, { recursive: true, force: true });
});

/** The command's exit code and what it printed on standard error, where the desktop says the given to it. */
async function told(command: 'sync' | 'cancel', ...notices: DeviceNotice[]): Promise<[number, string]> {
  answer = notices;
  let errors = '';
  const exitCode = await runCli(
    [command, '--state', folder],
    {
      out: () => undefined,
      err: (text) => (errors += text),
      stdin: Readable.from([]),
      interactive: false,
      stopSignal: () => new AbortController().signal,
    },
    [],
  );
  return [exitCode, errors];
}

const text = (words: string): DeviceNotice => ({ kind: 'displayText', text: words });
const start: DeviceNotice = { kind: 'syncStart' };
const end: DeviceNotice = { kind: 'syncEnd' };

describe('what qdsync-device sync ends with', () => {
  it('is success where the run had nothing to complain of', async () => {
    expect(await told('sync', start, text('contacts: 1 here'), end)).toEqual([0, '']);
  });

  it('[WIRE-21] is a refusal, in the desktop’s words, where no run began', async () => {
    const [exitCode, errors] = await told('sync', text(failureText('mailbox.no-host')));
    expect(exitCode).toBe(1);
    expect(errors).toContain('The desktop has refused the sync. (No Outlook add-in is attached.');
  });

  it('is a refusal also in words that only another desktop knows', async () => {
    const [exitCode, errors] = await told('sync', text('Not today'));
    expect(exitCode).toBe(1);
    expect(errors).toContain('(Not today)');
  });

  it('is a failure where the run told of one, also when other datasets went well', async () => {
    const failure = failureText('sync.mass-removal');
    const [exitCode, errors] = await told('sync', start, text('contacts: 1 here'), text(failure), end);
    expect(exitCode).toBe(1);
    expect(errors).toContain(`The sync has ended without success. (${failure})`);
  });
});

describe('what qdsync-device cancel ends with', () => {
  it('is success where the run ended by it', async () => {
    expect(await told('cancel', text(failureText('sync.cancelled')), end)).toEqual([0, '']);
  });

  it('is an error where no sync runs', async () => {
    const [exitCode, errors] = await told('cancel', text(failureText('sync.not-running')));
    expect(exitCode).toBe(1);
    expect(errors).toContain('No sync is running.');
  });
});
