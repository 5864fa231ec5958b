#!/usr/bin/env node
/** Entry point of the command `outlook-device-sync`. */
import { keepHeapLean } from './lean-heap.ts';

keepHeapLean();
// Only then the rest is loaded, for loading it makes much garbage, and the new space would keep the size that it takes.
const { runCommandLine } = await import('./command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
