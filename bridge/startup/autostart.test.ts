/** What is written for each system, checked by the system's own programs where they run here. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  autostart,
  exitCodeFor,
  quoteForSystemd,
  quoteForWindows,
  type AutostartOptions,
} from './autostart.ts';

const base: AutostartOptions = {
  platform: 'linux',
  env: {},
  home: '/home/ada',
  uid: 1000,
  node: process.execPath,
  script: '/opt/outlook device sync/100%/main.js',
  options: ['--state', '/home/ada/my $tate'],
};
const hasPython = spawnSync('python3', ['--version']).status === 0;
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('Linux: a systemd user unit', () => {
  test('lies where systemd looks for units of this user', () => {
    expect(autostart(base).file?.path).toBe('/home/ada/.config/systemd/user/outlook-device-sync.service');
    const moved = autostart({ ...base, env: { XDG_CONFIG_HOME: '/cfg' } });
    expect(moved.file?.path).toBe('/cfg/systemd/user/outlook-device-sync.service');
  });

  test('starts the program with exactly the words that it was given', () => {
    const line = /^ExecStart=(.*)$/m.exec(autostart(base).file?.text ?? '')?.[1];
    expect(line).toBe(
      `"${process.execPath}" "/opt/outlook device sync/100%%/main.js" "start" "--state" "/home/ada/my $$tate"`,
    );
    expect(quoteForSystemd('a"b\\c\n')).toBe('"a\\"b\\\\c\\n"');
  });

  test.skipIf(!hasSystemd)('is accepted by systemd-analyze verify', () => {
    const folder = mkdtempSync(join(tmpdir(), 'unit-'));
    try {
      const file = join(folder, 'outlook-device-sync.service');
      writeFileSync(file, autostart(base).file?.text ?? '');
      const verify = (): { status: number | null; stderr: string } =>
        spawnSync('systemd-analyze', ['verify', '--user', '--man=no', file], {
          encoding: 'utf8',
          env: { ...process.env, XDG_RUNTIME_DIR: folder },
        });
      const { status, stderr } = verify();
      expect({
        status,
        complaints: stderr.split('\n').filter((line) => line.includes('outlook-device-sync')),
      }).toEqual({ status: 0, complaints: [] });
      // The check can fail: a key that systemd does not know is named.
      writeFileSync(file, (autostart(base).file?.text ?? '').replace('RestartSec=', 'RestartSeconds='));
      expect(verify().stderr).toContain('RestartSeconds');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is enabled for the next session and started now', () => {
    const { install, uninstall } = autostart(base);
    expect(install.map(({ args }) => args.join(' '))).toEqual([
      '--user daemon-reload',
      '--user enable outlook-device-sync.service',
      '--user restart outlook-device-sync.service',
    ]);
    expect(uninstall.map(({ args }) => args.join(' '))).toEqual([
      '--user disable --now outlook-device-sync.service',
    ]);
  });
});

describe('macOS: a launchd agent', () => {
  const { file, install } = autostart({ ...base, platform: 'darwin', options: ['--state', '/a & <b>'] });

  test.skipIf(!hasPython)('is a property list that a parser of the format reads', () => {
    const parsed = JSON.parse(
      execFileSync(
        'python3',
        ['-c', 'import plistlib,sys,json;print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))'],
        {
          input: file?.text,
          encoding: 'utf8',
        },
      ),
    ) as Record<string, unknown>;
    expect(parsed).toEqual({
      Label: 'org.outlook-device-sync.bridge',
      ProgramArguments: [base.node, base.script, 'start', '--state', '/a & <b>'],
      EnvironmentVariables: { OUTLOOK_DEVICE_SYNC_LAUNCHD: '1' },
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 10,
      ExitTimeOut: 70,
      ProcessType: 'Background',
      Umask: 0o077,
    });
  });

  test.each([2, 4])('does not start the bridge again where that would be of no use: exit code %i', (code) => {
    const env = { OUTLOOK_DEVICE_SYNC_LAUNCHD: '1' };
    expect(exitCodeFor(code, env)).toBe(0);
    expect(exitCodeFor(code, {})).toBe(code);
  });

  test('starts it again after a failure', () => {
    expect(exitCodeFor(1, { OUTLOOK_DEVICE_SYNC_LAUNCHD: '1' })).toBe(1);
  });

  test('the program heeds what the agent sets in its environment', () => {
    const wrong = (env: object) =>
      spawnSync(process.execPath, ['dist/bridge/cli/main.js', 'start', '--port', 'none'], {
        env: { ...process.env, ...env },
      }).status;
    expect([wrong({}), wrong({ OUTLOOK_DEVICE_SYNC_LAUNCHD: '1' })]).toEqual([2, 0]);
  });

  test('lies among the user’s own agents and is loaded into the user’s own session', () => {
    expect(file?.path).toBe('/home/ada/Library/LaunchAgents/org.outlook-device-sync.bridge.plist');
    expect(install.at(-1)).toEqual({
      program: '/bin/launchctl',
      args: ['bootstrap', 'gui/1000', file?.path],
    });
  });
});

describe('Windows: a value of the user’s Run key', () => {
  const windows: AutostartOptions = {
    ...base,
    platform: 'win32',
    env: { SystemRoot: String.raw`C:\Windows` },
    node: String.raw`C:\Program Files\nodejs\node.exe`,
    script: String.raw`C:\Users\Ada\ods\main.js`,
    options: [],
  };
  const { install, uninstall, file } = autostart(windows);
  const line = String.raw`C:\Windows\System32\conhost.exe --headless "C:\Program Files\nodejs\node.exe" C:\Users\Ada\ods\main.js supervise`;

  test('starts the supervisor without a window, in fewer than the 260 characters that Windows reads', () => {
    expect(file).toBeUndefined();
    expect(install[0]).toEqual({
      program: String.raw`C:\Windows\System32\reg.exe`,
      args: [
        'add',
        String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run`,
        ...['/v', 'outlook-device-sync', '/t', 'REG_SZ', '/d', line, '/f'],
      ],
    });
    expect(line.length).toBeLessThan(260);
    expect(uninstall[0]?.args.slice(0, 4)).toEqual([
      'delete',
      String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run`,
      '/v',
      'outlook-device-sync',
    ]);
  });

  test('a command line that Windows would not run is refused, instead of a bridge that never starts', () => {
    const far = autostart({ ...windows, options: ['--state', `D:\\${'x'.repeat(200)}`] });
    expect(far.refused).toContain('no command of more than 260 characters');
    expect(autostart(windows).refused).toBeUndefined();
  });

  test('words come back from the command line as they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '.') }), { minLength: 1 }),
        (words) => {
          expect(splitAsWindows(words.map(quoteForWindows).join(' '))).toEqual(words);
        },
      ),
    );
  });
});

/** CommandLineToArgvW as it is documented, for words after the first. */
function splitAsWindows(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    if (slashes > 0 && line[at + slashes] === '"') {
      word = (word ?? '') + '\\'.repeat(Math.floor(slashes / 2));
      at += slashes;
      if (slashes % 2 === 1) word += '"';
      else quoted = !quoted;
    } else if (slashes > 0) {
      word = (word ?? '') + '\\'.repeat(slashes);
      at += slashes - 1;
    } else if (line[at] === '"') {
      word ??= '';
      quoted = !quoted;
    } else if (line[at] === ' ' && !quoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + (line[at] ?? '');
  }
  return word === undefined ? words : [...words, word];
}
