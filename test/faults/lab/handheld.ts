/** The handheld of a lab, whichever it is, as a process of its own; and the owner's hands on it. */
import type { DatasetName, HeldRecord } from '../../../demo/records.ts';
import type { Fields } from '../../../datasets/index.ts';

export interface Handheld {
  readonly kind: '2009' | 'ours';
  /** Where it listens. */
  readonly port: number;
  add(dataset: DatasetName, records: readonly Fields[]): Promise<void>;
  /** A new text in the notes of a record. */
  note(dataset: DatasetName, id: string, text: string): Promise<void>;
  remove(dataset: DatasetName, ids: readonly string[]): Promise<void>;
  records(dataset: DatasetName): Promise<readonly HeldRecord[]>;
  /** What a sync without work must leave as it is. */
  held(): Promise<unknown>;
  /** Another handheld takes its place: empty, and unknown to everybody. */
  replace(): Promise<void>;
  /** Rejects when a desktop did what this device does not survive or does not forgive. */
  check(): Promise<void>;
  close(): Promise<void>;
}
