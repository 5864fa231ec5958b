/** Named texts that the handheld keeps: its identity, and what login remembers. */
import { randomUUID } from 'node:crypto';
import { makeIdentity, type TlsIdentity } from '../../qdsync/index.ts';
import { transaction, type Db } from './database.ts';

export function readSetting(db: Db, name: string): string | undefined {
  const row = db.prepare('SELECT value FROM settings WHERE name = ?').get(name) as
    { readonly value: string } | undefined;
  return row?.value;
}

export function writeSetting(db: Db, name: string, value: string): void {
  db.prepare(
    'INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ).run(name, value);
}

/** The setting, made once by `make` and kept; two processes that ask at the same time get the same. */
export function keptSetting(db: Db, name: string, make: () => string): string {
  return (
    readSetting(db, name) ??
    transaction(db, () => {
      const present = readSetting(db, name);
      if (present !== undefined) return present;
      const value = make();
      writeSetting(db, name, value);
      return value;
    })
  );
}

/** The device's id, as banner and clientIdentity tell it: a braced UUID. */
export function deviceIdentity(db: Db): string {
  return keptSetting(db, 'challenge', bracedUuid);
}

/** The id of this store of records, first part of every record id: a braced UUID. */
export function storageIdentity(db: Db): string {
  return keptSetting(db, 'storage', bracedUuid);
}

/** The device's key for TLS, made once. */
export async function tlsIdentity(db: Db): Promise<TlsIdentity> {
  const made = readSetting(db, TLS_SETTING) === undefined ? await makeIdentity() : undefined;
  const kept = keptSetting(db, TLS_SETTING, () => JSON.stringify(made));
  return JSON.parse(kept) as TlsIdentity;
}

const TLS_SETTING = 'tls';

function bracedUuid(): string {
  return `{${randomUUID()}}`;
}
