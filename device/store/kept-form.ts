/** The form in which the handheld keeps a record that a desktop has sent or a person has made. */
import type { DatasetDefinition, Fields } from '../../datasets/index.ts';

/**
 * Consistent in itself, and with the dates that its status asks for and it lacks: today, as a device of 2009 fills them in
 * (spec: datasets 5.3). What such a device would lose beside that is kept. `before`: what the record was, where known.
 */
export function keptForm(
  definition: DatasetDefinition,
  fields: Fields,
  today: string,
  before?: Fields,
): Fields {
  // Most records are such that a device would change nothing.
  if (before === undefined && definition.rendition('device', fields, today) === fields) return fields;
  const settled = definition.normalise(fields, before);
  // What the rendition adds may be of use only beside what it changes, which is not taken over.
  return definition.normalise({ ...definition.rendition('device', settled, today), ...settled });
}
