/** What the demo does: three syncs, with edits on both sides in between, and a look whether both sides agree. */
import type { ProgressLine } from '../bridge/cli/progress-line.ts';
import type { Io } from '../bridge/cli/io.ts';
import { runToEnd } from '../bridge/cli/sync-command.ts';
import type { SessionReport } from '../contract/job.ts';
import type { Fields } from '../datasets/index.ts';
import { editBothSides } from './edits.ts';
import { DATASETS, differencesOf, united, type DatasetName, type Records } from './records.ts';
import type { Stage } from './stage.ts';

export interface PlayedSync {
  readonly name: string;
  readonly reports: readonly SessionReport[];
}

export interface Played {
  readonly syncs: readonly PlayedSync[];
  readonly records: Readonly<Record<DatasetName, { readonly device: number; readonly outlook: number }>>;
  /** Empty when both sides hold what they should, nothing twice and nothing lost. */
  readonly differences: readonly string[];
  /** Mails that the service would have sent to other people. */
  readonly mailsSent: number;
}

/** What is expected of each dataset after a sync, by name (records.ts). */
export type Expected = Readonly<Record<DatasetName, Map<string, Fields | undefined>>>;

export async function play(
  stage: Stage,
  sides: { readonly outlook: Records; readonly device: Records },
  /** Names of appointments that Outlook alone can make. */
  meetings: readonly string[],
  io: Io,
  line: ProgressLine,
  say: (text: string) => void,
): Promise<Played> {
  const syncs: PlayedSync[] = [];
  const sync = async (name: string): Promise<void> => {
    const job = await runToEnd(stage.client, io, { datasets: [...DATASETS] }, line);
    line.clear();
    if (job.state !== 'ok') throw new Error(job.error?.message ?? 'the sync failed');
    syncs.push({ name, reports: job.sessions });
  };
  const of = (dataset: DatasetName): Map<string, Fields | undefined> =>
    united(dataset, sides.outlook, sides.device);
  const expected: Expected = { contacts: of('contacts'), calendar: of('calendar'), tasks: of('tasks') };
  for (const name of meetings) expected.calendar.set(name, undefined);

  say('First sync …');
  await sync('first');
  const differences = await compare(stage, expected);
  say('Edits on both sides …');
  await editBothSides(stage, expected);
  say('Second sync …');
  await sync('after edits');
  say('Third sync …');
  await sync('idle');
  differences.push(...(await compare(stage, expected)));
  const mails = (await stage.admin('GET', '/outgoing-mail')) as readonly unknown[];
  return { syncs, records: await count(stage), differences, mailsSent: mails.length };
}

async function compare(stage: Stage, expected: Expected): Promise<string[]> {
  const told: string[] = [];
  for (const dataset of DATASETS) {
    const [device, outlook] = [await stage.deviceRecords(dataset), await stage.outlookRecords(dataset)];
    told.push(...differencesOf(dataset, device, outlook, expected[dataset]));
  }
  return told;
}

async function count(stage: Stage): Promise<Played['records']> {
  const of = async (dataset: DatasetName): Promise<{ device: number; outlook: number }> => ({
    device: (await stage.deviceRecords(dataset)).length,
    outlook: (await stage.outlookRecords(dataset)).length,
  });
  return { contacts: await of('contacts'), calendar: await of('calendar'), tasks: await of('tasks') };
}
