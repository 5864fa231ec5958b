import type { Backend } from '../backend.ts';
import { malformedId, notFound } from '../protocol/fault.ts';
import type { FolderRow, MailboxInfo } from '../store/mailboxes.ts';

/** The contact folder that an id in a URL names. Throws a GraphFault: 400 for no id, 404 for none there. */
export function folderOf(backend: Backend, mailbox: MailboxInfo, text: string): FolderRow {
  const id =
    text === 'contacts' && backend.switches.contactsAlias === 'accepted'
      ? mailbox.defaultFolder
      : mailbox.ids.readFolder(text);
  if (id === 'malformed') throw malformedId();
  const folder = id === 'unknown' ? undefined : backend.mailboxes.folder(mailbox, id);
  if (folder === undefined || folder.parent === null) throw notFound();
  return folder;
}
