import type { Backend } from '../backend.ts';
import { malformedId, notFound } from '../protocol/fault.ts';
import type { FolderKind, FolderRow, MailboxInfo } from '../store/mailboxes.ts';

/** The contact folder that an id in a URL names. Throws a GraphFault: 400 for no id, 404 for none there. */
export function folderOf(backend: Backend, mailbox: MailboxInfo, text: string): FolderRow {
  const isAlias = text === 'contacts' && backend.switches.contactsAlias === 'accepted';
  return folderOfKind(
    backend,
    mailbox,
    'contacts',
    isAlias ? mailbox.ids.folder(mailbox.defaultFolder) : text,
  );
}

/** The folder of a kind that an id in a URL names. Throws a GraphFault: 400 for no id, 404 for none there. */
export function folderOfKind(
  backend: Backend,
  mailbox: MailboxInfo,
  kind: FolderKind,
  text: string,
): FolderRow {
  const id = mailbox.ids.readFolder(text);
  if (id === 'malformed') throw malformedId();
  const folder = id === 'unknown' ? undefined : backend.mailboxes.folder(mailbox, id);
  if (folder?.kind !== kind || folder.parent === null) throw notFound();
  return folder;
}
