import { Clock } from './clock.ts';
import { CategoryStore } from './store/categories.ts';
import { ItemStore } from './store/items.ts';
import { MailboxDatabase, type StoreLocation } from './store/database.ts';
import { MailboxStore } from './store/mailboxes.ts';
import { OutgoingMailStore } from './store/outgoing-mail.ts';
import { PhotoStore } from './store/photos.ts';
import { StreamStore } from './store/streams.ts';
import { TransactionIds } from './store/transaction-ids.ts';
import { defaultSwitches, type Switches } from './switches.ts';

/** What the resources' modules work on: the stores, the clock and the switches. */
export class Backend {
  readonly db: MailboxDatabase;
  readonly clock = new Clock();
  readonly mailboxes: MailboxStore;
  readonly contacts: ItemStore;
  readonly events: ItemStore;
  readonly tasks: ItemStore;
  readonly photos: PhotoStore;
  readonly transactions: TransactionIds;
  readonly outgoingMail: OutgoingMailStore;
  readonly categories: CategoryStore;
  readonly streams: StreamStore;
  switches: Switches = defaultSwitches;

  constructor(location: StoreLocation) {
    this.db = new MailboxDatabase(location);
    this.mailboxes = new MailboxStore(this.db);
    this.contacts = new ItemStore(this.db, this.clock, 'contact');
    this.events = new ItemStore(this.db, this.clock, 'event');
    this.tasks = new ItemStore(this.db, this.clock, 'task');
    this.photos = new PhotoStore(this.db);
    this.transactions = new TransactionIds(this.db);
    this.outgoingMail = new OutgoingMailStore(this.db);
    this.categories = new CategoryStore(this.db);
    this.streams = new StreamStore(this.db);
  }

  close(): void {
    this.db.close();
  }
}
