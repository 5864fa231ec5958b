import { graphBase } from '../protocol/answer.ts';
import type { Preferences } from '../protocol/preferences.ts';
import { changeKey } from '../store/ids.ts';
import { instantText } from '../clock.ts';
import type { ContactRow } from '../store/contacts.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import type { Switches } from '../switches.ts';
import type { ContactContent } from './change.ts';
import { hasPictureKey, textTags } from './extended.ts';
import type { ContactProperty, ContactView } from './properties.ts';
import type { ContactShape } from './query.ts';

/** What rendering needs besides the row. */
export interface RenderContext {
  readonly mailbox: MailboxInfo;
  readonly ids: Preferences['ids'];
  readonly switches: Switches;
}

export function contentOf(row: ContactRow): ContactContent {
  return {
    view: JSON.parse(row.view) as ContactView,
    extended: JSON.parse(row.extended) as Record<string, string>,
  };
}

/** The contact's id in the form that the request asked for. */
export function idOf(row: Pick<ContactRow, 'id' | 'place'>, { mailbox, ids }: RenderContext): string {
  return ids === 'immutable' ? mailbox.ids.immutable(row.id) : mailbox.ids.plain(row.id, row.place);
}

export function etagOf(row: ContactRow): string {
  return `W/"${changeKey(row.touched)}"`;
}

/** An extended property's value: one of its own, a first-class property's other view, or the picture flag. */
export function extendedValue(row: ContactRow, content: ContactContent, key: string): string | undefined {
  if (key === hasPictureKey) return row.picture === 1 ? 'true' : undefined;
  const property = textTags.get(key);
  return property === undefined ? content.extended[key] : (content.view[property] ?? undefined);
}

/** A contact as Graph shows it (spec: graph 12.1); `@odata.context` is the caller's concern. */
export function renderContact(
  row: ContactRow,
  shape: ContactShape,
  context: RenderContext,
): Record<string, unknown> {
  const { mailbox, switches } = context;
  const id = idOf(row, context);
  const entity: Record<string, unknown> = { '@odata.etag': etagOf(row), id };
  const content = contentOf(row);
  const header: Record<string, unknown> = {
    createdDateTime: instantText(row.created),
    lastModifiedDateTime: instantText(row.modified),
    changeKey: changeKey(row.touched),
    parentFolderId: mailbox.ids.folder(row.folder),
  };
  if (switches.primaryEmails === 'present') {
    const [primary, secondary, tertiary] = content.view.emailAddresses;
    header.primaryEmailAddress = primary ?? null;
    header.secondaryEmailAddress = secondary ?? null;
    header.tertiaryEmailAddress = tertiary ?? null;
  }
  if (shape.select === undefined) Object.assign(entity, header, content.view);
  else {
    for (const name of shape.select) {
      if (Object.hasOwn(header, name)) entity[name] = header[name];
      else if (Object.hasOwn(content.view, name)) entity[name] = content.view[name as ContactProperty];
    }
  }
  if (shape.extended !== undefined) addExtended(entity, row, content, shape.extended, context);
  return entity;
}

function addExtended(
  entity: Record<string, unknown>,
  row: ContactRow,
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
