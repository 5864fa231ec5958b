import { describe } from 'vitest';
import { damagedStores } from './damage.ts';
import { canMountDisks, diskFaults } from './disk.ts';
import { survives } from './fault-test.ts';
import { partnerTroubles } from './partners.ts';
import { powerLosses } from './power-loss.ts';

describe('what the bridge keeps', () => {
  survives('R4 power lost while it is written', (run) => powerLosses(run));
  survives('R6 damaged', (run) => damagedStores(run));
  // Only root can make a small disk.
  if (canMountDisks()) survives('R5 on a disk that is full, or cannot be written', (run) => diskFaults(run));
  survives('R7, R8, R13, R15 and partners that are not who they seem', (run) => partnerTroubles(run));
});
