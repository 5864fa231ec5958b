// What a recorder does with what goes wrong, and what it holds of a job (docs/recordings.md).
import { describe, expect, test } from 'vitest';
import { recordingEventSchema, type RecordingEvent } from '../../contract/recording.ts';
import type { SettingsChange } from '../../contract/settings.ts';
import { sampleJob, sampleSession } from '../../test/support/sample-job.ts';
import { Recorder, type RecorderOptions } from './recorder.ts';

function start(options: Partial<RecorderOptions> = {}): {
  readonly recorder: Recorder;
  readonly events: () => readonly RecordingEvent[];
  readonly bugs: unknown[];
  readonly ends: () => number;
} {
  const lines: string[] = [];
  const bugs: unknown[] = [];
  let ends = 0;
  const recorder = new Recorder({
    take: (line) => lines.push(line) > 0,
    done: () => void (ends += 1),
    now: () => 0,
    version: '1.2.3',
    onBug: (error) => bugs.push(error),
    ...options,
  });
  const events = (): RecordingEvent[] => lines.map((line) => recordingEventSchema.parse(JSON.parse(line)));
  return { recorder, events, bugs, ends: () => ends };
}

const okay = (): string => '200 Command okay';

describe('a recording', () => {
  test('ends with its job, and takes nothing more', () => {
    const { recorder, events, ends } = start();
    recorder.line('in', okay);
    recorder.end(sampleJob);
    recorder.line('in', () => {
      throw new Error('asked for the text of a line that nobody records');
    });
    expect(events().map(({ event }) => event)).toEqual(['line', 'end']);
    expect(ends()).toBe(1);
  });

  test('that grows too large is cut, and says so in its last line', () => {
    const { recorder, events, ends } = start({ maxChars: 200 });
    for (let count = 0; count < 50; count++) recorder.line('in', okay);
    recorder.end(sampleJob);
    expect(events().at(-1)).toMatchObject({ event: 'cut', reason: 'It grew too large.' });
    expect(events().length).toBeLessThan(5);
    expect(ends()).toBe(1);
  });

  test('that nobody takes fast enough is cut', () => {
    const lines: string[] = [];
    const { recorder, ends } = start({ take: (line) => lines.push(line) < 2 });
    for (let count = 0; count < 50; count++) recorder.line('in', okay);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain('It was not taken in time.');
    expect(ends()).toBe(1);
  });

  test('does no harm where it fails', () => {
    const failing = start({
      take: () => {
        throw new Error('no sink');
      },
    });
    expect(() => failing.recorder.line('in', okay)).not.toThrow();
    expect(failing.bugs).toHaveLength(2);
    expect(failing.ends()).toBe(1);
    const unreadable = start();
    unreadable.recorder.line('in', () => {
      throw new Error('no text');
    });
    expect(unreadable.events()).toMatchObject([{ event: 'cut', reason: 'It could not be recorded.' }]);
  });
});

describe('[SEC-10] of a job', () => {
  test('are shown neither the device’s name nor those of categories', () => {
    const { recorder, events } = start();
    const contacts: SettingsChange = { policy: 'ask', include: ['Lovers'], exclude: ['Creditors'] };
    recorder.begin({ device: 'Adas phone', slow: true, settings: { contacts } }, '2026-11-26T12:00:00Z');
    expect(events()).toMatchObject([
      { event: 'begin', request: { slow: true, settings: { contacts: { policy: 'ask' } } } },
    ]);
    expect(JSON.stringify(events())).not.toMatch(/lovers|creditors|adas/i);
  });

  test('is shown of a problem what kind it is, and nothing of the record', () => {
    const { recorder, events } = start();
    const lines = [
      {
        side: 'device' as const,
        action: 'problem' as const,
        label: 'Ada Lovelace',
        reason: 'A value could not be read. (Birthday: Analytical)',
        fields: [{ field: 'Birthday', before: 'Analytical', after: '' }],
        code: 'record.no-id',
        remedy: '',
      },
    ];
    recorder.session({ ...sampleSession, lines });
    expect(events()).toMatchObject([
      { event: 'session', lines: [{ action: 'problem', code: 'record.no-id' }] },
    ]);
    expect(JSON.stringify(events())).not.toMatch(/Ada|Lovelace|Analytical/);
  });
});
