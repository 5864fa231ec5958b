/** Signing in from the pane: what npm test has time for. */
import { paneSignInCases } from './pane-sign-in-cases.ts';

paneSignInCases(false);
