/** What a pane needs around it, as real processes: local mailbox, bridge, handheld; each can be stopped and started again. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { LIFETIME_DAYS } from '../../bridge/certificate/authority.ts';
import { renewCertificate } from '../../bridge/certificate/certificate.ts';
import { BridgeClient } from '../../bridge/cli/bridge-client.ts';
import { stateFiles } from '../../bridge/config/state-folder.ts';
import { pairInviteSchema, paths, statusSchema, type Status } from '../../contract/api.ts';
import { runCommand, startProgram, type RunningProgram } from '../../demo/processes.ts';
import type { Fields } from '../../datasets/index.ts';

const DAY_MS = 86_400_000;
/** Of a certificate that ends soon. */
const DAYS_LEFT = 30;

export interface PaneStageOptions {
  /** Contacts as Graph has them. */
  readonly outlook?: readonly Record<string, unknown>[];
  readonly deviceContacts?: readonly Fields[];
  /** False: no device is configured; it runs all the same. */
  readonly configured?: boolean;
  /** More of the bridge's configuration. */
  readonly config?: Record<string, unknown>;
}

export interface DeviceRecord {
  readonly id: string;
  readonly fields: Fields;
}

export class PaneStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'pane-stage-'));
  readonly bridgeState = join(this.folder, 'bridge');
  readonly deviceState = join(this.folder, 'device');
  mailboxUrl = '';
  devicePort = 0;
  bridgePort = 0;
  #mailbox: RunningProgram | undefined;
  #bridge: RunningProgram | undefined;
  #device: RunningProgram | undefined;

  static async start(options: PaneStageOptions = {}): Promise<PaneStage> {
    const stage = new PaneStage();
    try {
      await stage.#begin(options);
      return stage;
    } catch (error) {
      await stage.stop();
      throw error;
    }
  }

  async #begin(options: PaneStageOptions): Promise<void> {
    this.#mailbox = await startProgram('mailbox', ['--port', '0', '--state', join(this.folder, 'mailbox')]);
    this.mailboxUrl = String(this.#mailbox.ready.url);
    await this.outlook('POST', '/seed', {
      contacts: (options.outlook ?? []).map((contact) => ({ contact })),
    });
    await this.addToDevice(options.deviceContacts ?? []);
    await this.startDevice();
    const device = { name: 'Neo', tcp: { host: '127.0.0.1', port: this.devicePort } };
    mkdirSync(this.bridgeState, { mode: 0o700 });
    this.configure({
      outlook: { localMailbox: this.mailboxUrl },
      devices: options.configured === false ? [] : [device],
      ...options.config,
    });
    await this.startBridge();
  }

  configure(config: Record<string, unknown>): void {
    writeFileSync(join(this.bridgeState, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  }

  async startBridge(): Promise<void> {
    const args = ['start', '--port', String(this.bridgePort), '--state', this.bridgeState];
    this.#bridge = await startProgram('bridge', args);
    this.bridgePort = Number(new URL(String(this.#bridge.ready.url)).port);
  }
  async stopBridge(): Promise<void> {
    await this.#bridge?.stop();
  }
  /** While the bridge is stopped: its certificate ends in a month, and is not renewed in silence, since a person trusts it. */
  async ageCertificate(): Promise<void> {
    const { authority } = await renewCertificate(
      this.bridgeState,
      new Date(Date.now() - (LIFETIME_DAYS - DAYS_LEFT) * DAY_MS),
    );
    const trusted = JSON.stringify({ authorities: [authority] });
    writeFileSync(stateFiles.trust(this.bridgeState), trusted, { mode: 0o600 });
  }
  /** While the bridge is stopped: it makes a new one at its start. */
  forgetCertificate(): void {
    rmSync(stateFiles.identity(this.bridgeState));
    rmSync(stateFiles.trust(this.bridgeState));
  }
  async startDevice(accept: 'allow' | 'deny' | 'ask' = 'allow'): Promise<void> {
    const port = ['--port', String(this.devicePort)];
    const who = ['--name', 'Ada', '--model', 'Neo FreeRunner'];
    this.#device = await startProgram('device', [
      'run',
      '--state',
      this.deviceState,
      '--accept',
      accept,
      ...who,
      ...port,
    ]);
    this.devicePort = Number(this.#device.ready.port);
  }
  async stopDevice(): Promise<void> {
    await this.#device?.stop();
  }

  get address(): string {
    return `https://localhost:${this.bridgePort}/taskpane.html`;
  }
  client(): Promise<BridgeClient> {
    return BridgeClient.connect(this.bridgeState);
  }
  async status(): Promise<Status> {
    return (await this.client()).get(paths.status, statusSchema);
  }
  /** The pane's address with a one-time secret that lets it in. */
  async invitation(): Promise<string> {
    const { secret } = await (await this.client()).post(paths.pairInvite, {}, pairInviteSchema);
    return `${this.address}#invite=${secret}`;
  }
  /** Waits until the bridge's state is as wanted. */
  async until(wanted: (status: Status) => boolean): Promise<Status> {
    for (let tries = 0; tries < 400; tries++) {
      const status = await this.status();
      if (wanted(status)) return status;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the bridge did not come to it: ${JSON.stringify(await this.status())}`);
  }

  /** A request of the local mailbox's admin route, below the user's own path. */
  async outlook(method: string, path: string, body?: unknown): Promise<unknown> {
    return this.mailbox(method, `/mailboxes/user${path}`, body);
  }
  /** The same for the whole local mailbox, such as failures to come. */
  async mailbox(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.mailboxUrl}/admin${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  /** The contacts in Outlook: id and first name. */
  async outlookContacts(): Promise<
    readonly { readonly id: string; readonly name: string; readonly jobTitle: string }[]
  > {
    const answer = await fetch(
      `${this.mailboxUrl}/v1.0/me/contacts?$top=1000&$select=id,givenName,jobTitle`,
      {
        headers: { Authorization: 'Bearer local-user' },
      },
    );
    const schema = z.object({
      value: z.array(
        z.object({ id: z.string(), givenName: z.string().nullish(), jobTitle: z.string().nullish() }),
      ),
    });
    const { value } = schema.parse(await answer.json());
    return value.map(({ id, givenName, jobTitle }) => ({
      id,
      name: givenName ?? '',
      jobTitle: jobTitle ?? '',
    }));
  }
  async changeInOutlook(name: string, change: Record<string, unknown>): Promise<void> {
    await this.outlook('PATCH', `/contacts/${encodeURIComponent(await this.#idInOutlook(name))}`, change);
  }
  async removeInOutlook(name: string): Promise<void> {
    await this.outlook('DELETE', `/contacts/${encodeURIComponent(await this.#idInOutlook(name))}`);
  }
  async #idInOutlook(name: string): Promise<string> {
    const found = (await this.outlookContacts()).find((contact) => contact.name === name);
    if (found === undefined) throw new Error(`${name} is not in Outlook`);
    return found.id;
  }

  async addToDevice(records: readonly Fields[], dataset = 'contacts'): Promise<void> {
    if (records.length === 0) return;
    const file = join(this.folder, 'records.jsonl');
    writeFileSync(file, records.map((fields) => `${JSON.stringify(fields)}\n`).join(''));
    await runCommand('device', ['add', dataset, '--from', file, '--state', this.deviceState]);
  }
  async deviceRecords(dataset: string): Promise<readonly DeviceRecord[]> {
    const text = await runCommand('device', ['list', dataset, '--json', '--state', this.deviceState]);
    return JSON.parse(text) as DeviceRecord[];
  }
  deviceContacts(): Promise<readonly DeviceRecord[]> {
    return this.deviceRecords('contacts');
  }
  async changeOnDevice(name: string, ...fields: string[]): Promise<void> {
    await runCommand('device', [
      'edit',
      'contacts',
      await this.#idOnDevice(name),
      ...fields,
      '--state',
      this.deviceState,
    ]);
  }
  async removeOnDevice(...names: string[]): Promise<void> {
    const held = await this.deviceContacts();
    const ids = names.map((name) => idOf(held, name));
    await runCommand('device', ['remove', 'contacts', ...ids, '--state', this.deviceState]);
  }
  /** As after a reset. */
  async emptyDevice(): Promise<void> {
    await runCommand('device', ['remove', 'contacts', '--all', '--state', this.deviceState]);
  }
  async #idOnDevice(name: string): Promise<string> {
    return idOf(await this.deviceContacts(), name);
  }

  async stop(): Promise<void> {
    await this.stopBridge();
    await this.stopDevice();
    await this.#mailbox?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function idOf(held: readonly DeviceRecord[], name: string): string {
  const found = held.find(({ fields }) => fields.FirstName === name);
  if (found === undefined) throw new Error(`${name} is not on the device`);
  return found.id;
}
