/** Export and import of vCard and iCalendar files by the command, in this process. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { datasetDefinitions, type Fields } from '../../datasets/index.ts';
import { temporaryFolder } from '../../test/desktop-2009/temporary-folder.ts';
import { EXIT, runCli } from './program.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

async function run(state: string, args: readonly string[], input = '') {
  let [out, err] = ['', ''];
  const io = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    stdin: Readable.from([input]),
    interactive: false,
    stopSignal: () => new AbortController().signal,
  };
  const code = await runCli([...args, '--state', join(folder, state)], io, [...datasetDefinitions.values()]);
  return { code, out, err };
}

const recordsOf = async (state: string, dataset: string): Promise<Fields[]> => {
  const { out } = await run(state, ['export', dataset, '--json']);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Fields);
};

describe('export into a file and import into another handheld', () => {
  it.each([
    ['contacts', ['FirstName=Ada', 'EmailAddresses=a@x.example', 'CustomFields/Locker=12']],
    [
      'calendar',
      [
        'Description=Choir',
        'TimeZone=Europe/Oslo',
        'When/Start=2026-03-03T19:00',
        'When/End=2026-03-03T21:00',
        'Repeat/Type=Weekly',
        'Repeat/WeekMask=Tuesday',
      ],
    ],
    ['tasks', ['Description=Boiler', 'Status=Waiting', 'StartedDate=2026-05-20', 'PercentCompleted=40']],
  ])('%s are the same there', async (dataset, fields) => {
    const file = join(folder, 'records');
    await run('a', ['add', dataset, ...fields]);
    expect(await run('a', ['export', dataset, '--out', file])).toEqual({ code: EXIT.ok, out: '', err: '' });
    const { code, out, err } = await run('b', ['import', dataset, file]);
    expect([code, err]).toEqual([EXIT.ok, '']);
    expect(out).toMatch(/^Added \{/);
    expect(await recordsOf('b', dataset)).toEqual(await recordsOf('a', dataset));
    expect(await recordsOf('b', dataset)).toHaveLength(1);
  });
});

describe('export', () => {
  it('prints where no file is named, and names what is lost with the number of records', async () => {
    await run('a', ['add', 'contacts', 'LastName=Dahl', 'Profession=Physicist']);
    await run('a', ['add', 'contacts', 'LastName=Lie', 'Profession=Baker']);
    const { out, err } = await run('a', ['export', 'contacts']);
    expect(out.match(/BEGIN:VCARD/g)).toHaveLength(2);
    expect(err).toMatch(/^V4: .*\(2 of the records\)\n$/);
  });

  it('says when the file cannot be written', async () => {
    const { code, err } = await run('a', ['export', 'contacts', '--out', join(folder, 'none', 'x')]);
    expect(code).toBe(EXIT.usage);
    expect(err).toContain('cannot be written');
  });
});

describe('import', () => {
  const cards = ['N:Dahl;Siri;;;', 'no property', 'N:Lie;Pål;;;'].map(
    (line) => `BEGIN:VCARD\n${line}\nEND:VCARD\n`,
  );

  it('names a bad card with its line, adds the others and fails', async () => {
    const { code, out, err } = await run('a', ['import', 'contacts', '-'], cards.join(''));
    expect([code, out]).toEqual([EXIT.failed, 'Added 2 records\n']);
    expect(err).toContain('-, line 5: bad-line, no property');
    expect((await recordsOf('a', 'contacts')).map(({ LastName }) => LastName)).toEqual(['Dahl', 'Lie']);
  });

  it.each([
    ['what is not there', 'none.vcf', 'ENOENT'],
    ['what holds no card', 'empty.vcf', 'line 1: nothing-found'],
    ['what is not UTF-8', 'latin.vcf', 'latin.vcf'],
  ])('adds nothing of %s', async (_, name, reason) => {
    writeFileSync(join(folder, 'empty.vcf'), 'x');
    writeFileSync(join(folder, 'latin.vcf'), Buffer.from('BEGIN:VCARD\nN:\xd8;;;;\nEND:VCARD\n', 'latin1'));
    const { code, out, err } = await run('a', ['import', 'contacts', join(folder, name)]);
    expect([code, out]).toEqual([EXIT.failed, '']);
    expect(err).toContain(reason);
    expect(await recordsOf('a', 'contacts')).toEqual([]);
  });

  it('gives a task that is under way without a start the day of the import, as the handheld does', async () => {
    const text = 'BEGIN:VTODO\nSUMMARY:x\nSTATUS:IN-PROCESS\nEND:VTODO\n';
    await run('a', ['import', 'tasks', '-', '--zone', 'Europe/Oslo'], text);
    const [task] = await recordsOf('a', 'tasks');
    expect(task?.StartedDate).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('prints JSON with the losses of each record', async () => {
    const { out } = await run(
      'a',
      ['import', 'contacts', '-', '--json'],
      'BEGIN:VCARD\nN:x;;;;\nIMPP:a\nEND:VCARD\n',
    );
    expect(JSON.parse(out)).toMatchObject({
      added: [expect.any(String)],
      losses: [[{ code: 'V16', details: ['IMPP'] }]],
    });
  });
});

it('the file that is written is that of the standard', async () => {
  const file = join(folder, 'tasks.ics');
  await run('a', ['add', 'tasks', 'Description=Boiler']);
  await run('a', ['export', 'tasks', '--out', file]);
  expect(readFileSync(file, 'utf8')).toMatch(
    /^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\nPRODID:.*\r\n[^]*\r\nEND:VCALENDAR\r\n$/,
  );
});
