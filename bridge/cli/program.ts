/** The command `outlook-device-sync`: its options, its subcommands, its exit codes. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { paths, statusSchema } from '../../contract/api.ts';
import { datasetNames } from '../../datasets/names.ts';
import { errorCatalogue, SyncError, toSyncError } from '../../contract/errors.ts';
import type { StartRequest } from '../../contract/job.ts';
import { modeSchema, policySchema } from '../../contract/settings.ts';
import { DEFAULT_BAUD_RATE, loadConfiguration, type LinkConfig } from '../config/configuration.ts';
import { defaultStateFolder } from '../config/state-folder.ts';
import { archiveCommands } from './archive-commands.ts';
import { BridgeClient } from './bridge-client.ts';
import { computerCommands } from './computer-commands.ts';
import { deviceCommands } from './device-commands.ts';
import { parsePort, parsePositive, stateOf, type Flags } from './flags.ts';
import type { Io } from './io.ts';
import { statusText } from './listings.ts';
import { openCommand } from './open-command.ts';
import { errorText } from './report.ts';
import { parseTcp, startCommand, type StartBridge } from './start-command.ts';
import { stopCommand } from './stop-command.ts';
import { syncCommand } from './sync-command.ts';

/** `usage` and `alreadyRunning` are final: another start would end the same way (startup/autostart.ts). */
export const EXIT = { ok: 0, failed: 1, usage: 2, notRunning: 3, alreadyRunning: 4 } as const;

const nothingSchema = z.object({});

/** `undo` has an option of this name too, with another meaning. */
interface SyncFlags extends Flags {
  readonly record?: string;
  readonly force?: boolean;
}

export interface CliParts {
  readonly io: Io;
  readonly version: string;
  readonly startBridge: StartBridge;
}

