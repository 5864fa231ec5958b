import type { ErrorCodeOfRecord } from './codes.ts';
import type { RecordError } from '../definition.ts';

/** Ends the reading of a document that is no record. Thrown and caught within datasets/ only. */
export class RecordProblem extends Error {
  readonly problem: RecordError;

  constructor(code: ErrorCodeOfRecord, detail: string) {
    super(detail);
    this.name = 'RecordProblem';
    this.problem = { code, detail };
  }
}
