/** The file of a recording (`sync --record FILE`): this user's alone, in place of another one only when asked for. */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { z } from 'zod';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import { hasCode } from '../config/private-files.ts';

/** The last line of a recording that ended before the sync (contract/recording.ts). */
const cutSchema = z.object({ event: z.literal('cut'), reason: z.string() });

export class RecordingFile {
  readonly path: string;
  readonly #file: number;
  /** There was one before: it stays as it is until there is something to take its place. */
  readonly #replaces: boolean;

  /**
   * `force`: a file that is there is replaced.
   * @throws SyncError `file.exists`; `file.unwritable` where it cannot be made, or is no file of its own
   */
  constructor(path: string, force = false) {
    this.path = path;
    const fresh = openFresh(path);
    if (fresh === null && !force) throw new SyncError('file.exists', `${path}; --force replaces it`);
    this.#replaces = fresh === null;
    this.#file = fresh ?? openOld(path);
  }

  /** Writes all lines and closes the file. Resolves to why some of them are missing; undefined when none is. */
  async take(lines: AsyncIterable<string>): Promise<string | undefined> {
    let last = '';
    try {
      try {
        if (this.#replaces) ftruncateSync(this.#file);
        for await (const line of lines) {
          writeFileSync(this.#file, `${line}\n`);
          last = line;
        }
      } finally {
        closeSync(this.#file);
      }
      return reasonOf(last);
    } catch (error) {
      return toSyncError(error, 'file.unwritable').message;
    }
  }

  /** Nothing came to be recorded. */
  discard(): void {
    closeSync(this.#file);
    if (!this.#replaces) rmSync(this.path, { force: true });
  }
}

/** Null: there is something of this name already. */
function openFresh(path: string): number | null {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return null;
    throw new SyncError('file.unwritable', path, { cause: error });
  }
}

/** A plain file that is there: not what a link leads to, which may be another one than was meant. */
function openOld(path: string): number {
  let file: number | undefined;
  try {
    // Windows has no O_NOFOLLOW, and no links that everybody can make.
    file = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
    if (!fstatSync(file).isFile()) throw new Error('not a file');
    fchmodSync(file, 0o600);
    return file;
  } catch (error) {
    if (file !== undefined) closeSync(file);
    throw new SyncError('file.unwritable', path, { cause: error });
  }
}

function reasonOf(line: string): string | undefined {
  if (!line.includes('"event":"cut"')) return undefined;
  const cut = cutSchema.safeParse(JSON.parse(line));
  return cut.success ? cut.data.reason : undefined;
}