/** Runs a command line, without the program's name, and returns the exit code. */
export async function runCli(
  args: readonly string[],
  { io, version, startBridge }: CliParts,
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command('outlook-device-sync')
    .description('Synchronises Outlook with handhelds that speak qdsync, over serial ports or TCP.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });

  /** A subcommand with the options that all have. Its action's result is the exit code. */
  const command = (
    usage: string,
    description: string,
    run: (flags: Flags, argument: string | undefined, words: readonly string[]) => Promise<number>,
  ): Command =>
    program
      .command(usage)
      .description(description)
      .option('--json', 'print JSON')
      .option('--config <file>', 'configuration file (default: config.json in the state folder)')
      .option('--state <folder>', 'state folder', defaultStateFolder())
      .allowExcessArguments(false)
      .action(async (...given: unknown[]) => {
        // Commander passes the arguments, the options, and the command itself.
        const flags = given.at(-2) as Flags;
        const words = given
          .slice(0, -2)
          .flat()
          .filter((word) => typeof word === 'string');
        try {
          exitCode = await run(flags, words[0], words);
        } catch (error) {
          exitCode = tellError(io, toSyncError(error), flags.json === true);
        }
      });

  /** A subcommand that asks the running bridge one thing. */
  const ask = (
    usage: string,
    description: string,
    run: (
      client: BridgeClient,
      flags: Flags,
      argument: string | undefined,
      words: readonly string[],
    ) => Promise<number>,
  ): Command =>
    command(usage, description, async (flags, argument, words) =>
      run(await BridgeClient.connect(stateOf(flags)), flags, argument, words),
    );

  const print = (flags: Flags, value: unknown, text: string): number => {
    io.out(flags.json === true ? `${JSON.stringify(value)}\n` : text);
    return EXIT.ok;
  };

  command('start', 'run the bridge until it is stopped', (flags) =>
    startCommand(loadConfiguration(stateOf(flags), flags.config), io, startOptions(flags), startBridge),
  )
    .option('--port <number>', 'port of the bridge, 0 for any', parsePort)
    .addOption(
      new Option('--tcp <host:port>', 'link to the device').argParser(parseTcpOption).conflicts('serial'),
    )
    .option('--serial <path>', 'link to the device by this serial port')
    .option('--baud <number>', 'speed of the serial port', parsePositive)
    .option('--greenphone', 'the device is a Greenphone')
    .addOption(new Option('--outlook <host>', 'start an Outlook host too').choices(['headless']))
    .option('--graph <url>', 'address of the local mailbox for the headless host')
    .option('--user <name>', 'user of the local mailbox');

  ask('status', 'show the state of bridge, Outlook and devices', async (client, flags) => {
    const status = await client.get(paths.status, statusSchema);
    return print(flags, status, statusText(status));
  });

  ask('sync', 'sync now, and show what was done', (client, flags: SyncFlags) =>
    syncCommand(client, io, {
      request: {
        ...(flags.device === undefined ? {} : { device: flags.device }),
        ...runRequest(flags),
      },
      wait: flags.wait !== false,
      json: flags.json === true,
      ...(flags.record !== undefined && { record: flags.record }),
      force: flags.force === true,
    }),
  )
    .option('--device <name>', 'the device, where several are configured')
    .option('--slow', 'compare everything')
    .option('--dry-run', 'show what would be done, and do nothing')
    .option('--dataset <names...>', 'only these: contacts, calendar, tasks')
    .addOption(
      new Option('--confirm-removals', 'also remove many records at once').conflicts('restoreRemoved'),
    )
    .option('--restore-removed', 'put removed records back from the other side')
    .addOption(new Option('--mode <mode>', 'direction, for this time').choices(modeSchema.options))
    .addOption(
      new Option('--policy <policy>', 'what counts in a conflict, this time').choices(policySchema.options),
    )
    .option('--record <file>', 'write down what happens, without what people wrote, for a report of a fault')
    .option('--force', 'with --record: replace a file that is there')
    .option('--no-wait', 'start only');

  archiveCommands(
    (usage, description, run) =>
      ask(usage, description, (client, flags, _argument, words) => run(client, flags, words)),
    io,
  );

  deviceCommands(
    (usage, description, run) =>
      ask(usage, description, (client, flags, argument) => run(client, flags, argument)),
    io,
  );

  ask('open', 'open the pane in the browser', (client, flags) =>
    openCommand(client, io, { stateFolder: stateOf(flags), json: flags.json === true }),
  );

  for (const [name, paused, description] of [
    ['pause', true, 'let devices go and start no sync until resume; a sync that runs is finished'],
    ['resume', false, 'let a paused bridge go on'],
  ] as const) {
    ask(name, description, async (client, flags) => {
      await client.post(paths.pause, { paused }, nothingSchema);
      return print(flags, { paused }, paused ? 'Paused.\n' : 'It goes on.\n');
    });
  }

  computerCommands(command, io, version);

  ask('stop', 'stop the running bridge', (client, flags) =>
    stopCommand(client, io, { stateFolder: stateOf(flags), json: flags.json === true }),
  );

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}

/** What `sync` was asked to do, this time. */
function runRequest(flags: Flags): StartRequest {
  const { slow, dryRun, dataset, confirmRemovals, restoreRemoved, mode, policy } = flags;
  const change = { ...(mode !== undefined && { mode }), ...(policy !== undefined && { policy }) };
  const changed = Object.keys(change).length === 0 ? [] : (dataset ?? datasetNames);
  return {
    ...(slow === true && { slow }),
    ...(dryRun === true && { dryRun }),
    ...(dataset !== undefined && { datasets: [...dataset] }),
    ...(confirmRemovals === true && { removals: 'remove' as const }),
    ...(restoreRemoved === true && { removals: 'restore' as const }),
    ...(changed.length > 0 && { settings: Object.fromEntries(changed.map((name) => [name, change])) }),
  };
}

function startOptions(flags: Flags): Parameters<typeof startCommand>[2] {
  const { port, tcp, serial, baud, greenphone, outlook, graph, user } = flags;
  if (serial === undefined && (baud !== undefined || greenphone !== undefined)) {
    throw new SyncError('config.invalid', '--baud and --greenphone need --serial');
  }
  if (outlook === undefined && (graph !== undefined || user !== undefined)) {
    throw new SyncError('config.invalid', '--graph and --user need --outlook headless');
  }
  const link: LinkConfig | undefined =
    serial === undefined
      ? tcp
      : {
          kind: 'serial',
          path: serial,
          baudRate: baud ?? DEFAULT_BAUD_RATE,
          greenphone: greenphone === true,
        };
  return {
    json: flags.json === true,
    ...(port === undefined ? {} : { port }),
    ...(link === undefined ? {} : { link }),
    ...(outlook === undefined ? {} : { outlook: { graph, user } }),
  };
}

function tellError(io: Io, error: SyncError, json: boolean): number {
  const { code, detail, remedy } = error;
  const message = errorCatalogue[code].message;
  if (json) io.out(`${JSON.stringify({ error: { code, message, remedy, detail } })}\n`);
  else io.err(errorText({ code, message: error.message, remedy }));
  switch (code) {
    case 'config.invalid':
    case 'config.enforced':
    case 'api.invalid':
      return EXIT.usage;
    case 'bridge.not-running':
      return EXIT.notRunning;
    case 'bridge.running':
      return EXIT.alreadyRunning;
    default:
      return EXIT.failed;
  }
}

function parseTcpOption(text: string): LinkConfig {
  try {
    return parseTcp(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof SyncError ? error.detail : 'must be HOST:PORT.');
  }
}
