/** Records by dataset, and what they are on each side of the demo and after its syncs. */
import { datasetDefinitions, type DatasetDefinition, type Fields } from '../datasets/index.ts';

export const DATASETS = ['contacts', 'calendar', 'tasks'] as const;
export type DatasetName = (typeof DATASETS)[number];

/** What one side begins with. */
export type Records = Readonly<Partial<Record<DatasetName, readonly Fields[]>>>;

export interface HeldRecord {
  readonly id: string;
  readonly fields: Fields;
}

export function definitionOf(dataset: DatasetName): DatasetDefinition {
  const definition = datasetDefinitions.get(dataset);
  if (definition === undefined) throw new TypeError(`no dataset ${dataset}`);
  return definition;
}

/**
 * What both sides have to hold after a first sync, by name: what only one of them had as it was; what both had with the
 * fields of both, and the handheld's where they differ.
 */
export function united(dataset: DatasetName, outlook: Records, device: Records): Map<string, Fields> {
  const definition = definitionOf(dataset);
  const records = new Map<string, Fields>();
  for (const fields of [...(outlook[dataset] ?? []), ...(device[dataset] ?? [])]) {
    const name = definition.label(fields);
    records.set(name, { ...records.get(name), ...fields });
  }
  return records;
}

/**
 * Sentences about what is not as it should be: records that are lost, twice or on one side only, and fields that differ
 * between the sides or from what was put there. `expected`: by name; undefined for a record that only has to be the same
 * on both sides. Pictures are compared by sight.
 */
export function differencesOf(
  dataset: DatasetName,
  device: readonly HeldRecord[],
  outlook: readonly HeldRecord[],
  expected: ReadonlyMap<string, Fields | undefined>,
): string[] {
  const definition = definitionOf(dataset);
  const told: string[] = [];
  const byName = (side: string, records: readonly HeldRecord[]): ReadonlyMap<string, Fields> => {
    const names = new Map<string, Fields>();
    for (const { fields } of records) {
      const name = definition.label(fields);
      if (names.has(name)) told.push(`${name} is ${side} twice`);
      names.set(name, fields);
    }
    return names;
  };
  const here = byName('on the handheld', device);
  const there = byName('in Outlook', outlook);
  for (const name of new Set([...here.keys(), ...there.keys(), ...expected.keys()])) {
    const [ours, theirs, wanted] = [here.get(name), there.get(name), expected.get(name)];
    if (!expected.has(name)) told.push(`${name} should not be there`);
    else if (ours === undefined) told.push(`${name} is not on the handheld`);
    else if (theirs === undefined) told.push(`${name} is not in Outlook`);
    else {
      told.push(
        ...differing(definition, ours, theirs).map((field) => `${name}: ${field} differs between the sides`),
      );
      if (wanted === undefined) continue;
      told.push(
        ...differing(definition, ours, wanted).map((field) => `${name}: ${field} is not what was entered`),
      );
    }
  }
  return told;
}

/** Names of the fields that do not mean the same. */
function differing(definition: DatasetDefinition, a: Fields, b: Fields): string[] {
  const [first, second] = [definition.canonical(a), definition.canonical(b)];
  const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...keys]
    .filter((key) => !definition.sameValue(key, first[key], second[key]))
    .map((key) => definition.fieldLabel(key));
}
