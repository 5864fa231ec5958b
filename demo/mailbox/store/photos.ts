import type { Command, MailboxDatabase, Query } from './database.ts';

export interface Photo {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly version: number;
  readonly bytes: Buffer;
}

/** The pictures of contacts. */
export class PhotoStore {
  readonly #get: Query<Photo, [number]>;
  readonly #put: Command<[number, string, number, number, Buffer]>;
  readonly #delete: Command<[number]>;

  constructor(db: MailboxDatabase) {
    this.#get = db.query('SELECT type, width, height, version, bytes FROM photo WHERE contact = ?');
    this.#put = db.command(
      `INSERT INTO photo (contact, type, width, height, version, bytes) VALUES (?, ?, ?, ?, 1, ?)
         ON CONFLICT (contact) DO UPDATE SET type = excluded.type, width = excluded.width,
           height = excluded.height, version = version + 1, bytes = excluded.bytes`,
    );
    this.#delete = db.command('DELETE FROM photo WHERE contact = ?');
  }

  get(contact: number): Photo | undefined {
    return this.#get.get(contact);
  }

  put(contact: number, photo: Omit<Photo, 'version'>): void {
    this.#put.run(contact, photo.type, photo.width, photo.height, photo.bytes);
  }

  remove(contact: number): void {
    this.#delete.run(contact);
  }
}
