/** Time zones as the service names them: the Windows way, or as the IANA does. */
import { ianaZoneOf, isKnownZone } from '../../datasets/calendar/zones/index.ts';

/** The IANA name of a zone given by its Windows or IANA name; undefined when nobody knows it. */
export function toIanaZone(name: string): string | undefined {
  const zone = ianaZoneOf(name) ?? name;
  return isKnownZone(zone) ? zone : undefined;
}
