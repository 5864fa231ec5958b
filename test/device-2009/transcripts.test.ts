/** The recorded sessions with an original device, played against ours: the same answers, byte for byte. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { startPtyPair } from '../support/pty-pair.ts';
import { DesktopScript, unwrap } from './desktop-script.ts';
import { Device2009 } from './device.ts';

interface Step {
  /** Seconds since the connection began. */
  readonly at: number;
  readonly kind: 'send' | 'expect' | 'note';
  readonly text: string;
}

function transcript(name: string): readonly Step[] {
  const url = new URL(`../fixtures/vectors/transcripts/${name}`, import.meta.url);
  return readFileSync(url, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, at, mark, text = ''] = /^\s*([\d.]+) (->|<-|##) ?(.*)$/.exec(line) ?? [];
      if (mark === undefined) return [];
      return [
        { at: Number(at), kind: mark === '->' ? 'send' : mark === '<-' ? 'expect' : 'note', text } as const,
      ];
    });
}

/** A device that is the one of the transcript: its ids and its name. */
async function deviceOf(steps: readonly Step[]): Promise<Device2009> {
  const banner = steps.find(({ text }) => text.startsWith('220'))?.text ?? '';
  const field = (name: string): string => new RegExp(`${name}=([^;]*)`).exec(banner)?.[1] ?? '';
  const target = await Device2009.listen({
    challenge: field('challenge'),
    displayName: field('displayname'),
    context: '{a7a2832c-cdb3-40b6-9d95-6cd31e05647d}',
    // Slow enough for a desktop in this process to say HELPER_INIT first, as the recorded one did.
    greetMs: 20,
  });
  target.setClock(new Date('2026-11-22T20:00:00Z'));
  return target;
}

/** What each recording's owner did; keyed by the note at which it was done. */
type Happenings = Readonly<Record<string, (device: Device2009) => void>>;

let device: Device2009 | undefined;
let stopLine: (() => Promise<void>) | undefined;

afterEach(async () => {
  await device?.close();
  await stopLine?.();
  device = undefined;
  stopLine = undefined;
});

/** Plays the steps; returns how many lines of the device were compared. */
async function play(
  target: Device2009,
  steps: readonly Step[],
  connect: () => Promise<DesktopScript>,
  happenings: Happenings = {},
): Promise<number> {
  let desktop: DesktopScript | undefined;
  let compared = 0;
  for (const [index, { at, kind, text }] of steps.entries()) {
    if (kind === 'note') {
      happenings[text]?.(target);
      if (text.startsWith('===')) {
        await desktop?.close();
        await settled(target);
        desktop = await connect();
      } else if (text === 'EOF from device') expect(await desktop?.line()).toBeUndefined();
    } else if (kind === 'send') {
      setClockFor(target, steps.slice(index));
      // A pause of the recording, made short: what was a chunk of its own has to stay one.
      if (at - (steps[index - 1]?.at ?? 0) > 0.5) await pause(20);
      desktop?.send(text);
    } else {
      expect(await desktop?.line()).toBe(text);
      compared += 1;
    }
  }
  await desktop?.close();
  return compared;
}

