/** Checks of the database, without changing it. */
import { existsSync } from 'node:fs';
import Libsql from 'libsql';
import { errorCatalogue } from '../../contract/errors.ts';
import { migrations } from '../store/migrations.ts';
import { ok, problem, type Finding } from './check.ts';

const about = 'database';

export async function checkDatabase(path: string): Promise<readonly Finding[]> {
  if (!existsSync(path)) return [ok(about, 'there is none yet; the first start makes it')];
  try {
    const database = new Libsql(path, { readonly: true });
    try {
      const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
        readonly user_version: number;
      };
      if (version > migrations.length)
        return [problem(about, errorCatalogue['store.newer'].message, errorCatalogue['store.newer'].remedy)];
      const result = database.prepare('PRAGMA quick_check(1)').get() as { readonly quick_check?: string };
      if (result.quick_check !== 'ok') return [damaged(result.quick_check ?? '')];
      return [ok(about, 'it is whole')];
    } finally {
      database.close();
    }
  } catch (error) {
    return [damaged(error instanceof Error ? error.message : String(error))];
  }
}

function damaged(detail: string): Finding {
  const { message, remedy } = errorCatalogue['store.corrupt'];
  return problem(about, `${message} (${detail})`, remedy);
}
