/** A contact as Graph gives it, checked. */
import { z } from 'zod';
import { isObject } from '../graph/errors.ts';
import { extendedProperty, extendedSchema } from '../items/extended.ts';

const text = z.string().nullish();
const texts = z.array(z.string().nullable()).nullish();
const physicalAddress = z.object({
  street: text,
  city: text,
  state: text,
  postalCode: text,
  countryOrRegion: text,
});
const address = physicalAddress.nullish();
const email = z.object({ name: text, address: text });

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
  emailAddresses: z.array(email).nullish(),
  homeAddress: address,
  businessAddress: address,
  singleValueExtendedProperties: extendedSchema,
});

export type GraphContact = z.infer<typeof graphContactSchema>;

/** The properties that this part of the schema stands for. */
const namesOf = (part: z.ZodType): readonly string[] =>
  Object.entries<z.ZodType>(graphContactSchema.shape).flatMap(([name, own]) => (own === part ? [name] : []));
const textNames = namesOf(text);
const listNames = namesOf(texts);
const addressNames = namesOf(address);

const membersOf = ({ shape }: z.ZodObject): ReadonlySet<string> => new Set(Object.keys(shape));
const addressMembers = membersOf(physicalAddress);
const emailMembers = membersOf(email);
const extendedMembers = membersOf(extendedProperty);

/**
 * Whether the schema accepts a value as it stands, and leaves nothing of it out. The schema itself makes a copy; in a first
 * reading of thousands of contacts that is a tenth of the work.
 */
export function isWholeContact(value: unknown): value is GraphContact {
  if (!isObject(value) || typeof value.id !== 'string' || value.id === '') return false;
  const { emailAddresses: emails, singleValueExtendedProperties: extended } = value;
  return (
    textNames.every((name) => isText(value[name])) &&
    listNames.every((name) => isListOf(value[name], isTextOrNull)) &&
    addressNames.every((name) => isNothing(value[name]) || hasOnlyTexts(value[name], addressMembers)) &&
    isListOf(emails, (entry) => hasOnlyTexts(entry, emailMembers)) &&
    isListOf(extended, (entry) => hasOnlyTexts(entry, extendedMembers) && typeof entry.id === 'string')
  );
}

const isNothing = (value: unknown): boolean => value === null || value === undefined;
const isText = (value: unknown): boolean => typeof value === 'string' || isNothing(value);
const isTextOrNull = (value: unknown): boolean => typeof value === 'string' || value === null;

const isListOf = (value: unknown, isEntry: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) ? value.every(isEntry) : isNothing(value);

/** An object that holds texts, or nothing, and only under these names. */
const hasOnlyTexts = (
  value: unknown,
  names: ReadonlySet<string>,
): value is Readonly<Record<string, string | null>> =>
  isObject(value) && Object.keys(value).every((name) => names.has(name) && isText(value[name]));
