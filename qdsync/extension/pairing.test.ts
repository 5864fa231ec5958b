import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitmentOf, isNonce, newNonce, pairingCode } from './pairing.ts';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
const hex = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const parts = fc.record({ desktopKey: hex, deviceKey: hex, desktopNonce: hex, deviceNonce: hex });

describe('the code that people compare', () => {
  it('is what docs/protocol-extensions.md says', () => {
    fc.assert(
      fc.property(parts, (all) => {
        const { desktopKey, deviceKey, desktopNonce, deviceNonce } = all;
        const hash = sha256(`qdsync code ${desktopKey} ${deviceKey} ${desktopNonce} ${deviceNonce}`);
        const number = BigInt(`0x${hash.subarray(0, 6).toString('hex')}`) % 1_000_000n;
        expect(pairingCode(all)).toBe(number.toString().padStart(6, '0'));
      }),
    );
  });

  it('depends on both keys and both nonces', () => {
    const part = (): string => randomBytes(32).toString('hex');
    const all = { desktopKey: part(), deviceKey: part(), desktopNonce: part(), deviceNonce: part() };
    for (const name of Object.keys(all)) {
      const others = Array.from({ length: 3 }, () => pairingCode({ ...all, [name]: part() }));
      // One in a million is the same by chance; three are not.
      expect(others.every((code) => code === pairingCode(all))).toBe(false);
    }
  });

  it('the commitment binds to one nonce, and is not the nonce', () => {
    const nonce = newNonce();
    expect(isNonce(nonce)).toBe(true);
    expect(isNonce(nonce.slice(1))).toBe(false);
    expect(commitmentOf(nonce)).toBe(sha256(`qdsync commitment ${nonce}`).toString('hex'));
    expect(commitmentOf(newNonce())).not.toBe(commitmentOf(nonce));
  });
});
