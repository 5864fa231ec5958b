/** The Sync button, in Chromium: what npm test has time for. */
import { syncButtonCases } from './sync-button-cases.ts';

syncButtonCases(false);
