import { graphBase } from '../protocol/answer.ts';
import type { Preferences } from '../protocol/preferences.ts';
import { changeKey } from '../store/ids.ts';
import { instantText } from '../clock.ts';
import type { ItemRow } from '../store/items.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import type { Switches } from '../switches.ts';
import { emptyContent, type ContactContent } from './change.ts';
import { hasPictureKey, textTags } from './extended.ts';
import { isContactProperty, type ContactView, type ReadOnlyProperty } from './properties.ts';
import type { ContactShape } from './query.ts';

/** What rendering needs besides the row. */
export interface RenderContext {
  readonly mailbox: MailboxInfo;
  readonly ids: Preferences['ids'];
  readonly switches: Switches;
}

export function contentOf(row: ItemRow): ContactContent {
  return {
    view: JSON.parse(row.view) as ContactView,
    extended: JSON.parse(row.extended) as Record<string, string>,
  };
}

/** The contact's id in the form that the request asked for. */
export function idOf(row: Pick<ItemRow, 'id' | 'place'>, { mailbox, ids }: RenderContext): string {
  return ids === 'immutable' ? mailbox.ids.immutable(row.id) : mailbox.ids.plain(row.id, row.place);
}

export function etagOf(row: ItemRow): string {
  return `W/"${changeKey(row.touched)}"`;
}

/** An extended property's value: one of its own, a first-class property's other view, or the picture flag. */
export function extendedValue(row: ItemRow, content: ContactContent, key: string): string | undefined {
  if (key === hasPictureKey) return row.picture === 1 ? 'true' : undefined;
  const property = textTags.get(key);
  return property === undefined ? content.extended[key] : (content.view[property] ?? undefined);
}

/** A contact as Graph shows it (spec: graph 12.1); `@odata.context` is the caller's concern. */
export function renderContact(
  row: ItemRow,
  shape: ContactShape,
  context: RenderContext,
): Record<string, unknown> {
  // Delta rounds that ask for ids only, the usual ones, need not read the content.
  const content = showsContent(shape) ? contentOf(row) : emptyContent;
  const entity: Record<string, unknown> = { '@odata.etag': etagOf(row), id: idOf(row, context) };
  if (shape.select === undefined) {
    for (const name of serviceNames(context.switches)) {
      entity[name] = serviceProperties[name](row, content.view, context);
    }
    Object.assign(entity, content.view);
  } else {
    for (const name of shape.select) {
      if (isServiceName(name)) entity[name] = serviceProperties[name](row, content.view, context);
      else if (isContactProperty(name)) entity[name] = content.view[name];
    }
  }
  if (shape.extended !== undefined) addExtended(entity, row, content, shape.extended, context);
  return entity;
}

function showsContent({ select, extended }: ContactShape): boolean {
  if (select === undefined || extended !== undefined) return true;
  return [...select].some((name) => isContactProperty(name) || name.endsWith('EmailAddress'));
}

type ServiceName = Exclude<ReadOnlyProperty, 'id'>;

/** The properties that the service sets; made only when they are shown. */
const serviceProperties: Readonly<
  Record<ServiceName, (row: ItemRow, view: ContactView, context: RenderContext) => unknown>
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

function addExtended(
  entity: Record<string, unknown>,
  row: ItemRow,
  content: ContactContent,
  asked: ReadonlyMap<string, string>,
  context: RenderContext,
): void {
  const values: { id: string; value: string }[] = [];
  for (const [key, spelling] of asked) {
    const value = extendedValue(row, content, key);
    if (value === undefined) continue;
    values.push({ id: context.switches.extendedIds === 'lowerCase' ? key : spelling, value });
  }
  if (values.length === 0) return;
  const item = `${contactsContext(context.mailbox)}('${encodeURIComponent(idOf(row, context))}')`;
  entity['singleValueExtendedProperties@odata.context'] = `${item}/singleValueExtendedProperties`;
  entity.singleValueExtendedProperties = values;
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
