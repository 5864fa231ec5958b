/**
 * The passwords of the desktops that were let in, remembered as scrypt hashes.
 *
 * The whole password counts. A 2009 device looked at its first 8 characters only; since a desktop always sends
 * the same password, only someone who guesses can tell the difference. All hashes of a device share one salt,
 * so that a login costs one derivation, however many desktops are known.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { transaction, type Db } from '../store/database.ts';
import { keptSetting, readSetting, writeSetting } from '../store/settings.ts';

const COST = { N: 16_384, r: 8, p: 1 } as const;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
const LONGEST_PASSWORD = 256;
/** When one more is let in, the one that was let in first is forgotten. */
const MAX_DESKTOPS = 20;
const KNOWN = 'login.known';

/** Whether a password can be one at all. */
export function isUsable(password: string): boolean {
  return password.length > 0 && password.length <= LONGEST_PASSWORD;
}

export class KnownDesktops {
  readonly #db: Db;
  readonly #salt: Buffer;

  constructor(db: Db) {
    this.#db = db;
    const salt = keptSetting(db, 'login.salt', () => randomBytes(SALT_BYTES).toString('hex'));
    this.#salt = Buffer.from(salt, 'hex');
  }

  /** The hash under which a password is remembered. */
  async hash(password: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      scrypt(password, this.#salt, HASH_BYTES, COST, (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      });
    });
  }

  /** Takes as long whichever of the known hashes it is, or none. */
  isKnown(hash: Buffer): boolean {
    let found = false;
    for (const known of this.#read()) found = timingSafeEqual(known, hash) || found;
    return found;
  }

  remember(hash: Buffer): void {
    transaction(this.#db, () => {
      const known = [...this.#read(), hash].slice(-MAX_DESKTOPS);
      writeSetting(this.#db, KNOWN, JSON.stringify(known.map((each) => each.toString('hex'))));
    });
  }

  #read(): readonly Buffer[] {
    const text = readSetting(this.#db, KNOWN);
    if (text === undefined) return [];
    return (JSON.parse(text) as readonly string[]).map((hex) => Buffer.from(hex, 'hex'));
  }
}
