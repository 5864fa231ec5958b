/** "The add-in without Outlook": the plugin host in Node. */
import { readFile } from 'node:fs/promises';
import { SyncError } from '../../../contract/errors.ts';
import { localAccount } from '../../auth/local-account.ts';
import { createGraphClient } from '../../outlook/graph/client.ts';
import { systemClock } from '../../outlook/graph/clock.ts';
import { openMailbox, type OutlookMailbox } from '../../outlook/mailbox.ts';
import { createBridgeClient } from '../bridge-client.ts';
import { runPluginHost, type HostState } from '../plugin-host.ts';
import type { LocalSettings } from './settings.ts';

const LOCAL_TENANT = 'local';
const mailboxAttempts = 20;
const mailboxPauseMs = 500;

/**
 * Serves the bridge until the signal aborts.
 * @throws SyncError when the mailbox cannot be opened or the bridge refuses the token
 */
export async function runHeadlessHost(
  settings: LocalSettings,
  onState: (state: HostState) => void,
  signal: AbortSignal,
): Promise<void> {
  const client = createGraphClient(localAccount(settings.mailbox, settings.user));
  const mailbox = await openPatiently(() => openMailbox(client, LOCAL_TENANT, signal), signal);
  const bridge = createBridgeClient({
    address: new URL(settings.bridge).origin,
    // Read anew each time: a bridge that has started again may have a new one.
    key: () => readToken(settings.tokenFile),
  });
  await runPluginHost({ bridge, mailbox, label: 'headless', onState }, signal);
}

export async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new SyncError('bridge.not-running', `the token file ${file} cannot be read`, { cause: error });
  }
}

/** The mailbox may be started at the same time as we are. */
async function openPatiently(
  open: () => Promise<OutlookMailbox>,
  signal: AbortSignal,
): Promise<OutlookMailbox> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open();
    } catch (error) {
      const isAway = error instanceof SyncError && error.code === 'mailbox.unavailable';
      if (!isAway || attempt >= mailboxAttempts) throw error;
      await systemClock.sleep(mailboxPauseMs, signal);
    }
  }
}
