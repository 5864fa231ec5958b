/** Makes the device's plugins: one for each dataset that it announces. */
import { SyncError } from '../../contract/errors.ts';
import type { ClientAbilities, ClientPluginFactory } from '../../contract/client-plugin.ts';
import type { DatasetDefinition } from '../../datasets/index.ts';
import { DatasetPlugin, type DevicePlugin, type PluginParts } from './dataset-plugin.ts';

export class DevicePluginFactory implements ClientPluginFactory {
  readonly datasets: readonly string[];
  readonly abilities: ClientAbilities = {
    preciseAnchors: true,
    recordTimes: true,
    refusals: true,
    briefCreates: true,
    fieldsCreates: true,
  };
  readonly #definitions: readonly DatasetDefinition[];
  readonly #parts: PluginParts;

  constructor(definitions: readonly DatasetDefinition[], parts: PluginParts) {
    this.datasets = definitions.map((definition) => definition.name);
    this.#definitions = definitions;
    this.#parts = parts;
  }

  /**
   * Makes the plugin for one session; throws `device.dataset` for a dataset that is not announced. `abilities`: those that
   * the desktop knows what to do with.
   */
  create(dataset: string, abilities = this.abilities): DevicePlugin {
    const definition = this.#definitions.find(({ name }) => name === dataset);
    if (definition === undefined) throw new SyncError('device.dataset', dataset);
    return new DatasetPlugin(definition, this.#parts, abilities);
  }
}
