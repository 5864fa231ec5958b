/** The bridge's own Outlook host: which process it is, by the configuration. It runs while unattended syncs are on. */
import { SyncError } from '../../contract/errors.ts';
import type { BridgeConfig } from '../config/configuration.ts';
import { stateFiles } from '../config/state-folder.ts';
import { tokenKey } from '../passwords/token-key.ts';
import { superviseHeadlessHost, type MicrosoftSettings, type SupervisedHost } from './headless-process.ts';

/**
 * What a real account's host is told.
 * @throws SyncError `mailbox.not-configured`, `config.enforced` where an administrator has forbidden it
 */
export async function microsoftSettings({
  stateFolder,
  outlook,
}: Pick<BridgeConfig, 'stateFolder' | 'outlook'>): Promise<MicrosoftSettings> {
  if (outlook.unattended === 'forbidden') throw new SyncError('config.enforced', 'outlook.unattended');
  const { clientId, authority } = outlook;
  if (clientId === undefined) throw new SyncError('mailbox.not-configured');
  const { key } = await tokenKey(stateFolder);
  return {
    clientId,
    ...(authority !== undefined && { authority }),
    cacheFile: stateFiles.tokens(stateFolder),
    cacheKey: key,
  };
}

export class OwnHost {
  readonly #config: BridgeConfig;
  readonly #changed: () => void;
  #running: Promise<SupervisedHost> | undefined;
  #said = '';

  constructor(config: BridgeConfig, changed: () => void) {
    this.#config = config;
    this.#changed = changed;
  }

  /** What it says of itself, for people; empty while it does not run. */
  get state(): string {
    return this.#said;
  }

  /** Throws what `start` would. */
  async check(): Promise<void> {
    if (this.#config.outlook.localMailbox === undefined) await microsoftSettings(this.#config);
    else if (this.#config.outlook.unattended === 'forbidden')
      throw new SyncError('config.enforced', 'outlook.unattended');
  }

  /** `address`: of the bridge. Rejects as microsoftSettings does. */
  async start(address: string): Promise<void> {
    this.#running ??= this.#open(address);
    try {
      await this.#running;
    } catch (error) {
      this.#running = undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await (await running?.catch(() => undefined))?.stop();
    this.#say('');
  }

  async #open(address: string): Promise<SupervisedHost> {
    const { stateFolder, outlook } = this.#config;
    const { localMailbox: mailbox, localUser: user } = outlook;
    this.#say('starting');
    return superviseHeadlessHost({
      settings: {
        bridge: address,
        tokenFile: stateFiles.token(stateFolder),
        ...(mailbox === undefined
          ? { microsoft: await microsoftSettings(this.#config) }
          : { mailbox, ...(user !== undefined && { user }) }),
      },
      certificateFile: stateFiles.authority(stateFolder),
      tell: (line) => this.#say(line),
      onLine: (line) => this.#say(line),
    });
  }

  #say(text: string): void {
    if (this.#said === text) return;
    this.#said = text;
    this.#changed();
  }
}
