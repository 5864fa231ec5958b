/** The command `qdsync-device`: its options, its subcommands, its exit codes. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { DatasetDefinition } from '../../datasets/index.ts';
import { parseDate } from '../../datasets/schema/dates.ts';
import { isKnownZone } from '../../datasets/calendar/index.ts';
import { systemZone } from '../clock/device-zone.ts';
import type { AcceptPolicy } from '../login/gate.ts';
import type { Io } from './io.ts';
import { listRecords, type ListOptions } from './list-command.ts';
import { errorJson, errorText } from './print.ts';
import { exportRecords, importRecords } from './exchange-commands.ts';
import { addRecords, editRecord, removeRecords, showRecord } from './record-commands.ts';
import type { RecordContext } from './record-context.ts';
import { runAgent } from './run-command.ts';
import { cancelNow, syncNow } from './sync-command.ts';
import { defaultStateFolder } from './state-folder.ts';
import { UsageError } from './usage-error.ts';

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

const DEFAULT_PORT = 4245;
const DEFAULT_HOST = '127.0.0.1';
/** The original's default on a serial line (spec: qdsync protocol 1). */
const DEFAULT_BAUD_RATE = 9600;
const DEFAULT_MODEL = 'qdsync-device';

/** The options of all subcommands; each has its own part of them, and those with defaults are always there. */
interface Flags extends ListOptions {
  readonly json?: true;
  readonly state?: string;
  // run
  readonly port?: number;
  readonly listen?: string;
  readonly announce?: boolean;
  readonly tls?: boolean;
  readonly serial?: string;
  readonly baud: number;
  readonly accept: AcceptPolicy['accept'];
  readonly name: string;
  readonly model: string;
  readonly verbose?: true;
  readonly zone?: string;
  // add: a file. list: a date
  readonly from?: string;
  // export
  readonly out?: string;
  // edit, remove
  readonly occurrence?: string;
  // remove
  readonly all?: true;
}

/** What Commander hands over for an argument. */
type Argument = string | readonly string[] | undefined;

const FIELDS_HELP = `
Fields are written Field=value, by the names that show prints:
  FirstName=Ada "LastName=Lovelace" PhoneNumbers/HomePhone=555
  EmailAddresses=ada@x.example EmailAddresses=ada@y.example   a list: repeat the field
  Addresses/Home/City=London                                  part of an address
  CustomFields/Locker=12  Categories/Choir=Choir              a value by its own name, a label
  Notes=                                                      removes the field
Appointments, in local times of their TimeZone, if they have one:
  Description=Choir When/Start=2026-03-03T19:00 When/End=2026-03-03T21:00 TimeZone=Europe/Oslo
  When/StartDate=2026-09-01 When/EndDate=2026-09-03           whole days
  Alarm/Type=Visible Alarm/Delay=15                           minutes before the start
  Repeat/Type=Weekly "Repeat/WeekMask=Tuesday Friday" Repeat/Frequency=2 Repeat@Until=2026-06-30
  Types: Daily, Weekly, MonthlyDate (that day), MonthlyDay (third Tuesday), MonthlyEndDay (last Friday), Yearly
Tasks:
  Description=Boiler DueDate=2026-07-01 Priority=High Status=Waiting StartedDate=2026-05-20 PercentCompleted=40
`;

const OCCURRENCE_HELP = 'calendar: only what the series’ rule puts on this date';

const LIST_HELP = `
  list calendar --from 2026-03-02 --to 2026-03-15     what happens then, occurrences of series one by one
  list tasks --status open --due-before 2026-04-01    tasks by due date
`;

const EXPORT_HELP = `
  export contacts --out all.vcf    contacts are vCard 4.0; calendar and tasks are iCalendar
  export contacts --json           one JSON object of fields on each line, as add --from takes them
What a format cannot say is named on standard error, with a code.
`;

const IMPORT_HELP = `
  import contacts friends.vcf
  import calendar -                from standard input
All records are new ones. A card that cannot be read is named with its line and left out; the others are added.
`;

