/** A contact as Graph gives it, checked. */
import { z } from 'zod';
import { extendedSchema } from '../items/extended.ts';

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
  singleValueExtendedProperties: extendedSchema,
});

export type GraphContact = z.infer<typeof graphContactSchema>;
