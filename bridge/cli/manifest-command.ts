/** `manifest`: the add-in's manifest for central deployment, checked; and what has to be registered and configured for it. */
import { writeFileSync } from 'node:fs';
import { SyncError } from '../../contract/errors.ts';
import type { BridgeConfig } from '../config/configuration.ts';
import { programVersion } from '../config/version.ts';
import { builtPages } from '../http/pages.ts';
import { checkManifest } from '../manifest/check.ts';
import { registrationText } from '../manifest/registration.ts';
import { renderManifest } from '../manifest/render.ts';
import { builtSurroundings } from '../manifest/surroundings.ts';
import type { Io } from './io.ts';

export interface ManifestOptions {
  /** Where Outlook gets the pages from. */
  readonly origin?: string | undefined;
  /** The bridge's port, where another server has the pages. */
  readonly bridgePort?: number | undefined;
  readonly clientId?: string | undefined;
  /** File to write; the manifest goes to standard output without one. */
  readonly out?: string | undefined;
  readonly json: boolean;
}

/** @throws SyncError `config.invalid` when an option or the manifest is not valid */
export function manifestCommand(
  io: Io,
  config: Pick<BridgeConfig, 'port' | 'origin' | 'outlook'>,
  options: ManifestOptions,
  pages = builtPages,
): number {
  const origin = parseOrigin(options.origin ?? config.origin ?? `https://localhost:${config.port}`);
  const clientId = options.clientId ?? config.outlook.clientId ?? null;
  if (clientId !== null && !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(clientId))
    throw new SyncError('config.invalid', `--client-id ${clientId}: must be a GUID`);
  const bridgePort = options.bridgePort ?? null;
  if (bridgePort === 0) throw new SyncError('config.invalid', '--bridge-port 0: must be 1 to 65535');
  const version = programVersion();
  const manifest = renderManifest({ version, origin, bridgePort });
  const problems = checkManifest(manifest, builtSurroundings(version, pages));
  if (problems.length > 0) throw new SyncError('config.invalid', `the manifest: ${problems.join(' ')}`);
  if (options.out !== undefined) write(options.out, manifest);
  if (options.json) {
    io.out(`${JSON.stringify({ origin, bridgePort, clientId, file: options.out ?? null, manifest })}\n`);
    return 0;
  }
  if (options.out === undefined) io.out(manifest);
  else io.out(`${options.out} was written and checked.\n`);
  io.err(registrationText({ origin, bridgePort, clientId }));
  return 0;
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.origin !== text.replace(/\/$/, '').toLowerCase())
    throw new SyncError('config.invalid', `--origin ${text}: must be https, host and port only`);
  return url.origin;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new SyncError('file.unwritable', file, { cause: error });
  }
}
