#!/usr/bin/env node
/** Entry point of the command `qdsync-device`. */
import { contacts } from '../../datasets/index.ts';
import { systemIo } from './io.ts';
import { runCli } from './program.ts';

process.exitCode = await runCli(process.argv.slice(2), systemIo(), [contacts]);
