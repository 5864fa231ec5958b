/**
 * The error catalogue: every code that a person or a program may meet, with what happened and what to do.
 * What is used is listed by the types' demand, and what is listed is used by a test's.
 */
import { bridgeErrors } from './error-catalogue/bridge.ts';
import type { CatalogueEntry } from './error-catalogue/entry.ts';
import { handheldErrors } from './error-catalogue/handheld.ts';
import { linkErrors } from './error-catalogue/link.ts';
import { lossErrors } from './error-catalogue/losses.ts';
import { mailboxErrors } from './error-catalogue/mailbox.ts';
import { recordErrors } from './error-catalogue/records.ts';
import { syncErrors } from './error-catalogue/sync.ts';

export const errorCatalogue = {
  ...linkErrors,
  ...recordErrors,
  ...mailboxErrors,
  ...lossErrors,
  ...syncErrors,
  ...handheldErrors,
  ...bridgeErrors,
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** An expected failure: carries a code of the catalogue. */
export class SyncError extends Error {
  readonly code: ErrorCode;
  /** What exactly: the record, line, field, address. */
  readonly detail: string;

  constructor(code: ErrorCode, detail = '', options?: { readonly cause?: unknown }) {
    super(
      detail === '' ? errorCatalogue[code].message : `${errorCatalogue[code].message} (${detail})`,
      options,
    );
    this.name = 'SyncError';
    this.code = code;
    this.detail = detail;
  }

  get remedy(): string {
    return errorCatalogue[this.code].remedy;
  }
}

/** What a device's own log is told of a failure: its sentence and remedy, without details that only the PC understands. */
export function failureText(code: ErrorCode): string {
  const { message, remedy } = errorCatalogue[code];
  return `${message} ${remedy}`;
}

/** The failure that words to a device tell of; undefined: they tell of none, or come from another desktop than ours. */
export function failureOf(text: string): ErrorCode | undefined {
  return Object.keys(errorCatalogue)
    .filter(isErrorCode)
    .find((code) => failureText(code) === text);
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

/** Turns anything thrown into a SyncError; what is not one yet is wrapped under the given code. */
export function toSyncError(error: unknown, code: ErrorCode = 'sync.internal'): SyncError {
  if (error instanceof SyncError) return error;
  return new SyncError(code, error instanceof Error ? error.message : String(error), { cause: error });
}
