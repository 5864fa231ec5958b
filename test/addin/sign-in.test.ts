/** Signing in, in Chromium: what npm test has time for. */
import { signInCases } from './sign-in-cases.ts';

signInCases(false);
