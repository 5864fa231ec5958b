/** What people look at and decide between syncs: settings, conflicts, history; ready for the API. */
import { SyncError } from '../../contract/errors.ts';
import type { Conflict, Conflicts, ConflictState, ResolveRequest } from '../../contract/conflicts.ts';
import type { History, HistoryEntry, HistoryRecords } from '../../contract/history.ts';
import type { AllSettings, PutSettingsRequest } from '../../contract/settings.ts';
import type { DatasetDefinition, FieldValue } from '../../datasets/index.ts';
import type { StoredConflict } from '../store/conflicts.ts';
import type { Store } from '../store/store.ts';
import type { SyncManager } from './manager.ts';
import { valueText } from './report-lines.ts';

export class Archive {
  readonly #store: Store;
  readonly #manager: SyncManager;
  readonly #definitions: ReadonlyMap<string, DatasetDefinition>;
  readonly #devices: () => readonly string[];
  /** Something that pages show has changed. */
  readonly #changed: () => void;

  constructor(options: {
    readonly store: Store;
    readonly manager: SyncManager;
    readonly definitions: ReadonlyMap<string, DatasetDefinition>;
    /** Names of those that are configured now. */
    readonly devices: () => readonly string[];
    readonly changed: () => void;
  }) {
    this.#store = options.store;
    this.#manager = options.manager;
    this.#definitions = options.definitions;
    this.#devices = options.devices;
    this.#changed = options.changed;
  }

  settings(): AllSettings {
    return {
      devices: this.#devices().map((device) => ({
        device,
        datasets: Object.fromEntries(
          [...this.#definitions.keys()].map((name) => [name, this.#manager.settings(device, name)]),
        ),
      })),
    };
  }

  /** Throws `device.unknown`, `device.dataset`. */
  changeSettings({ device, dataset, change }: PutSettingsRequest): AllSettings {
    this.#manager.changeSettings(device, dataset, change);
    this.#changed();
    return this.settings();
  }

  openConflicts(): number {
    return this.#store.conflicts.countOpen();
  }

  /** Newest first; `state` null lists all. */
  conflicts(state: ConflictState | null, before: number | null, limit: number): Conflicts {
    const found = this.#store.conflicts.list(state, before, limit);
    return {
      conflicts: found.map((conflict) => this.#view(conflict)),
      open: this.openConflicts(),
      before: found.length < limit ? null : (found.at(-1)?.id ?? null),
    };
  }

  /** Throws `conflict.unknown`. */
  conflict(id: number): Conflict {
    const found = this.#store.conflicts.get(id);
    if (found === undefined) throw new SyncError('conflict.unknown', String(id));
    return this.#view(found);
  }

  /** Keeps a person's decisions for the next sync. Throws `conflict.unknown` before anything is decided. */
  resolve({ ids, choice }: ResolveRequest): Conflicts {
    for (const id of ids) this.conflict(id);
    for (const id of ids) this.#store.conflicts.decide(id, choice);
    this.#changed();
    return this.conflicts('open', null, 200);
  }

  /** Newest first. */
  history(before: number | null, limit: number): History {
    const sessions = this.#store.history.list(before, limit);
    const last = sessions.length < limit ? null : (sessions.at(-1)?.session ?? null);
    return { sessions: [...sessions], before: last };
  }

  /** Throws `undo.unknown`. */
  session(number: number): HistoryEntry {
    const entry = this.#store.history.entry(number);
    if (entry === undefined) throw new SyncError('undo.unknown', String(number));
    return entry;
  }

  records(session: number, after: number, limit: number): HistoryRecords {
    const records = this.#store.history.records(session, after, limit);
    return {
      records: [...records],
      after: records.length < limit ? null : (records.at(-1)?.number ?? null),
      total: this.#store.history.countRecords(session),
    };
  }

  #view(conflict: StoredConflict): Conflict {
    const definition = this.#definitions.get(conflict.dataset);
    return {
      id: conflict.id,
      device: conflict.device,
      dataset: conflict.dataset,
      label: conflict.label,
      kind: conflict.kind,
      state: conflict.state,
      removedOn: conflict.removedOn,
      winner: conflict.winner,
      choice: conflict.choice,
      fields: conflict.fields.map(({ key, base, device, mailbox }) => ({
        field: definition?.fieldLabel(key) ?? key,
        base: textOrNull(base),
        device: textOrNull(device),
        mailbox: textOrNull(mailbox),
      })),
      session: conflict.session,
      foundAt: new Date(conflict.foundAt).toISOString(),
    };
  }
}

function textOrNull(value: FieldValue | undefined): string | null {
  return value === undefined ? null : valueText(value);
}
