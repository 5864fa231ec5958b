/** The zone of an appointment: an IANA name, or `UTC` (spec: datasets 4.4). */
import type { RecordElement } from '../schema/element.ts';
import { textElement } from '../schema/scalar.ts';
import { textOf } from '../record/keys.ts';
import { canonicalZone } from './zones/index.ts';

const element = textElement('TimeZone', 'Time zone');

export const zoneElement: RecordElement = {
  ...element,
  /** All names of a zone are one. */
  canonicalValue(key, value) {
    const name = textOf(element.canonicalValue(key, value));
    return name === '' ? undefined : canonicalZone(name);
  },
};