/** The device has noticed that the desktop went away. */
async function settled(target: Device2009): Promise<void> {
  for (let turn = 0; turn < 200 && target.openConnections > 0; turn += 1) {
    await pause(5);
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Puts the clock where the recorded device's clock was at the anchors that come next. */
function setClockFor(target: Device2009, ahead: readonly Step[]): void {
  for (const { kind, text } of ahead) {
    const message = kind === 'expect' ? unwrap(text) : undefined;
    if (message?.message !== 'clientSyncAnchors(QDateTime,QDateTime)') continue;
    target.clock.freeze(message.args[1] as Date);
    return;
  }
}

const PEOPLE = [0, 1, 2].map((n) => ({ FirstName: `Dev${n}`, LastName: 'Élan' }));

function editBothWays(target: Device2009): void {
  const context = '{a7a2832c-cdb3-40b6-9d95-6cd31e05647d}';
  target.clock.advance(1_500);
  target.add({ FirstName: 'DevNew', LastName: 'X' });
  target.edit(`${context}:1`, { FirstName: 'Dev0-edited' });
  target.remove(`${context}:7`);
}

function overTcp(target: Device2009): () => Promise<DesktopScript> {
  return () => DesktopScript.tcp(target.port);
}

describe('recorded sessions of an original device, over TCP', () => {
  it('first and fast sync', async () => {
    const steps = transcript('first_and_fast.tcp.txt');
    device = await deviceOf(steps);
    for (const person of PEOPLE) device.add(person);
    const happenings = { '=== fast sync, edits both ways ===': editBothWays };
    expect(await play(device, steps, overTcp(device), happenings)).toBe(55);
    expect(device.offences).toEqual([]);
    expect(device.crashed).toBeUndefined();
  });

  it('a link that is dropped in the middle', async () => {
    const steps = transcript('disconnect_mid_sync.tcp.txt');
    device = await deviceOf(steps);
    device.add({ FirstName: 'Keep', LastName: 'Me' });
    expect(await play(device, steps, overTcp(device))).toBe(19);
    expect(device.records().map(({ record }) => record.texts.get('FirstName'))).toEqual(['Keep', 'Again']);
    expect(device.counter('rollbacks')).toBe(1);
  });

  it('a dataset that the device does not have, and the crash when the session goes on', async () => {
    const steps = transcript('unknown_dataset.tcp.txt');
    device = await deviceOf(steps);
    expect(await play(device, steps, overTcp(device))).toBe(12);
    expect(device.crashed).toBe('serverSyncAnchors with no dataset active');
  });

  it('helper lines, the global 200 switch, acknowledgements and the time-out', async () => {
    const steps = transcript('helper_init.tcp.txt');
    device = await deviceOf(steps);
    expect(await play(device, steps, overTcp(device))).toBe(16);
  });

  it('a sync that the device asks for', async () => {
    const steps = transcript('device_initiated.tcp.txt');
    device = await deviceOf(steps);
    const target = device;
    const desktop = await DesktopScript.tcp(target.port);
    for (const { kind, text } of steps) {
      if (kind === 'send') desktop.send(text);
      if (kind !== 'expect') continue;
      const message = unwrap(text)?.message;
      if (message === 'startSync()') target.pressSync();
      if (message === 'cancelSync()') target.pressCancel();
      expect(await desktop.line()).toBe(text);
    }
    await expect.poll(() => target.messages('to-device')).toEqual(['syncStart()', 'syncEnd()']);
    await desktop.close();
  });

  it('refused logins', async () => {
    // The first retry holds a clientError of the aborted connection before it, whose moment is chance; it has
    // a test of its own. The recording's owner refused five times: here time passes, so that the lock ends.
    const steps = transcript('refused_login.tcp.txt');
    const from = steps.findIndex(({ text }) => text === '=== retry 0 ===');
    const to = steps.findIndex(({ text }) => text === '=== retry 1 ===');
    device = await deviceOf(steps);
    device.owner('deny');
    const happenings = {
      '=== policy now allow ===': (target: Device2009) => {
        target.clock.advance(600_000);
        target.owner('allow');
      },
    };
    expect(await play(device, steps.toSpliced(from, to - from), overTcp(device), happenings)).toBe(18);
  });

  it('the contacts session of an original desktop', async () => {
    const steps = transcript('1-first.wire.txt');
    const contactsEnd = steps.findIndex(({ text }) => text.includes('syncProgress(int) 8')) - 7;
    device = await deviceOf(steps);
    for (const [FirstName, LastName] of [
      ['Dev0', 'D'],
      ['Dev1', 'D'],
      ['Same', 'Both'],
    ] as const) {
      device.add({ FirstName, LastName });
    }
    const part: Step[] = [{ at: 0, kind: 'note', text: '===' }, ...steps.slice(0, contactsEnd)];
    expect(await play(device, part, overTcp(device))).toBe(14);
    expect(device.records()).toHaveLength(6);
    expect(device.screen.steps).toBe(18);
    expect(device.offences).toEqual([]);
  });
});

describe('recorded sessions of an original device, over a serial line', () => {
  it('first and fast sync, with the old session still logged in', async () => {
    const steps = transcript('first_and_fast.serial.txt');
    const line = await startPtyPair();
    stopLine = line.stop;
    device = await deviceOf(steps);
    await device.close();
    await device.openSerial(line.far);
    const target = device;
    for (const person of PEOPLE) target.add(person);
    const happenings = { '=== fast sync, edits both ways ===': editBothWays };
    const compared = await play(target, steps, () => DesktopScript.serial(line.near), happenings);
    expect(compared).toBe(52);
    expect(target.offences).toEqual([]);
    expect(target.counter('logins')).toBe(1);
  });
});
