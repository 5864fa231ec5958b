#!/usr/bin/env node
/** Entry point of the command `outlook-device-sync`. */
import { startBridge } from '../bridge.ts';
import { programVersion } from '../config/version.ts';
import { systemIo } from './io.ts';
import { keepHeapLean } from './lean-heap.ts';
import { runCli } from './program.ts';

keepHeapLean();
process.exitCode = await runCli(process.argv.slice(2), {
  io: systemIo(),
  version: programVersion(),
  startBridge,
});
