/** What people have chosen for the datasets of their devices, where it differs from the configuration. */
import { settingsChangeSchema, type SettingsChange } from '../../contract/settings.ts';
import type { Database } from './database.ts';

export class SettingsStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  get(device: string, dataset: string): SettingsChange {
    const row = this.#db.get(
      'SELECT settings FROM setting WHERE device = ? AND dataset = ?',
      device,
      dataset,
    );
    return row === undefined ? {} : settingsChangeSchema.parse(JSON.parse(String(row.settings)));
  }

  change(device: string, dataset: string, change: SettingsChange): void {
    const settings = JSON.stringify({ ...this.get(device, dataset), ...change });
    this.#db.write(() =>
      this.#db.run(
        'INSERT OR REPLACE INTO setting (device, dataset, settings) VALUES (?, ?, ?)',
        device,
        dataset,
        settings,
      ),
    );
  }
}
