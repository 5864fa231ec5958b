/** What holds for a dataset of a device: by default, in the configuration, by a person's choice, by an administrator's. */
import type { DeviceConnection } from '../../contract/device.ts';
import { SyncError } from '../../contract/errors.ts';
import type { StartRequest } from '../../contract/job.ts';
import type { ServerPluginFactory } from '../../contract/server-plugin.ts';
import {
  DEFAULT_SETTINGS,
  withChanges,
  type DatasetSettings,
  type SettingsChange,
} from '../../contract/settings.ts';
import type { DatasetDefinition } from '../../datasets/index.ts';
import type { RunningSettings } from './context.ts';
import type { SyncDevice } from './manager.ts';

/** `chosen`: by a person. */
export function settingsOf(
  { settings, settingsEnforced }: SyncDevice,
  dataset: string,
  chosen: SettingsChange,
): DatasetSettings {
  const configured = settings[dataset];
  // What was chosen before an administrator did does not count any more.
  return withChanges(
    DEFAULT_SETTINGS,
    configured,
    chosen,
    settingsEnforced === true ? configured : undefined,
  );
}

/** @throws SyncError `config.enforced` for a choice that an administrator has made already, unless it is the same */
export function requireFree(
  { name, settings, settingsEnforced }: SyncDevice,
  dataset: string,
  change: SettingsChange,
): void {
  if (settingsEnforced !== true) return;
  const set: Readonly<Record<string, unknown>> = settings[dataset] ?? {};
  const found = Object.entries(change).find(
    ([key, value]) => key in set && JSON.stringify(set[key]) !== JSON.stringify(value),
  );
  if (found !== undefined) throw new SyncError('config.enforced', `${name}: ${dataset}.${found[0]}`);
}

/** The settings of a dataset that takes part. */
export function running(settings: DatasetSettings): RunningSettings {
  const { mode } = settings;
  if (mode === 'off') throw new Error('a dataset that is off is not synced');
  return { ...settings, mode };
}

/**
 * The datasets that the device announces, the mailbox offers, we know, and somebody wants.
 * @throws SyncError `device.dataset`, `sync.all-off`
 */
export function datasetsOfRun(
  connection: DeviceConnection,
  server: ServerPluginFactory,
  device: SyncDevice,
  request: StartRequest,
  definitions: ReadonlyMap<string, DatasetDefinition>,
  settings: (dataset: string) => DatasetSettings,
): readonly DatasetDefinition[] {
  const wanted = request.datasets ?? device.datasets;
  const offered = connection.plugins.datasets.filter((name) => server.datasets.includes(name));
  const missing = wanted?.find((name) => !offered.includes(name));
  if (missing !== undefined) throw new SyncError('device.dataset', missing);
  const known = (wanted ?? offered).flatMap((name) => definitions.get(name) ?? []);
  if (known.length === 0) {
    throw new SyncError('device.dataset', `the device has ${connection.plugins.datasets.join(', ')}`);
  }
  const common = known.filter(({ name }) => settings(name).mode !== 'off');
  if (common.length === 0) throw new SyncError('sync.all-off');
  return common;
}