/** Runs a command line, without the program's name, and returns the exit code. */
export async function runCli(
  args: readonly string[],
  io: Io,
  datasets: readonly DatasetDefinition[],
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = new Command('qdsync-device')
    .description('A handheld that synchronises over qdsync: its agent, and the records that it keeps.')
    .exitOverride()
    .showHelpAfterError('(qdsync-device --help lists the commands)')
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });

  /** A subcommand with the options that all have; errors become words and an exit code. */
  const command = (
    usage: string,
    description: string,
    run: (flags: Flags, ...args: readonly Argument[]) => Promise<void>,
    options: { readonly isDefault?: boolean } = {},
  ): Command =>
    program
      .command(usage, options)
      .description(description)
      .option('--json', 'print JSON')
      .option('--state <folder>', 'where the records are kept (default: this user’s own folder)')
      .action(async (...given: unknown[]) => {
        // Commander hands over the arguments, the options and the command itself.
        const flags = given.at(-2) as Flags;
        try {
          await run(flags, ...(given.slice(0, -2) as Argument[]));
        } catch (error) {
          // Told, and turned into an exit code, as Commander does with what it finds itself.
          if (error instanceof UsageError) program.error(`error: ${error.message}`);
          exitCode = tellError(io, toSyncError(error), flags.json === true);
        }
      });

  const context = (flags: Flags, dataset: unknown): RecordContext => ({
    io,
    definition: definitionOf(datasets, String(dataset)),
    stateFolder: flags.state ?? defaultStateFolder(),
    json: flags.json === true,
    zone: flags.zone ?? systemZone(),
    now: Date.now,
  });
  const withZone = (to: Command): Command =>
    to.option('--zone <zone>', 'the owner’s time zone, as Europe/Oslo (default: this computer’s)', zoneName);

  command(
    'run',
    'Run the agent (what qdsync-device does by itself)',
    async (flags) =>
      runAgent(
        {
          stateFolder: flags.state ?? defaultStateFolder(),
          accept: flags.accept,
          name: flags.name,
          model: flags.model,
          // A serial line replaces TCP, unless both are asked for.
          tcp:
            flags.serial !== undefined && flags.port === undefined && flags.listen === undefined
              ? undefined
              : { host: flags.listen ?? DEFAULT_HOST, port: flags.port ?? DEFAULT_PORT },
          serial: flags.serial === undefined ? undefined : { path: flags.serial, baudRate: flags.baud },
          announce: flags.announce,
          tls: flags.tls !== false,
          json: flags.json === true,
          verbose: flags.verbose === true,
        },
        datasets,
        io,
      ),
    { isDefault: true },
  )
    .option('--port <number>', `TCP port; 0 takes a free one (default: ${DEFAULT_PORT})`, numberUpTo(65_535))
    .option('--listen <address>', `address to listen on (default: ${DEFAULT_HOST})`)
    .option('--serial <path>', 'serve a serial port instead of TCP')
    .option('--baud <rate>', 'baud rate of the serial port', numberUpTo(4_000_000), DEFAULT_BAUD_RATE)
    .addOption(
      new Option('--accept <policy>', 'what to do with unknown desktops: ask on the terminal, allow or deny')
        .choices(['ask', 'allow', 'deny'])
        .default('ask'),
    )
    .option('--name <owner>', 'the owner’s name, as desktops show it', '')
    .option('--model <name>', 'the model, as desktops show it', DEFAULT_MODEL)
    .option('--no-announce', 'do not tell the network that the handheld is there')
    .option('--no-tls', 'do not offer TLS over TCP, as no device of 2009 does')
    .option('--verbose', 'log more');

  const own = (flags: Flags) => ({
    stateFolder: flags.state ?? defaultStateFolder(),
    json: flags.json === true,
  });
  command('sync', 'Ask the desktop that is connected to the running agent for a sync', (flags) =>
    syncNow(own(flags), io),
  );
  command('cancel', 'Ask it to cancel the sync that runs', (flags) => cancelNow(own(flags), io));

  withZone(
    command('list <dataset>', 'List the records', async (flags, dataset) =>
      listRecords(context(flags, dataset), flags),
    ),
  )
    .option('--from <date>', 'calendar: what happens from this day on (default: today)', dateText)
    .option('--to <date>', 'calendar: what happens up to this day (default: a week)', dateText)
    .option('--status <statuses>', 'tasks: of these statuses, with commas between them; or open')
    .option('--due-from <date>', 'tasks: due on this day or later', dateText)
    .option('--due-before <date>', 'tasks: due before this day', dateText)
    .addHelpText('after', LIST_HELP);
  command('show <dataset> <id>', 'Show a record with its fields', async (flags, dataset, id) =>
    showRecord(context(flags, dataset), String(id)),
  );
  withZone(
    command(
      'add <dataset> [fields...]',
      'Add a record, or all records of a file',
      async (flags, dataset, fields) => addRecords(context(flags, dataset), texts(fields), flags.from),
    ),
  )
    .option('--from <file>', 'a file with one JSON object of fields on each line; - for standard input')
    .addHelpText('after', FIELDS_HELP);
  withZone(
    command(
      'edit <dataset> <id> <fields...>',
      'Change fields of a record',
      async (flags, dataset, id, fields) =>
        editRecord(context(flags, dataset), String(id), texts(fields), flags.occurrence),
    ),
  )
    .option('--occurrence <date>', OCCURRENCE_HELP, dateText)
    .addHelpText('after', FIELDS_HELP);
  command('remove <dataset> [ids...]', 'Remove records', async (flags, dataset, ids) =>
    removeRecords(context(flags, dataset), texts(ids), {
      all: flags.all === true,
      occurrence: flags.occurrence,
    }),
  )
    .option('--all', 'remove every record of the dataset')
    .option('--occurrence <date>', OCCURRENCE_HELP, dateText);
  command('export <dataset>', 'Write all records as one .vcf or .ics text', async (flags, dataset) =>
    exportRecords(context(flags, dataset), flags.out),
  )
    .option('--out <file>', 'into a file (default: standard output)')
    .addHelpText('after', EXPORT_HELP);
  withZone(
    command(
      'import <dataset> <file>',
      'Add the records of a .vcf or .ics file; - for standard input',
      async (flags, dataset, file) => importRecords(context(flags, dataset), String(file)),
    ),
  ).addHelpText('after', IMPORT_HELP);

  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has printed what is wrong, or the help that was asked for.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}

function definitionOf(datasets: readonly DatasetDefinition[], name: string): DatasetDefinition {
  const found = datasets.find((definition) => definition.name === name);
  if (found !== undefined) return found;
  const names = datasets.map((definition) => definition.name).join(', ');
  throw new SyncError('device.dataset', `${name}; there is: ${names}`);
}

function texts(value: Argument): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

function numberUpTo(most: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`a number up to ${most} is needed`);
  };
}

function dateText(text: string): string {
  if (parseDate(text) === text) return text;
  throw new InvalidArgumentError('a date as 2026-03-17 is needed');
}

function zoneName(text: string): string {
  if (isKnownZone(text)) return text;
  throw new InvalidArgumentError('the name of a time zone as Europe/Oslo is needed');
}

function tellError(io: Io, error: SyncError, json: boolean): number {
  if (json) io.out(errorJson(error));
  else io.err(errorText(error));
  return EXIT.failed;
}
