/** The records of a dataset that the contract of client plugins works with. */
import { stableJson, type DatasetDefinition, type Fields } from '../../datasets/index.ts';
import { example, readRecord } from '../support/records.ts';
import type { ClientPluginContractOptions } from './client-plugin-contract.ts';

const TODAY = '2026-03-01';

/** `minimal`: what every record needs; `name`: the field that holds the label; `examples`: names of complete records. */
export function recordsOf(
  definition: DatasetDefinition,
  minimal: Fields,
  name: string,
  examples: readonly string[],
): Omit<ClientPluginContractOptions, 'make'> {
  return {
    record: (label, identifier, local) =>
      definition.write({ ...minimal, [name]: label }, { id: identifier, own: local, style: 'desktop' }),
    whole: {
      records: examples.map(example),
      meaning: (xml) => {
        const { fields } = readRecord(definition, xml, { fields: true });
        return stableJson(definition.canonical(definition.rendition('device', fields, TODAY)));
      },
    },
  };
}
