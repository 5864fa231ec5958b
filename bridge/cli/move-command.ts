/** `export` and `import`: moves the bridge to a new PC. Both want the bridge stopped, so that nothing changes meanwhile. */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SyncError } from '../../contract/errors.ts';
import { parseConfiguration } from '../config/configuration.ts';
import { ensurePrivateFolder, writePrivateBytes, writePrivateFile } from '../config/private-files.ts';
import { stateFiles } from '../config/state-folder.ts';
import { claimInstance } from '../http/instance.ts';
import { packArchive, unpackArchive } from '../move/archive.ts';
import { DevicePasswords } from '../passwords/device-passwords.ts';
import { openKeyStore } from '../passwords/key-store.ts';
import { databaseFiles, keepAside } from '../store/database.ts';
import { openStore } from '../store/store.ts';
import type { Io } from './io.ts';

export interface MoveOptions {
  readonly stateFolder: string;
  readonly json: boolean;
  readonly file: string;
  readonly version: string;
}

export async function exportCommand(io: Io, options: MoveOptions): Promise<number> {
  const { stateFolder, json, file, version } = options;
  const path = stateFiles.database(stateFolder);
  if (!existsSync(path)) throw new SyncError('move.nothing', path);
  if (existsSync(file)) throw new SyncError('file.exists', file);
  await alone(stateFolder, async () => {
    const folder = mkdtempSync(join(stateFolder, 'export-'));
    const store = openStore(path);
    try {
      const trouble: unknown[] = [];
      const keyStore = await openKeyStore(stateFolder);
      const passwords = await DevicePasswords.open(store.devices, keyStore, (error) => trouble.push(error));
      await passwords.settled();
      if (trouble.length > 0)
        io.err('The key store did not give every password; those devices ask their owner again.\n');
      const copy = join(folder, 'bridge.db');
      store.database.copyTo(copy);
      const bytes = packArchive({
        version,
        createdAt: new Date().toISOString(),
        database: readFileSync(copy),
        configuration: existsSync(stateFiles.config(stateFolder))
          ? readFileSync(stateFiles.config(stateFolder), 'utf8')
          : undefined,
        passwords: passwords.entries().map(([challenge, password]) => ({ challenge, password })),
      });
      writeExport(file, bytes);
    } finally {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
  io.out(
    json
      ? `${JSON.stringify({ file })}\n`
      : `Written: ${file}\nIt holds your records and your devices’ passwords: keep it to yourself, and delete it when it has moved.\nUse the bridge on one PC only from now on.\n`,
  );
  return 0;
}

/** What was there before is kept aside, never overwritten. */
export async function importCommand(io: Io, options: MoveOptions): Promise<number> {
  const { stateFolder, json, file } = options;
  const archive = unpackArchive(readBytes(file));
  if (archive.configuration !== undefined)
    parseConfiguration(archive.configuration, `config.json in ${file}`, stateFolder);
  ensurePrivateFolder(stateFolder);
  const path = stateFiles.database(stateFolder);
  const aside = await alone(stateFolder, async () => {
    let kept: string | null = null;
    const fresh = `${path}.import`;
    for (const left of databaseFiles(fresh)) rmSync(left, { force: true });
    writePrivateBytes(fresh, archive.database);
    try {
      // Opening it brings its schema up to date and finds out whether it is one.
      const store = openStore(fresh);
      try {
        for (const { challenge, password } of archive.passwords) store.devices.set(challenge, password);
      } finally {
        store.close();
      }
      // All that needs room on the disk comes before the old database gives way.
      takeConfiguration(stateFiles.config(stateFolder), archive.configuration);
      if (existsSync(path)) kept = keepAside(path, new Date(), 'before-import');
      // A log or a seal left behind without its database would be taken for the new one's.
      for (const left of databaseFiles(path)) rmSync(left, { force: true });
      renameSync(fresh, path);
    } finally {
      for (const left of databaseFiles(fresh)) rmSync(left, { force: true });
    }
    return kept;
  });
  const kept = aside === null ? '' : `What was here before is kept in ${aside}.\n`;
  io.out(
    json
      ? `${JSON.stringify({ imported: file, keptAside: aside })}\n`
      : `Imported, as of ${archive.createdAt}.\n${kept}`,
  );
  return 0;
}

/** Puts the configuration that moves in the place of the one that is there, which is kept beside it. */
function takeConfiguration(file: string, text: string | undefined): void {
  if (text === undefined) return;
  if (existsSync(file)) writePrivateFile(`${file}.before-import`, readFileSync(file, 'utf8'));
  writePrivateFile(file, text);
}

function writeExport(file: string, bytes: Uint8Array): void {
  try {
    writePrivateBytes(file, bytes);
  } catch (error) {
    throw new SyncError('file.unwritable', file, { cause: error });
  }
}

async function alone<T>(stateFolder: string, work: () => Promise<T>): Promise<T> {
  const instance = await claimInstance(stateFolder);
  try {
    return await work();
  } finally {
    instance.release();
  }
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SyncError('file.unreadable', file, { cause: error });
  }
}
