import type { Command, MailboxDatabase, Query } from './database.ts';
import type { MailboxInfo } from './mailboxes.ts';

/** What was created under a transactionId. */
export interface Transaction {
  readonly item: number;
  /** The body of the POST, to tell a repetition from another event. */
  readonly request: string;
}

/** transactionIds of events, per mailbox (spec: graph 3.9, 13 line 15). */
export class TransactionIds {
  readonly #get: Query<Transaction, [number, string]>;
  readonly #put: Command<[number, string, number, string]>;

  constructor(db: MailboxDatabase) {
    this.#get = db.query('SELECT item, request FROM transaction_id WHERE mailbox = ? AND text = ?');
    this.#put = db.command(
      `INSERT INTO transaction_id (mailbox, text, item, request) VALUES (?, ?, ?, ?)
         ON CONFLICT (mailbox, text) DO UPDATE SET item = excluded.item, request = excluded.request`,
    );
  }

  get(mailbox: MailboxInfo, text: string): Transaction | undefined {
    return this.#get.get(mailbox.id, text);
  }

  put(mailbox: MailboxInfo, text: string, { item, request }: Transaction): void {
    this.#put.run(mailbox.id, text, item, request);
  }
}
