/** `devices --compare`: a person compares the code of this PC with the one that the device shows. */
import { z } from 'zod';
import { devicesSchema, paths, type DeviceStatus } from '../../contract/api.ts';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { BridgeClient } from './bridge-client.ts';
import type { Io } from './io.ts';
import { codeText } from './listings.ts';
import type { ProgressLine } from './progress-line.ts';
import { printable } from './text.ts';

const nothingSchema = z.object({});

/** With `code` nobody is asked. Returns the exit code. */
export async function compareCodeCommand(
  client: BridgeClient,
  io: Io,
  device: string,
  { code, json }: { readonly code?: string; readonly json?: true },
): Promise<number> {
  if (code !== undefined) {
    await client.post(paths.compareCode, { device, code }, nothingSchema);
  } else {
    const { devices } = await client.get(paths.devices, devicesSchema);
    const found = devices.find(({ name }) => name === device);
    if (found === undefined) throw new SyncError('device.unknown', device);
    if (found.code === undefined) throw new SyncError('device.no-code', device);
    const isSame = await io.confirm(question(device, found.code));
    await client.post(paths.compareCode, { device, code: isSame ? found.code : null }, nothingSchema);
    if (!isSame) throw new SyncError('device.code', device);
  }
  io.out(
    json === true ? `${JSON.stringify({ device, same: true })}\n` : 'The device is known by its key now.\n',
  );
  return 0;
}

/** Puts the codes that wait to the person at the terminal, once each; where nobody can be asked, says what to do. */
export class CodeQuestions {
  readonly #client: BridgeClient;
  readonly #io: Io;
  readonly #line: ProgressLine;
  readonly #signal: AbortSignal;
  readonly #asked = new Set<string>();

  constructor(client: BridgeClient, io: Io, line: ProgressLine, signal: AbortSignal) {
    this.#client = client;
    this.#io = io;
    this.#line = line;
    this.#signal = signal;
  }

  show(devices: readonly DeviceStatus[]): void {
    for (const { name, code } of devices) {
      if (code === undefined || this.#asked.has(`${name} ${code}`)) continue;
      this.#asked.add(`${name} ${code}`);
      this.#line.clear();
      if (!this.#io.canAsk) {
        this.#io.err(codeText(name, code));
        continue;
      }
      this.#put(name, code).catch((error: unknown) => {
        this.#io.err(`${toSyncError(error).message}\n`);
      });
    }
  }

  async #put(device: string, code: string): Promise<void> {
    const answer = await this.#io.choose(question(device, code), ['yes', 'no'], this.#signal);
    if (this.#signal.aborted) return;
    await this.#client.post(
      paths.compareCode,
      { device, code: answer === 'yes' ? code : null },
      nothingSchema,
    );
  }
}

function question(device: string, code: string): string {
  return printable(`This PC has no key to know ${device} by. Does the device show the code ${code}?`);
}
