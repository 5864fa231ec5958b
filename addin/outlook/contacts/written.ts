/** What an item says after a write: the service's answer, and the extended properties, which answers leave out. */
import { graphContactSchema, extendedKey, type GraphContact } from './graph-contact.ts';
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
  const values = new Map<string, string>();
  for (const { id, value } of before?.singleValueExtendedProperties ?? [])
    if (typeof value === 'string') values.set(extendedKey(id), value);
  for (const [collection, ids] of Object.entries(views)) {
    if (body[collection] === undefined) continue;
    for (const id of ids) values.delete(extendedKey(id));
  }
  for (const { id, value } of body.singleValueExtendedProperties ?? []) values.set(extendedKey(id), value);
  const properties = [...values].map(([id, value]) => ({ id, value }));
  return { ...parsed.data, singleValueExtendedProperties: properties };
}
