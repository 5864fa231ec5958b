/**
 * The commands that are about this computer: they need no bridge that runs. Each loads its code when it is called, for
 * together it would take every command longer to load than to run.
 */
import { fileURLToPath } from 'node:url';
import { Argument, type Command } from 'commander';
import { loadConfiguration } from '../config/configuration.ts';
import {
  certificateActions,
  parsePort,
  parsePositive,
  parseWhole,
  startWords,
  stateOf,
  unattendedActions,
  type CertificateAction,
  type Flags,
  type UnattendedAction,
} from './flags.ts';
import type { Io } from './io.ts';

/** Declares a subcommand; the action's result is the exit code. */
export type Declare = (
  usage: string,
  description: string,
  run: (flags: Flags, argument: string | undefined) => Promise<number>,
) => Command;

export function computerCommands(command: Declare, io: Io, version: string): void {
  const common = (flags: Flags) => ({ stateFolder: stateOf(flags), json: flags.json === true });

  command('logs', 'show what the bridge has written down', async (flags) => {
    const { logsCommand } = await import('./logs-command.ts');
    return logsCommand(io, { ...common(flags), follow: flags.follow === true, lines: flags.lines ?? 50 });
  })
    .option('--follow', 'go on showing what is added')
    .option('--lines <number>', 'how many of the last lines (default: 50)', parsePositive);

  command('doctor', 'look at everything that the bridge needs, and say what to do', async (flags) => {
    const { doctorCommand } = await import('./doctor-command.ts');
    return doctorCommand(io, { ...common(flags), config: flags.config });
  });

  command(
    'export <file>',
    'write everything into one file, to move to a new PC',
    async (flags, file = '') => {
      const { exportCommand } = await import('./move-command.ts');
      return exportCommand(io, { ...common(flags), file, version });
    },
  );

  command('import <file>', 'take over what was exported on another PC', async (flags, file = '') => {
    const { importCommand } = await import('./move-command.ts');
    return importCommand(io, { ...common(flags), file, version });
  });

  command('install', 'start the bridge with your session from now on', async (flags) => {
    const { installCommand, ownAutostart } = await import('./install-command.ts');
    const autostart = ownAutostart(startWords(flags));
    return installCommand(io, { ...common(flags), dryRun: flags.dryRun === true, autostart });
  }).option('--dry-run', 'only show what would be written and run');

  command('uninstall', 'start it no longer; leaves only your data', async (flags) => {
    const { ownAutostart, uninstallCommand } = await import('./install-command.ts');
    return uninstallCommand(io, {
      ...common(flags),
      dryRun: flags.dryRun === true,
      purge: flags.purge === true,
      autostart: ownAutostart([]),
    });
  })
    .option('--dry-run', 'only show what would be removed and run')
    .option('--purge', 'remove your data, too');

  command('supervise', 'run the bridge, and run it again when it fails', async (flags) => {
    const { FINAL_EXIT_CODES } = await import('../startup/autostart.ts');
    const { supervise } = await import('../startup/supervisor.ts');
    const ending = new AbortController();
    const stopListening = io.onInterrupt(() => ending.abort());
    try {
      const script = fileURLToPath(new URL('../../bridge/cli/main.js', import.meta.url));
      const args = [script, 'start', ...startWords(flags)];
      return await supervise(
        { program: process.execPath, args, final: [0, ...FINAL_EXIT_CODES] },
        ending.signal,
      );
    } finally {
      stopListening();
    }
  });

  command(
    'certificate',
    'show, trust, renew or distrust the bridge’s certificate',
    async (flags, action = 'show') => {
      const { certificateCommand } = await import('./certificate-command.ts');
      return certificateCommand(action as CertificateAction, io, {
        ...common(flags),
        yes: flags.yes === true,
      });
    },
  )
    .addArgument(new Argument('[action]', 'what to do').choices(certificateActions).default('show'))
    .option('--yes', 'do not ask');

  command(
    'unattended',
    'syncs that nobody asks for: off until you choose them',
    async (flags, action = 'status') => {
      const { unattendedCommand } = await import('./unattended-command.ts');
      const config = loadConfiguration(stateOf(flags), flags.config);
      return unattendedCommand(action as UnattendedAction, io, flags, { config });
    },
  )
    .addArgument(new Argument('[action]', 'what to do').choices(unattendedActions).default('status'))
    .option('--on-connect', 'sync when a device connects')
    .option('--no-on-connect', 'do not')
    .option('--every <minutes>', 'sync by the clock, 5 to 1440; 0: not', parseWhole)
    .option('--quiet <hours>', 'nothing by itself from 22:00-07:00, for example; none: at any hour');

  command('manifest', 'write and check the add-in’s manifest for your organisation', async (flags) => {
    const { manifestCommand } = await import('./manifest-command.ts');
    const { origin, bridgePort, clientId, out } = flags;
    const config = loadConfiguration(stateOf(flags), flags.config);
    return manifestCommand(io, config, { origin, bridgePort, clientId, out, json: flags.json === true });
  })
    .option('--origin <url>', 'where Outlook gets the pages from (default: the bridge on this PC)')
    .option('--bridge-port <number>', 'port of the bridge, where another server has the pages', parsePort)
    .option('--client-id <id>', 'of the app registration')
    .option('--out <file>', 'file to write (default: standard output)');
}
