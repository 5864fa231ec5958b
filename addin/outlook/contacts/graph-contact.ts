/** A contact as Graph gives it, checked; and its extended properties as a map. */
import { z } from 'zod';

const text = z.string().nullish();
const texts = z.array(z.string().nullable()).nullish();
const address = z
  .object({ street: text, city: text, state: text, postalCode: text, countryOrRegion: text })
  .nullish();

/** What the mapping reads. Everything may be missing; other properties are kept as they are. */
export const graphContactSchema = z.looseObject({
  id: z.string().min(1),
  '@odata.etag': text,
  lastModifiedDateTime: text,
  displayName: text,
  fileAs: text,
  initials: text,
  title: text,
  givenName: text,
  yomiGivenName: text,
  middleName: text,
  surname: text,
  yomiSurname: text,
  generation: text,
  companyName: text,
  yomiCompanyName: text,
  businessHomePage: text,
  jobTitle: text,
  department: text,
  officeLocation: text,
  profession: text,
  assistantName: text,
  manager: text,
  spouseName: text,
  nickName: text,
  mobilePhone: text,
  personalNotes: text,
  birthday: text,
  children: texts,
  categories: texts,
  homePhones: texts,
  businessPhones: texts,
  emailAddresses: z.array(z.object({ name: text, address: text })).nullish(),
  homeAddress: address,
  businessAddress: address,
  singleValueExtendedProperties: z.array(z.object({ id: z.string(), value: text })).nullish(),
});

export type GraphContact = z.infer<typeof graphContactSchema>;

/** Extended properties by id; the service may spell hex digits and GUIDs in another case. */
export type ExtendedValues = ReadonlyMap<string, string>;

export const extendedKey = (id: string): string => id.toLowerCase();

/** The extended properties that hold something; an empty text is a cleared one (spec: graph 2.6). */
export function extendedValues(contact: GraphContact): ExtendedValues {
  const values = new Map<string, string>();
  for (const { id, value } of contact.singleValueExtendedProperties ?? [])
    if (typeof value === 'string' && value !== '') values.set(extendedKey(id), value);
  return values;
}

/** The texts of a collection without gaps. */
export function present(values: readonly (string | null | undefined)[] | null | undefined): string[] {
  return (values ?? []).filter((value) => typeof value === 'string' && value !== '') as string[];
}
