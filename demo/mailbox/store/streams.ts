import { randomBytes } from 'node:crypto';
import type { Command, MailboxDatabase, Query } from './database.ts';
import type { MailboxInfo } from './mailboxes.ts';

/** A delta stream: all rounds that began with one first call (spec: graph 2.7, 13 line 2). */
export interface Stream {
  readonly id: number;
  readonly mailbox: number;
  readonly folder: number;
  /** The collection's path as the first call spelled it, repeated in links. */
  readonly path: string;
  /** JSON of the first call's query options. */
  readonly query: string;
  /** Position of the change log at the first call: older removals are no news to this stream. */
  readonly start: number;
  /** The youngest generation handed out, and the oldest that is still kept. */
  readonly highest: number;
  readonly oldest: number;
}

/** Where a token's holder stands. */
export interface StreamPosition {
  /** `skip`: within a round; `delta`: between two rounds. */
  readonly kind: 'skip' | 'delta';
  /** All changes up to here were served. */
  readonly position: number;
  /** Position at which the current (or, between rounds, the last) round began. */
  readonly roundStart: number;
  /** Where the current round starts reading: earlier than roundStart when it replays. */
  readonly replayFrom: number;
  /** Pages and rows that the current round has had so far. */
  readonly page: number;
  readonly served: number;
}

export interface Token extends StreamPosition {
  readonly stream: Stream;
  readonly generation: number;
}

interface TokenRow {
  readonly stream: number;
  readonly generation: number;
  readonly kind: 'skip' | 'delta';
  readonly position: number;
  readonly round_start: number;
  readonly replay_from: number;
  readonly page: number;
  readonly served: number;
}

/** Dead tokens are remembered this long, to tell them from nonsense. */
const rememberedGenerations = 100;

/** Delta streams and their opaque tokens: each page served makes a generation, and only the last few live. */
export class StreamStore {
  readonly #db: MailboxDatabase;
  readonly #open: Command<[number, number, string, string, number]>;
  readonly #stream: Query<Stream, [number]>;
  readonly #token: Query<TokenRow, [string]>;
  readonly #issue: Command<[string, number, number, string, number, number, number, number, number]>;
  readonly #forget: Command<[number, number]>;
  readonly #advance: Command<[number, number, number]>;
  readonly #kill: Command<[number]>;
  readonly #killAll: Command;

  constructor(db: MailboxDatabase) {
    this.#db = db;
    this.#open = db.command(
      'INSERT INTO stream (mailbox, folder, path, query, start, highest, oldest) VALUES (?, ?, ?, ?, ?, 0, 1)',
    );
    this.#stream = db.query('SELECT * FROM stream WHERE id = ?');
    this.#token = db.query('SELECT * FROM token WHERE text = ?');
    this.#issue = db.command(
      `INSERT INTO token (text, stream, generation, kind, position, round_start, replay_from, page, served)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#forget = db.command('DELETE FROM token WHERE stream = ? AND generation <= ?');
    this.#advance = db.command('UPDATE stream SET highest = ?, oldest = max(oldest, ?) WHERE id = ?');
    this.#kill = db.command('UPDATE stream SET oldest = highest + 1 WHERE id = ?');
    this.#killAll = db.command('UPDATE stream SET oldest = highest + 1');
  }

  open(mailbox: MailboxInfo, folder: number, path: string, query: string, start: number): Stream {
    const { id } = this.#open.run(mailbox.id, folder, path, query, start);
    return { id, mailbox: mailbox.id, folder, path, query, start, highest: 0, oldest: 1 };
  }

  /** What a token names, alive or dead; undefined when it was never handed out (or very long ago). */
  find(text: string): Token | undefined {
    const row = this.#token.get(text);
    const stream = row === undefined ? undefined : this.#stream.get(row.stream);
    if (row === undefined || stream === undefined) return undefined;
    const { generation, kind, position, page, served } = row;
    const { round_start: roundStart, replay_from: replayFrom } = row;
    return { stream, generation, kind, position, roundStart, replayFrom, page, served };
  }

  /** Hands out a token of a new generation; keeps the youngest `kept` generations alive. */
  issue(stream: Stream, at: StreamPosition, kept: number): string {
    return this.#db.transaction(() => {
      const generation = (this.#stream.get(stream.id)?.highest ?? stream.highest) + 1;
      const text = randomBytes(24).toString('base64url');
      this.#issue.run(
        text,
        stream.id,
        generation,
        at.kind,
        at.position,
        at.roundStart,
        at.replayFrom,
        at.page,
        at.served,
      );
      this.#advance.run(generation, generation - kept + 1, stream.id);
      this.#forget.run(stream.id, generation - rememberedGenerations);
      return text;
    });
  }

  /** Kills all tokens of a stream that were handed out so far. */
  kill(stream: Stream): void {
    this.#kill.run(stream.id);
  }

  /** Kills all tokens of all streams. Answers the number of streams. */
  killAll(): number {
    return this.#killAll.run().changes;
  }
}
