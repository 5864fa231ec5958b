import type { Switches } from '../switches.ts';
import type { ContactChange } from './body.ts';
import { phoneSlots, textTags } from './extended.ts';
import { emptyView, type ContactProperty, type ContactView } from './properties.ts';

/** A contact's content: what Graph shows, and the extended properties that nothing else shows. */
export interface ContactContent {
  readonly view: ContactView;
  /** Values by key (extended.ts); the phone collections' places are kept here. */
  readonly extended: Readonly<Record<string, string>>;
}

export const emptyContent: ContactContent = { view: emptyView, extended: {} };

type DerivedProperty = 'displayName' | 'fileAs' | 'initials';

const nameParts: readonly ContactProperty[] = [
  'givenName',
  'middleName',
  'surname',
  'generation',
  'companyName',
];
const phoneCollections = ['homePhones', 'businessPhones'] as const;

/**
 * The content after a change: a merge in which a complex value replaces the whole value (spec: graph 1 line 10),
 * collections and their extended properties stay two views of one storage, and names are derived.
 */
export function changeContent(
  before: ContactContent,
  change: ContactChange,
  switches: Switches,
): ContactContent {
  const view: { -readonly [K in ContactProperty]: ContactView[K] } = { ...before.view, ...change.properties };
  const extended: Record<string, string | undefined> = { ...before.extended };
  for (const collection of phoneCollections) {
    const phones = change.properties[collection];
    if (phones === undefined) continue;
    for (const [index, key] of phoneSlots[collection].entries())
      extended[key] = phones[index] === '' ? undefined : phones[index];
  }
  const written = new Set(Object.keys(change.properties));
  for (const [key, value] of change.extended) {
    const property = textTags.get(key);
    if (property === undefined) extended[key] = value ?? undefined;
    else {
      view[property] = value;
      written.add(property);
    }
  }
  for (const collection of phoneCollections) {
    view[collection] = phoneSlots[collection].flatMap((key) => extended[key] ?? []);
  }
  const renamed = nameParts.some((part) => written.has(part));
  const derived = deriveNames(view);
  for (const name of ['displayName', 'fileAs', 'initials'] as const) {
    const keeps =
      written.has(name) || (before !== emptyContent && (!renamed || switches.derivedNames === 'kept'));
    if (!keeps || view[name] === null) view[name] = derived[name];
  }
  return { view, extended: withoutUndefined(extended) };
}

/** The names that the service makes up from a contact's parts (spec: graph 2.1, 12.1). */
export function deriveNames(view: ContactView): Readonly<Record<DerivedProperty, string | null>> {
  const { givenName, middleName, surname, generation, companyName } = view;
  const given = join(' ', [givenName, middleName]);
  const email = view.emailAddresses[0]?.address ?? null;
  return {
    displayName: join(' ', [givenName, middleName, surname, generation]) ?? companyName ?? email,
    fileAs: join(', ', [surname, given]) ?? companyName ?? email,
    initials: join(
      '',
      [givenName, middleName, surname].map((part) =>
        part ? `${String.fromCodePoint(part.codePointAt(0) ?? 0)}.` : null,
      ),
    ),
  };
}

function join(separator: string, parts: readonly (string | null)[]): string | null {
  const present = parts.filter((part) => part !== null && part !== '');
  return present.length === 0 ? null : present.join(separator);
}

function withoutUndefined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** What differs between two contents: names of properties, and `*extended` for any extended property. */
export function changedNames(before: ContactContent, after: ContactContent): string[] {
  const names = Object.keys(after.view).filter(
    (name) =>
      JSON.stringify(before.view[name as ContactProperty]) !==
      JSON.stringify(after.view[name as ContactProperty]),
  );
  const keys = new Set([...Object.keys(before.extended), ...Object.keys(after.extended)]);
  const extendedDiffer = [...keys].some((key) => before.extended[key] !== after.extended[key]);
  return extendedDiffer ? [...names, '*extended'] : names;
}
