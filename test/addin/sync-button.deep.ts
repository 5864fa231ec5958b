/** The Sync button, in Chromium: all of it. */
import { syncButtonCases } from './sync-button-cases.ts';

syncButtonCases(true);
