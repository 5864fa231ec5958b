#!/usr/bin/env node
/** Entry point of the command `qdsync-device`. */
import { datasetDefinitions } from '../../datasets/index.ts';
import { systemIo } from './io.ts';
import { runCli } from './program.ts';

process.exitCode = await runCli(process.argv.slice(2), systemIo(), [...datasetDefinitions.values()]);
