/** The pane in Chromium: what npm test has time for. */
import { paneCases } from './pane-cases.ts';

paneCases(false);
