/** What an item says after a write: the service's answer, and the extended properties, which answers leave out. */
import { extendedAfter } from '../items/extended.ts';
import { graphContactSchema, type GraphContact } from './graph-contact.ts';
import { extended } from './properties.ts';
import type { ContactBody } from './to-graph.ts';

/** Extended properties that show the same storage as a phone collection. */
const views = {
  homePhones: [extended.homePhone, extended.homePhone2],
  businessPhones: [extended.businessPhone, extended.businessPhone2],
} as const;

/**
 * The item after a create or update. `before`: the item as it was read just before, with its extended properties.
 * Undefined when the answer is no contact.
 */
export function writtenContact(
  reply: unknown,
  before: GraphContact | undefined,
  body: ContactBody,
): GraphContact | undefined {
  const parsed = graphContactSchema.safeParse(reply);
  if (!parsed.success) return undefined;
  const voided = Object.entries(views).flatMap(([collection, ids]) =>
    body[collection] === undefined ? [] : [...ids],
  );
  const written = body.singleValueExtendedProperties ?? [];
  return { ...parsed.data, singleValueExtendedProperties: extendedAfter(before, written, voided) };
}
