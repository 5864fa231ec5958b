import { describe } from 'vitest';
import { unattendedCases } from './unattended-cases.ts';

describe('[UNATT-2] the bridge as its own Outlook host', () => {
  unattendedCases(false);
});
