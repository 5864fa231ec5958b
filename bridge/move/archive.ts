/**
 * What moves to a new PC: one ZIP file with the database, the configuration and the devices' passwords. Certificates, the
 * token and the keys of pages stay behind: the new PC makes its own.
 */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { z } from 'zod';
import { SyncError } from '../../contract/errors.ts';

/** A database of 20,000 records with their history takes a tenth of it. */
const MAX_BYTES = 1024 * 1024 * 1024;

const manifestSchema = z.object({
  product: z.literal('outlook-device-sync'),
  format: z.literal(1),
  version: z.string(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
});

const passwordsSchema = z
  .array(z.object({ challenge: z.string().max(1000), password: z.string().max(1000) }))
  .max(10_000);

export interface Archive {
  readonly version: string;
  readonly createdAt: string;
  /** The bytes of an SQLite file. */
  readonly database: Uint8Array;
  /** JSON; undefined where there was none. */
  readonly configuration: string | undefined;
  readonly passwords: z.infer<typeof passwordsSchema>;
}

export function packArchive(archive: Archive): Uint8Array {
  const { version, createdAt, database, configuration, passwords } = archive;
  const manifest = { product: 'outlook-device-sync', format: 1, version, createdAt } satisfies z.infer<
    typeof manifestSchema
  >;
  return zipSync({
    'manifest.json': strToU8(JSON.stringify(manifest)),
    'bridge.db': database,
    'passwords.json': strToU8(JSON.stringify(passwords)),
    ...(configuration === undefined ? {} : { 'config.json': strToU8(configuration) }),
  });
}

/**
 * Reads what packArchive has written. Names within the file are looked up, never written to.
 * @throws SyncError `move.bad-file`
 */
export function unpackArchive(bytes: Uint8Array): Archive {
  const files = unzip(bytes);
  const text = (name: string): string | undefined => {
    const file = files[name];
    return file === undefined ? undefined : strFromU8(file);
  };
  const manifest = manifestSchema.safeParse(parse(text('manifest.json')));
  const passwords = passwordsSchema.safeParse(parse(text('passwords.json')));
  const database = files['bridge.db'];
  if (!manifest.success || !passwords.success || database === undefined)
    throw new SyncError('move.bad-file', 'parts of it are missing or not as they should be');
  if (strFromU8(database.subarray(0, 15)) !== 'SQLite format 3')
    throw new SyncError('move.bad-file', 'bridge.db is no database');
  const { version, createdAt } = manifest.data;
  return { version, createdAt, database, passwords: passwords.data, configuration: text('config.json') };
}

const wanted: ReadonlySet<string> = new Set(['manifest.json', 'bridge.db', 'passwords.json', 'config.json']);

function unzip(bytes: Uint8Array): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (originalSize > MAX_BYTES) throw new SyncError('move.bad-file', `${name} is too large`);
        return wanted.has(name);
      },
    });
  } catch (error) {
    if (error instanceof SyncError) throw error;
    throw new SyncError('move.bad-file', 'it is no ZIP file, or damaged', { cause: error });
  }
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
