/** Signing in from the pane: all of it. */
import { paneSignInCases } from './pane-sign-in-cases.ts';

paneSignInCases(true);
