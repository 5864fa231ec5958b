import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startMailbox } from '../mailbox.ts';
import { migrations } from './database.ts';
import { mailboxKeyBytes } from './ids.ts';

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mailbox-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('a file from the time when there were only contacts is brought up to date, and keeps them', async () => {
  const old = new Database(join(folder, 'mailbox.sqlite'));
  old.exec(`${migrations[0]!}; PRAGMA user_version = 1`);
  old.exec(`INSERT INTO mailbox VALUES (1, 'anna', 'an-object-id', zeroblob(${mailboxKeyBytes}), 2);
    INSERT INTO folder VALUES (1, 1, NULL, ''), (2, 1, 1, 'Contacts');
    INSERT INTO contact VALUES (1, 1, 2, 1, 1, 1, 1, 0, 0, 0, '{}', '{"givenName":"Ilse"}', '{}', NULL);
    UPDATE position SET last = 1`);
  old.close();
  for (const time of ['first', 'second']) {
    const mailbox = await startMailbox({ stateDir: folder });
    const { contacts, calendars, taskLists } = mailbox.admin.dump('anna');
    expect([time, contacts.map(({ contact }) => contact.givenName)]).toEqual([time, ['Ilse']]);
    expect(calendars.map(({ name }) => name)).toEqual(['Calendar']);
    expect(taskLists.map(({ role }) => role)).toEqual(['default', 'flaggedEmails']);
    await mailbox.close();
  }
});

it('a file from a later version is left alone', async () => {
  const newer = new Database(join(folder, 'mailbox.sqlite'));
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  await expect(startMailbox({ stateDir: folder })).rejects.toThrow('version 99');
});
