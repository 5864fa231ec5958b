import { isObject } from '../protocol/request.ts';
import type { Switches } from '../switches.ts';
import { asList, asString, cannotConvert } from './edm.ts';
import { readExtendedId, readExtendedValue } from './extended.ts';

/**
 * Values by key; null removes the property. Keys of `ignored` are the service's own.
 * Throws a GraphFault 400 that names the property.
 */
export function readExtendedProperties(
  value: unknown,
  switches: Switches,
  ignored: readonly string[] = [],
): Map<string, string | null> {
  const extended = new Map<string, string | null>();
  for (const entry of asList('singleValueExtendedProperties', value)) {
    if (!isObject(entry)) throw cannotConvert('singleValueExtendedProperties', entry, 'an extended property');
    const id = readExtendedId(asString('singleValueExtendedProperties/id', entry.id));
    if (ignored.includes(id.key)) continue;
    const text = entry.value;
    if (text === null) {
      if (switches.extendedClearing !== 'emptyString') extended.set(id.key, null);
    } else if (text === '' && (id.type !== 'String' || switches.extendedClearing !== 'null')) {
      extended.set(id.key, null);
    } else {
      extended.set(id.key, readExtendedValue(id, asString('singleValueExtendedProperties/value', text)));
    }
  }
  return extended;
}
