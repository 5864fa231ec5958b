/**
 * Makes an authority of this user's own and the one certificate that it ever signs.
 *
 * The authority is what the person trusts, so it is made worthless to anybody else: it may speak for this PC's own
 * names only (name constraints, critical), it may not make further authorities, and its key cannot be exported and is
 * gone when this function returns.
 */
import { webcrypto } from 'node:crypto';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Browsers refuse server certificates that last longer than 398 days. */
export const LIFETIME_DAYS = 397;
/** Of the lifetime, so that a clock which is a little slow does not refuse what was made just now. */
const BACKDATED_MS = 60 * 60 * 1000;

const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const NAME_CONSTRAINTS = '2.5.29.30';

export interface Made {
  /** PEM of the leaf's key (PKCS #8); a secret. */
  readonly key: string;
  /** PEM of the leaf. */
  readonly leaf: string;
  /** PEM of the authority that signed it. */
  readonly authority: string;
}

export async function makeAuthorityAndLeaf(now: Date): Promise<Made> {
  // Loaded when it is needed: once a year, and it is large.
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto as Crypto);
  const { subtle } = webcrypto;
  const notBefore = new Date(now.getTime() - BACKDATED_MS);
  const notAfter = new Date(notBefore.getTime() + LIFETIME_DAYS * DAY_MS);
  const authorityKeys = await subtle.generateKey(KEY, false, ['sign', 'verify']);
  const leafKeys = await subtle.generateKey(KEY, true, ['sign', 'verify']);

  // The date makes two authorities different for people, too.
  const name = `CN=outlook-device-sync for this PC ${now.toISOString().slice(0, 10)}`;
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name,
    keys: authorityKeys,
    notBefore,
    notAfter,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
      new x509.Extension(NAME_CONSTRAINTS, true, permittedNames()),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=localhost',
    issuer: authority.subject,
    publicKey: leafKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    notBefore,
    notAfter,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const key = await subtle.exportKey('pkcs8', leafKeys.privateKey);
  return {
    key: x509.PemConverter.encode(key, x509.PemConverter.PrivateKeyTag) + '\n',
    leaf: leaf.toString('pem') + '\n',
    authority: authority.toString('pem') + '\n',
  };
}

/** 127 random bits and never negative, in hex. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

/** DER of NameConstraints (RFC 5280, 4.2.1.10): permitted are `localhost`, 127.0.0.1/32 and ::1/128, nothing else. */
function permittedNames(): Uint8Array<ArrayBuffer> {
  const SEQUENCE = 0x30;
  const PERMITTED = 0xa0;
  const DNS_NAME = 0x82;
  const IP_ADDRESS = 0x87;
  const subtree = (kind: number, bytes: Buffer): Buffer => tlv(SEQUENCE, tlv(kind, bytes));
  const whole = (length: number): Buffer => Buffer.alloc(length, 0xff);
  const ipv6 = Buffer.concat([Buffer.alloc(15), Buffer.of(1)]);
  const names = [
    subtree(DNS_NAME, Buffer.from('localhost')),
    subtree(IP_ADDRESS, Buffer.concat([Buffer.of(127, 0, 0, 1), whole(4)])),
    subtree(IP_ADDRESS, Buffer.concat([ipv6, whole(16)])),
  ];
  return new Uint8Array(tlv(SEQUENCE, tlv(PERMITTED, Buffer.concat(names))));
}

/** Tag, length, value; for contents of less than 128 bytes. */
function tlv(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag, content.length), content]);
}
