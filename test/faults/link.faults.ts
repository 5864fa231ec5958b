import { describe } from 'vitest';
import { survives } from './fault-test.ts';
import { linkCuts } from './link.ts';

describe('R1, R2 the link cut', () => {
  survives('in a first sync with the device of 2009', (run) => linkCuts(run, '2009', 'first'));
  survives('in a later sync with the device of 2009', (run) => linkCuts(run, '2009', 'later'));
  survives('in a later sync with our own device', (run) => linkCuts(run, 'ours', 'later'));
});
