/** The organisation's own certificate for a name of its own that means this PC. */
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { SyncError } from '../../contract/errors.ts';
import type { BridgeConfig } from '../config/configuration.ts';

export interface OriginCertificate {
  /** The name that clients ask for. */
  readonly host: string;
  readonly context: SecureContextOptions;
}

/**
 * Undefined where none is configured: the name is then served with the bridge's own certificate, which does not fit it.
 * @throws SyncError `config.invalid` when a file cannot be read, or certificate and key do not belong together
 */
export function readOriginCertificate({
  origin,
  originCertificate,
}: Pick<BridgeConfig, 'origin' | 'originCertificate'>): OriginCertificate | undefined {
  if (origin === undefined || originCertificate === undefined) return undefined;
  try {
    const context = {
      cert: readFileSync(originCertificate.certificate, 'utf8'),
      key: readFileSync(originCertificate.key, 'utf8'),
      minVersion: 'TLSv1.2',
    } as const;
    createSecureContext(context);
    return { host: new URL(origin).hostname, context };
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new SyncError('config.invalid', `originCertificate: ${why}`, { cause: error });
  }
}
