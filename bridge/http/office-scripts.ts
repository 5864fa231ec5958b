/**
 * A copy of Office.js for demo and tests, so that their pages reach nothing outside of this computer. It is Microsoft's
 * package, no part of this program, and there only where it was installed for development.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const OFFICE_SCRIPTS_PATH = '/office-js';
export const OFFICE_SCRIPT = `${OFFICE_SCRIPTS_PATH}/office.js`;

/** Folder with `office.js`; undefined where it is not installed. */
export function findOfficeScripts(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@microsoft/office-js/package.json')), 'dist');
  } catch {
    // Not installed: pages do without.
    return undefined;
  }
}
