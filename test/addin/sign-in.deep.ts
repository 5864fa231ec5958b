/** Signing in, in Chromium: all of it. */
import { signInCases } from './sign-in-cases.ts';

signInCases(true);
