/** `unattended`: syncs that nobody asks for, and the sign-in of the bridge itself that they need. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { paths } from '../../contract/api.ts';
import { isErrorCode, SyncError } from '../../contract/errors.ts';
import {
  quietSchema,
  unattendedStatusSchema,
  type UnattendedRequest,
  type UnattendedStatus,
} from '../../contract/unattended.ts';
import type { BridgeConfig } from '../config/configuration.ts';
import { builtHeadlessHost } from '../hosts/headless-process.ts';
import { microsoftSettings } from '../hosts/own-host.ts';
import { tokenKey } from '../passwords/token-key.ts';
import { BridgeClient } from './bridge-client.ts';
import type { UnattendedAction } from './flags.ts';
import type { Io } from './io.ts';
import { openInBrowser } from './open-command.ts';
import { printable } from './text.ts';

export interface UnattendedFlags {
  readonly json?: true;
  readonly onConnect?: boolean;
  readonly every?: number;
  readonly quiet?: string;
}

export interface UnattendedParts {
  readonly config: BridgeConfig;
  readonly openBrowser?: (url: string) => Promise<boolean>;
  readonly program?: string;
}

/** Returns the exit code. */
export async function unattendedCommand(
  action: UnattendedAction,
  io: Io,
  flags: UnattendedFlags,
  parts: UnattendedParts,
): Promise<number> {
  const { stateFolder } = parts.config;
  const print = (value: unknown, text: string): number => {
    io.out(flags.json === true ? `${JSON.stringify(value)}\n` : text);
    return 0;
  };
  switch (action) {
    case 'status':
    case 'on':
    case 'off': {
      const client = await BridgeClient.connect(stateFolder);
      const change = { ...changeOf(flags), ...(action !== 'status' && { on: action === 'on' }) };
      const status =
        Object.keys(change).length === 0
          ? await client.get(paths.unattended, unattendedStatusSchema)
          : await client.post(paths.unattended, change, unattendedStatusSchema);
      return print(status, unattendedText(status));
    }
    case 'sign-in': {
      const { keptIn } = await tokenKey(stateFolder);
      const address = await signIn(io, parts);
      return print(
        { address, keptIn },
        printable(`Signed in as ${address}.`).concat('\n', whereText[keptIn], '\n'),
      );
    }
    case 'sign-out':
      await runHost(parts, 'sign-out', () => undefined);
      return print({}, 'Nobody is signed in any more.\n');
  }
}

const whereText = {
  'key-store': 'The tokens are in a sealed file; its key is in the system’s key store.',
  'state-folder':
    'The tokens are in a sealed file. This system has no key store: the key lies beside it, readable by you alone.',
} as const;

export function unattendedText({ on, onConnect, everyMinutes, quiet, host }: UnattendedStatus): string {
  if (!on) return 'Nothing is synced by itself. Choose it with: outlook-device-sync unattended on\n';
  const when = [
    ...(onConnect ? ['when a device connects'] : []),
    ...(everyMinutes === null ? [] : [`every ${everyMinutes} minutes`]),
    'when its owner asks at the device',
  ];
  const but = quiet === null ? '' : `, but by itself not from ${quiet.from} to ${quiet.to}`;
  return `Synced ${when.join(', ')}${but}.\nThe bridge’s own Outlook host: ${printable(host)}\n`;
}

/** @throws SyncError `config.invalid` */
function changeOf({ onConnect, every, quiet }: UnattendedFlags): UnattendedRequest {
  return {
    ...(onConnect !== undefined && { onConnect }),
    ...(every !== undefined && { everyMinutes: every === 0 ? null : every }),
    ...(quiet !== undefined && { quiet: quiet === 'none' ? null : parseQuiet(quiet) }),
  };
}

function parseQuiet(text: string): { from: string; to: string } {
  const [from, to, ...rest] = text.split('-');
  const parsed = quietSchema.safeParse({ from, to });
  if (parsed.success && rest.length === 0) return parsed.data;
  throw new SyncError('config.invalid', `--quiet ${text}: must be HH:MM-HH:MM or none`);
}

const lineSchema = z.union([
  z.object({ open: z.url({ protocol: /^https$/ }) }),
  z.object({ address: z.string() }),
  z.object({ problem: z.object({ code: z.string(), detail: z.string() }) }),
]);

async function signIn(io: Io, parts: UnattendedParts): Promise<string> {
  const { openBrowser = openInBrowser } = parts;
  let address: string | undefined;
  await runHost(parts, 'sign-in', (line) => {
    const said = lineSchema.safeParse(parse(line)).data;
    if (said === undefined || 'problem' in said) return;
    if ('address' in said) address = said.address;
    else
      void openBrowser(said.open).then((opened) => {
        io.err(
          opened
            ? 'Sign in in the browser window that was opened.\n'
            : `Open this address in a browser of this PC and sign in:\n${said.open}\n`,
        );
      });
  });
  if (address === undefined) throw new SyncError('sign-in.cancelled');
  return address;
}

/** Runs the add-in without Outlook for one thing; rejects with what it says where it fails. */
async function runHost(
  { config, program = builtHeadlessHost }: UnattendedParts,
  account: 'sign-in' | 'sign-out',
  onLine: (line: string) => void,
): Promise<void> {
  const microsoft = await microsoftSettings(config);
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'ignore'] });
  let problem = new SyncError('sign-in.refused');
  // A child that died already tells more by its end.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify({ account, microsoft })}\n`);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = lineSchema.safeParse(parse(line)).data;
    if (said !== undefined && 'problem' in said && isErrorCode(said.problem.code))
      problem = new SyncError(said.problem.code, said.problem.detail);
    onLine(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw problem;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
