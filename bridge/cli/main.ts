#!/usr/bin/env node
/** Entry point of the command `outlook-device-sync`. */
import { runCommandLine } from './command-line.ts';

process.exitCode = await runCommandLine(process.argv.slice(2));
