import type { Command, MailboxDatabase, Query } from './database.ts';
import type { MailboxInfo } from './mailboxes.ts';

export type MailReason = 'invitation' | 'update' | 'cancellation';

/** A mail that the service would have sent to the people of a meeting. */
export interface OutgoingMail {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason: MailReason;
  /** Number of the event's item. */
  readonly item: number;
  readonly subject: string;
  /** Addresses. */
  readonly recipients: readonly string[];
}

type MailRow = Omit<OutgoingMail, 'recipients'> & { readonly recipients: string };

/** The mails that a program's writes to meetings would have caused (spec: graph 13 line 18). */
export class OutgoingMailStore {
  readonly #all: Query<MailRow, [number]>;
  readonly #add: Command<[number, number, MailReason, number, string, string]>;
  readonly #clear: Command<[number]>;

  constructor(db: MailboxDatabase) {
    this.#all = db.query(
      'SELECT at, reason, item, subject, recipients FROM outgoing_mail WHERE mailbox = ? ORDER BY id',
    );
    this.#add = db.command(
      'INSERT INTO outgoing_mail (mailbox, at, reason, item, subject, recipients) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#clear = db.command('DELETE FROM outgoing_mail WHERE mailbox = ?');
  }

  all(mailbox: MailboxInfo): OutgoingMail[] {
    return this.#all
      .all(mailbox.id)
      .map((row) => ({ ...row, recipients: JSON.parse(row.recipients) as string[] }));
  }

  add(mailbox: MailboxInfo, { at, reason, item, subject, recipients }: OutgoingMail): void {
    this.#add.run(mailbox.id, at, reason, item, subject, JSON.stringify(recipients));
  }

  clear(mailbox: MailboxInfo): void {
    this.#clear.run(mailbox.id);
  }
}
