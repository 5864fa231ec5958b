import { Command, InvalidArgumentError } from 'commander';
import { startMailbox } from './mailbox.ts';

/** `npm run mailbox -- --port N --state DIR`: the local mailbox as a program of its own. */

const program = new Command('mailbox')
  .description('A local stand-in for the part of Microsoft Graph v1.0 that outlook-device-sync uses.')
  .option('--port <number>', 'TCP port on 127.0.0.1; 0 = a free one', readPort, 0)
  .option('--state <folder>', 'where the SQLite file lives; without it everything is forgotten at the end')
  .option('--json', 'print the line that tells the address as JSON', false);

program.action(async ({ port, state, json }: { port: number; state?: string; json: boolean }) => {
  const mailbox = await startMailbox({ port, ...(state === undefined ? {} : { stateDir: state }) });
  const stop = (): void => {
    mailbox.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  console.log(
    json ? JSON.stringify({ ready: true, url: mailbox.url }) : `local mailbox ready at ${mailbox.url}`,
  );
});

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('a port is a whole number from 0 to 65535');
  return port;
}

function fail(error: unknown): never {
  console.error(`mailbox: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
