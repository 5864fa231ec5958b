/** The pane in Chromium: all of it. */
import { paneCases } from './pane-cases.ts';

paneCases(true);
