/**
 * How each system starts the bridge with the user's session, without administrator rights: files and commands as data, so
 * that `--dry-run` can show them and tests can check them everywhere.
 */
import { posix, win32 } from 'node:path';

/** Exit codes of `start` after which another start would be of no use: bad usage, and a bridge that runs already. */
export const FINAL_EXIT_CODES = [2, 4] as const;

/** Set by the launchd agent in the bridge's environment. */
const LAUNCHD_MARK = 'OUTLOOK_DEVICE_SYNC_LAUNCHD';

/**
 * The code to exit with. launchd starts again whatever did not exit with 0 and cannot be told of other final codes, so its
 * agent's bridge exits with 0 after those, too.
 */
export function exitCodeFor(code: number, env: AutostartOptions['env']): number {
  const final: readonly number[] = FINAL_EXIT_CODES;
  return env[LAUNCHD_MARK] === '1' && final.includes(code) ? 0 : code;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** A failure means that there was nothing to do. */
  readonly mayFail?: true;
  /** Goes on by itself; nobody waits for its end. */
  readonly detached?: true;
}

export interface Autostart {
  /** For people: how the bridge is started. */
  readonly name: string;
  /** Why the system would not start it. Only to be installed where this is left out. */
  readonly refused?: string;
  readonly file?: { readonly path: string; readonly text: string };
  /** Run after the file was written; to be run again does no harm. Starts the bridge, too. */
  readonly install: readonly Command[];
  /** Run before the file is removed. */
  readonly uninstall: readonly Command[];
  /** Run after the file was removed. */
  readonly afterwards: readonly Command[];
}

export interface AutostartOptions {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Numeric user id, where the system has one. */
  readonly uid: number;
  /** The program and what leads to the bridge: `[node, main.js, --state, …]` without the subcommand. */
  readonly node: string;
  readonly script: string;
  /** Options that go with the subcommand. */
  readonly options: readonly string[];
}

const NAME = 'outlook-device-sync';
const LAUNCHD_LABEL = 'org.outlook-device-sync.bridge';
const RUN_KEY = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run`;
/** A bridge that is told to stop finishes what it does; it takes no longer. */
export const STOP_SECONDS = 70;
/** A longer value of the Run key is not run. */
const MAX_RUN_LENGTH = 260;

export function autostart(options: AutostartOptions): Autostart {
  switch (options.platform) {
    case 'win32':
      return windowsRunKey(options);
    case 'darwin':
      return launchdAgent(options);
    default:
      return systemdUnit(options);
  }
}

/**
 * The Run key starts the bridge's own supervisor, since Windows would not start it again after a crash. The console host
 * of Windows itself, told to be headless, keeps node.exe from opening a window.
 */
function windowsRunKey({ env, node, script, options }: AutostartOptions): Autostart {
  const system = win32.join(env.SystemRoot ?? String.raw`C:\Windows`, 'System32');
  const program = win32.join(system, 'conhost.exe');
  const args = ['--headless', node, script, 'supervise', ...options];
  const reg = (...args: readonly string[]): Command => ({ program: win32.join(system, 'reg.exe'), args });
  const text = [program, ...args].map(quoteForWindows).join(' ');
  return {
    name: 'the Run key of the current Windows user',
    ...(text.length > MAX_RUN_LENGTH && {
      refused: `Windows starts no command of more than ${MAX_RUN_LENGTH} characters, and this one has ${text.length}: ${text}`,
    }),
    install: [
      reg('add', RUN_KEY, '/v', NAME, '/t', 'REG_SZ', '/d', text, '/f'),
      // Started now as it will be at the next logon; the supervisor ends at once where a bridge is running.
      { program, args, detached: true },
    ],
    uninstall: [{ ...reg('delete', RUN_KEY, '/v', NAME, '/f'), mayFail: true }],
    afterwards: [],
  };
}

function systemdUnit({ env, home, node, script, options }: AutostartOptions): Autostart {
  const configured = env.XDG_CONFIG_HOME;
  const config = configured === undefined || configured === '' ? posix.join(home, '.config') : configured;
  const unit = `${NAME}.service`;
  const systemctl = (...args: readonly string[]): Command => ({
    program: 'systemctl',
    args: ['--user', ...args],
  });
  const line = [node, script, 'start', ...options].map(quoteForSystemd).join(' ');
  const text = [
    '[Unit]',
    'Description=Outlook Device Sync: bridge between Outlook and handhelds',
    'StartLimitIntervalSec=300',
    'StartLimitBurst=5',
    '',
    '[Service]',
    `ExecStart=${line}`,
    'Restart=on-failure',
    'RestartSec=5',
    `RestartPreventExitStatus=${FINAL_EXIT_CODES.join(' ')}`,
    `TimeoutStopSec=${STOP_SECONDS}`,
    'UMask=0077',
    'NoNewPrivileges=yes',
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n');
  return {
    name: 'a systemd user unit',
    file: { path: posix.join(config, 'systemd', 'user', unit), text },
    install: [systemctl('daemon-reload'), systemctl('enable', unit), systemctl('restart', unit)],
    uninstall: [{ ...systemctl('disable', '--now', unit), mayFail: true }],
    afterwards: [{ ...systemctl('daemon-reload'), mayFail: true }],
  };
}

function launchdAgent({ home, uid, node, script, options }: AutostartOptions): Autostart {
  const path = posix.join(home, 'Library', 'LaunchAgents', `${LAUNCHD_LABEL}.plist`);
  const launchctl = (...args: readonly string[]): Command => ({ program: '/bin/launchctl', args });
  const bootout: Command = { ...launchctl('bootout', `gui/${uid}/${LAUNCHD_LABEL}`), mayFail: true };
  const line = [node, script, 'start', ...options];
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    `  <key>Label</key><string>${LAUNCHD_LABEL}</string>`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...line.map((word) => `    <string>${escapeXml(word)}</string>`),
    '  </array>',
    `  <key>EnvironmentVariables</key><dict><key>${LAUNCHD_MARK}</key><string>1</string></dict>`,
    '  <key>RunAtLoad</key><true/>',
    '  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>',
    '  <key>ThrottleInterval</key><integer>10</integer>',
    `  <key>ExitTimeOut</key><integer>${STOP_SECONDS}</integer>`,
    '  <key>ProcessType</key><string>Background</string>',
    '  <key>Umask</key><integer>63</integer>',
    '</dict>',
    '</plist>',
    '',
  ].join('\n');
  return {
    name: 'a launchd agent',
    file: { path, text },
    install: [bootout, launchctl('bootstrap', `gui/${uid}`, path)],
    uninstall: [bootout],
    afterwards: [],
  };
}

/** One word of a Windows command line, by the rules of its C runtime. */
export function quoteForWindows(word: string): string {
  if (/^[\w\-.:\\/]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

/** One word of an ExecStart line: systemd expands `%` and `$` and knows C-style escapes. */
export function quoteForSystemd(word: string): string {
  const expanded = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return `"${expanded.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
