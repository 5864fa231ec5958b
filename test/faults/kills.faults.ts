import { describe } from 'vitest';
import { bridgeKills } from './bridge-kills.ts';
import { deviceKills } from './device-kills.ts';
import { survives } from './fault-test.ts';

describe('R1, R3 processes killed', () => {
  survives('the bridge, with the device of 2009', (run) => bridgeKills(run, '2009'));
  survives('the bridge, with our own device', (run) => bridgeKills(run, 'ours', ['later']));
  survives('our device', (run) => deviceKills(run));
});
