/** Shortcuts for tests that read and write single records of any dataset. */
import { readFileSync } from 'node:fs';
import type { DatasetDefinition, ReadOptions, ReadRecord } from '../../datasets/index.ts';

/** A file of test/fixtures/examples, without its extension. */
export function example(name: string): string {
  return readFileSync(new URL(`../fixtures/examples/${name}.xml`, import.meta.url), 'utf8');
}

/** The record of a document that must be readable. */
export function readRecord(
  definition: DatasetDefinition,
  xml: string,
  options: ReadOptions = {},
): ReadRecord {
  const outcome = definition.read(xml, options);
  if (!outcome.ok) throw new Error(`${outcome.error.code}: ${outcome.error.detail}`);
  return outcome.record;
}
