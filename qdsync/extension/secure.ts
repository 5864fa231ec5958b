/** Turns a stream of bytes into TLS, as either end of it. Both show a certificate, whose key alone counts. */
import type { Duplex } from 'node:stream';
import { TLSSocket, connect } from 'node:tls';
import type { Socket } from 'node:net';
import { fingerprintOf, type TlsIdentity } from './identity.ts';

export interface Secured {
  readonly stream: TLSSocket;
  /** Fingerprint of the other end's key. */
  readonly peerKey: string;
}

const HANDSHAKE_MS = 10_000;

/** Rejects when the other end does not manage the handshake, or shows no key. */
export async function secure(
  socket: Socket | Duplex,
  role: 'device' | 'desktop',
  { key, certificate: cert }: TlsIdentity,
): Promise<Secured> {
  // The keys are signed by nobody; whoever asks for the fingerprint decides.
  const common = { key, cert, minVersion: 'TLSv1.3', rejectUnauthorized: false } as const;
  const stream =
    role === 'desktop'
      ? connect({ ...common, socket })
      : new TLSSocket(socket, { ...common, isServer: true, requestCert: true });
  await new Promise<void>((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      stream.off('error', failed).off('close', gone);
    };
    const failed = (error: Error): void => {
      settle();
      // Whoever holds the connection hears of its end by 'close'.
      stream.on('error', () => undefined);
      stream.destroy();
      reject(error);
    };
    const gone = (): void => failed(new Error('the connection was closed'));
    const timer = setTimeout(() => failed(new Error('the handshake took too long')), HANDSHAKE_MS);
    stream.once(role === 'desktop' ? 'secureConnect' : 'secure', () => {
      settle();
      resolve();
    });
    stream.on('error', failed).on('close', gone);
  });
  const certificate = stream.getPeerX509Certificate();
  if (certificate === undefined) {
    stream.destroy();
    throw new Error('the other end shows no key');
  }
  return { stream, peerKey: fingerprintOf(certificate.publicKey) };
}
