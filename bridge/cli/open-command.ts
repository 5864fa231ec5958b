/**
 * `open`: the pane in the browser. The page's one-time invitation travels in the fragment of a redirect file that
 * only this user can read; on a command line every user of this PC could see it.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { paths, pairInviteSchema } from '../../contract/api.ts';
import { writePrivateFile } from '../config/private-files.ts';
import type { BridgeClient } from './bridge-client.ts';
import type { Io } from './io.ts';

/** A browser's starter that has not failed by then has done its work, or goes on by itself. */
const STARTER_MS = 5000;

/** Starts the browser with a file; false when it cannot. */
export type OpenFile = (file: string) => Promise<boolean>;

export async function openCommand(
  client: BridgeClient,
  io: Io,
  options: { readonly stateFolder: string; readonly json: boolean },
  openFile: OpenFile = openInBrowser,
): Promise<number> {
  const { secret } = await client.post(paths.pairInvite, {}, pairInviteSchema);
  const file = join(options.stateFolder, 'open.html');
  writePrivateFile(file, redirectPage(`${client.address}/taskpane.html#invite=${secret}`));
  const opened = await openFile(file);
  if (options.json) io.out(`${JSON.stringify({ opened, file })}\n`);
  else if (opened) io.out('The pane was opened in your browser.\n');
  else io.out(`No browser could be started. Open this file in your browser within five minutes:\n${file}\n`);
  return 0;
}

/** Secrets are base64url, so nothing has to be escaped. */
function redirectPage(url: string): string {
  return [
    '<!doctype html>',
    '<meta charset="utf-8">',
    '<meta name="referrer" content="no-referrer">',
    `<meta http-equiv="refresh" content="0; url=${url}">`,
    '<title>outlook-device-sync</title>',
    `<p><a href="${url}">Open the Sync pane</a></p>`,
    '',
  ].join('\n');
}

const starters: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  darwin: ['open'],
};

/** Starts the browser with a file or an address; false when it cannot. */
export function openInBrowser(file: string): Promise<boolean> {
  const [command, ...first] = starters[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(command, [...first, file], { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => end(true), STARTER_MS);
    const end = (opened: boolean): void => {
      clearTimeout(timer);
      child.unref();
      resolve(opened);
    };
    child.on('error', () => end(false));
    child.on('exit', (code) => end(code === 0));
  });
}
