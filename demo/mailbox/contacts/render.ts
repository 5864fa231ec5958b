import { graphBase } from '../protocol/answer.ts';
import type { Preferences } from '../protocol/preferences.ts';
import { changeKey } from '../store/ids.ts';
import { instantText } from '../clock.ts';
import type { ItemRow, ListedRow } from '../store/items.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import type { Switches } from '../switches.ts';
import type { ContactContent } from './change.ts';
import { hasPictureKey, textTags } from './extended.ts';
import {
  contactProperties,
  isContactProperty,
  type ContactView,
  type ReadOnlyProperty,
} from './properties.ts';
import type { ContactShape } from './query.ts';

/** What rendering needs besides the row. */
export interface RenderContext {
  readonly mailbox: MailboxInfo;
  readonly ids: Preferences['ids'];
  readonly switches: Switches;
}

export function contentOf(row: Pick<ItemRow, 'view' | 'extended'>): ContactContent {
  return {
    view: JSON.parse(row.view) as ContactView,
    extended: JSON.parse(row.extended) as Record<string, string>,
  };
}

/** The contact's id in the form that the request asked for. */
export function idOf(row: Pick<ItemRow, 'id' | 'place'>, { mailbox, ids }: RenderContext): string {
  return ids === 'immutable' ? mailbox.ids.immutable(row.id) : mailbox.ids.plain(row.id, row.place);
}

export function etagOf(row: Pick<ItemRow, 'touched'>): string {
  return `W/"${changeKey(row.touched)}"`;
}

/** An extended property's value: one of its own, a first-class property's other view, or the picture flag. */
export function extendedValue(
  row: Pick<ItemRow, 'picture'>,
  content: ContactContent,
  key: string,
): string | undefined {
  if (key === hasPictureKey) return row.picture === 1 ? 'true' : undefined;
  const property = textTags.get(key);
  return property === undefined ? content.extended[key] : (content.view[property] ?? undefined);
}

type Entity = Readonly<Record<string, unknown>>;

const extendedName = 'singleValueExtendedProperties';

/** What is shown of an item besides its content. */
type ShownItem = Omit<ListedRow, 'view' | 'extended'>;

/**
 * Shows contacts as Graph does (spec: graph 12.1); `@odata.context` is the caller's concern. Content that the shape does
 * not show (showsContent) may be the empty one.
 */
export function contactRenderer(
  { select, extended }: ContactShape,
  context: RenderContext,
): (row: ShownItem, content: ContactContent) => Entity {
  const names = select ?? [...serviceNames(context.switches), ...Object.keys(contactProperties)];
  const services = [...names].filter(isServiceName);
  const properties = [...names].filter(isContactProperty);
  // The contacts of an answer are copies of one of these two, so that they share their layout in memory.
  const shown = ['@odata.etag', 'id', ...[...names].filter((name) => name !== 'id')];
  const bare: Entity = Object.fromEntries(shown.map((name) => [name, null]));
  const withExtended: Entity = { ...bare, [`${extendedName}@odata.context`]: null, [extendedName]: null };
  const asked = [...(extended ?? [])].map(([key, spelling]) => ({
    key,
    id: context.switches.extendedIds === 'lowerCase' ? key : spelling,
  }));
  const prefix = `${contactsContext(context.mailbox)}('`;

  return (row, content) => {
    const values: { id: string; value: string }[] = [];
    for (const { key, id } of asked) {
      const value = extendedValue(row, content, key);
      if (value !== undefined) values.push({ id, value });
    }
    const entity: Record<string, unknown> = values.length === 0 ? { ...bare } : { ...withExtended };
    const id = idOf(row, context);
    entity['@odata.etag'] = etagOf(row);
    entity.id = id;
    for (const name of services) entity[name] = serviceProperties[name](row, content.view, context);
    for (const name of properties) entity[name] = content.view[name];
    if (values.length > 0) {
      entity[`${extendedName}@odata.context`] = `${prefix}${encodeURIComponent(id)}')/${extendedName}`;
      entity[extendedName] = values;
    }
    return entity;
  };
}

/** Whether anything is shown of what contacts hold. */
export function showsContent({ select, extended }: ContactShape): boolean {
  if (select === undefined || extended !== undefined) return true;
  return [...select].some((name) => isContactProperty(name) || name.endsWith('EmailAddress'));
}

type ServiceName = Exclude<ReadOnlyProperty, 'id'>;

/** The properties that the service sets; made only when they are shown. */
const serviceProperties: Readonly<
  Record<ServiceName, (row: ShownItem, view: ContactView, context: RenderContext) => unknown>
> = {
  createdDateTime: (row) => instantText(row.created),
  lastModifiedDateTime: (row) => instantText(row.modified),
  changeKey: (row) => changeKey(row.touched),
  parentFolderId: (row, _view, { mailbox }) => mailbox.ids.folder(row.folder),
  primaryEmailAddress: (_row, view) => view.emailAddresses[0] ?? null,
  secondaryEmailAddress: (_row, view) => view.emailAddresses[1] ?? null,
  tertiaryEmailAddress: (_row, view) => view.emailAddresses[2] ?? null,
};

const alwaysShown = ['createdDateTime', 'lastModifiedDateTime', 'changeKey', 'parentFolderId'] as const;
const shownOnSwitch = ['primaryEmailAddress', 'secondaryEmailAddress', 'tertiaryEmailAddress'] as const;

function serviceNames(switches: Switches): readonly ServiceName[] {
  return switches.primaryEmails === 'present' ? [...alwaysShown, ...shownOnSwitch] : alwaysShown;
}

function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(serviceProperties, name);
}

/** `…/$metadata#users('…')/contacts`. */
export function contactsContext(mailbox: MailboxInfo): string {
  return `${graphBase}/$metadata#users('${mailbox.objectId}')/contacts`;
}

/** The context of an answer of the given shape. */
export function shapedContext(mailbox: MailboxInfo, shape: ContactShape): string {
  const shown = [...(shape.select ?? [])];
  if (shape.extended !== undefined) shown.push('singleValueExtendedProperties()');
  return shown.length === 0 ? contactsContext(mailbox) : `${contactsContext(mailbox)}(${shown.join(',')})`;
}
