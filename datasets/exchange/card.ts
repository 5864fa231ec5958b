/** A card while it is read. */
import type { Property } from './content-lines.ts';
import type { LoseNote } from './losses.ts';

export interface Card {
  /** The properties of a name, in their order; those that are asked for count as read. */
  of(name: string): readonly Property[];
  readonly lose: LoseNote;
}

/** The values of TYPE, in lower case; also where a version wrote them with commas in one text. */
export function typesOf({ params }: Property): Set<string> {
  return new Set((params.get('type') ?? []).flatMap((text) => text.toLowerCase().split(',')));
}

/** How much a value is preferred, 1 the most, 101 not at all: PREF, or of version 3.0 a type. */
export function preference(property: Property): number {
  const pref = property.params.get('pref')?.[0];
  if (pref !== undefined && /^\d{1,3}$/.test(pref)) return Number(pref);
  return typesOf(property).has('pref') ? 1 : 101;
}
