/** The key by which one end of a protected connection knows the other. Its certificate says nothing else of anybody. */
import { X509Certificate, createHash, webcrypto, type KeyObject } from 'node:crypto';

/** PEM texts; the key is a secret. */
export interface TlsIdentity {
  readonly key: string;
  readonly certificate: string;
}

const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** Keys are pinned for good; the certificate around them must never be in the way. */
const NOT_BEFORE = new Date('2000-01-01T00:00:00Z');
const NOT_AFTER = new Date('9999-12-31T23:59:59Z');

/** Makes a key and a certificate signed by itself. */
export async function makeIdentity(): Promise<TlsIdentity> {
  // Loaded when it is needed: once in the life of an installation, and it is large.
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto as Crypto);
  const keys = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=qdsync',
    keys,
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    signingAlgorithm: SIGNING,
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    key: x509.PemConverter.encode(key, x509.PemConverter.PrivateKeyTag) + '\n',
    certificate: certificate.toString('pem') + '\n',
  };
}

/** SHA-256 of the public key, in hexadecimal: what is pinned. */
export function fingerprintOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

export function ownFingerprint({ certificate }: TlsIdentity): string {
  return fingerprintOf(new X509Certificate(certificate).publicKey);
}
