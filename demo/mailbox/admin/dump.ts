import type { Backend } from '../backend.ts';
import { contentOf, etagOf, extendedValue } from '../contacts/render.ts';
import { hasPictureKey, textTags } from '../contacts/extended.ts';
import type { ContactView } from '../contacts/properties.ts';
import type { FolderRow, MailboxInfo } from '../store/mailboxes.ts';
import { dumpEvents, type DumpedEvent } from './dump-events.ts';
import { dumpTasks, type DumpedTask } from './dump-tasks.ts';

export interface DumpedContact {
  /** The plain id; the immutable one beside it. */
  readonly id: string;
  readonly immutableId: string;
  readonly folderId: string;
  readonly etag: string;
  /** What a GET without options shows, but for ids, versions and times. */
  readonly contact: ContactView;
  /** Every extended property by key, views of first-class properties left out. */
  readonly extended: Readonly<Record<string, string>>;
  readonly photo: { readonly contentType: string; readonly base64: string } | null;
}

export interface MailboxDump {
  readonly user: string;
  readonly folders: readonly {
    readonly id: string;
    readonly displayName: string;
    readonly kind: 'default' | 'other';
  }[];
  readonly contacts: readonly DumpedContact[];
  readonly calendars: readonly DumpedFolder[];
  readonly events: readonly DumpedEvent[];
  readonly taskLists: readonly DumpedFolder[];
  readonly tasks: readonly DumpedTask[];
}

/** A calendar or a list of tasks. */
export interface DumpedFolder {
  readonly id: string;
  readonly name: string;
  readonly role: FolderRow['role'];
}

/** A mailbox's whole content, to compare with what should be there. */
export function dumpMailbox(backend: Backend, mailbox: MailboxInfo): MailboxDump {
  const folders = foldersBelow(backend, mailbox, mailbox.defaultFolder);
  return {
    user: mailbox.user,
    folders: folders.map(({ id, name }) => ({
      id: mailbox.ids.folder(id),
      displayName: name,
      kind: id === mailbox.defaultFolder ? 'default' : 'other',
    })),
    contacts: backend.contacts.all(mailbox).map((row) => {
      const content = contentOf(row);
      const keys = [...Object.keys(content.extended), hasPictureKey]
        .filter((key) => !textTags.has(key))
        .sort();
      const photo = backend.photos.get(row.id);
      return {
        id: mailbox.ids.plain(row.id, row.place),
        immutableId: mailbox.ids.immutable(row.id),
        folderId: mailbox.ids.folder(row.folder),
        etag: etagOf(row),
        contact: content.view,
        extended: Object.fromEntries(
          keys.flatMap((key) => {
            const value = extendedValue(row, content, key);
            return value === undefined ? [] : [[key, value]];
          }),
        ),
        photo:
          photo === undefined ? null : { contentType: photo.type, base64: photo.bytes.toString('base64') },
      };
    }),
    calendars: dumpFolders(backend, mailbox, 'calendar'),
    events: dumpEvents(backend, mailbox),
    taskLists: dumpFolders(backend, mailbox, 'tasks'),
    tasks: dumpTasks(backend, mailbox),
  };
}

function dumpFolders(backend: Backend, mailbox: MailboxInfo, kind: FolderRow['kind']): DumpedFolder[] {
  return backend.mailboxes
    .ofKind(mailbox, kind)
    .map(({ id, name, role }) => ({ id: mailbox.ids.folder(id), name, role }));
}

function foldersBelow(backend: Backend, mailbox: MailboxInfo, id: number): FolderRow[] {
  const own = backend.mailboxes.folder(mailbox, id);
  const below = backend.mailboxes
    .children(mailbox, id)
    .flatMap((child) => foldersBelow(backend, mailbox, child.id));
  return own === undefined ? below : [own, ...below];
}
