/** The file of a recording (`sync --record FILE`): this user's alone, never in place of another one. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import { hasCode } from '../config/private-files.ts';

export class RecordingFile {
  readonly path: string;
  readonly #file: number;

  /** @throws SyncError `file.exists`, `store.unwritable` where it cannot be made */
  constructor(path: string) {
    this.path = path;
    try {
      this.#file = openSync(path, 'wx', 0o600);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) throw new SyncError('file.exists', path);
      throw new SyncError('store.unwritable', path, { cause: error });
    }
  }

  /** Writes all lines and closes the file. Resolves to why some of them are missing; undefined when none is. */
  async take(lines: AsyncIterable<string>): Promise<string | undefined> {
    try {
      for await (const line of lines) writeSync(this.#file, `${line}\n`);
      return undefined;
    } catch (error) {
      const { message, detail } = toSyncError(error);
      return detail === '' ? message : `${message} (${detail})`;
    } finally {
      closeSync(this.#file);
    }
  }

  /** Nothing came to be recorded. */
  discard(): void {
    closeSync(this.#file);
    rmSync(this.path, { force: true });
  }
}
