/** The system's Chromium. */
import { existsSync } from 'node:fs';

/** Undefined where there is none. */
export const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
