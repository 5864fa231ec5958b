import { describe, expect, it } from 'vitest';
import type { DeviceStatus, Status } from '../../../contract/api.ts';
import type { Conflict } from '../../../contract/conflicts.ts';
import { SyncError } from '../../../contract/errors.ts';
import type { Job, Question } from '../../../contract/job.ts';
import { connected, job, neo, status } from '../../../test/support/pane-samples.ts';
import { initialState, type AppState } from '../store/state.ts';
import { announcement } from './announcement.ts';
import { codeWords } from './code.ts';
import { choicesOf, conflictStateText, conflictText } from './conflicts.ts';
import { coverage } from './coverage.ts';
import { readDeviceDraft, type DeviceDraft } from './device-draft.ts';
import { differing } from './difference.ts';
import { forgettingWords } from './forgetting.ts';
import { partiesOf } from './parties.ts';
import { datasetProgress, timeLeft } from './progress.ts';
import { portAddress } from './port-address.ts';
import { questionWords } from './questions.ts';
import { isFirstRun, needsPreview, setupSteps } from './setup.ts';
import { linkText } from './terms.ts';
import { ago, roughly } from './times.ts';
import { troubles } from './troubles.ts';

describe('progress', () => {
  const progress = { dataset: 'calendar', phase: 'applying', done: 30, total: 120, text: 'Writing' } as const;

  it('names what has ended, what is at work and what is to come, in order', () => {
    const device = {
      ...neo,
      banner: {
        version: '',
        challenge: '',
        displayName: '',
        model: '',
        datasets: ['contacts', 'calendar', 'tasks', 'notes'],
      },
    };
    const shown = datasetProgress({ ...job, state: 'running', progress }, { ...status, devices: [device] });
    expect(shown.map(({ dataset, state, share }) => [dataset, state, share])).toEqual([
      ['contacts', 'done', 1],
      ['calendar', 'running', 0.25],
      ['tasks', 'waiting', 0],
    ]);
    expect(shown.map(({ text }) => text)).toEqual(['No changes', 'Writing: 30 of 120', 'Waiting']);
  });

  it('reckons the time left from what it has seen, and not too soon', () => {
    const pace = { dataset: 'calendar', phase: 'applying', since: 0, from: 10 };
    expect(timeLeft(progress, pace, 1_000)).toBeNull();
    expect(timeLeft(progress, pace, 4_000)).toBe(18_000);
    expect(timeLeft({ ...progress, total: null }, pace, 4_000)).toBeNull();
    expect(timeLeft({ ...progress, done: 10 }, pace, 4_000)).toBeNull();
  });
});

describe('troubles', () => {
  it.each([
    ['bridge.not-running', 'The bridge is not running'],
    ['bridge.no-permission', 'The browser blocks the bridge'],
    ['bridge.port-taken', 'Another program is on the bridge’s port'],
    ['bridge.unproven', 'Another bridge, or another user’s, answers'],
  ] as const)('of the bridge: %s', (code, title) => {
    const state: AppState = { ...initialState, link: { kind: 'unreachable', problem: new SyncError(code) } };
    expect(troubles(state).map((trouble) => trouble.title)).toEqual([title]);
  });

  it('of a certificate that ends soon: told before no page gets to hear of it', () => {
    const certificate = { notAfter: '2026-12-12T12:00:00', renewSoon: true };
    const [told] = troubles(connected({ certificate }));
    expect(told).toMatchObject({ intent: 'info', command: 'outlook-device-sync certificate renew' });
    expect(told?.text).toContain('12 Dec 2026');
    expect(troubles(connected({ certificate: { ...certificate, renewSoon: false } }))).toEqual([]);
  });

  it('of a bridge that a person has paused: it can be let go on from here', () => {
    const paused = connected({ paused: true });
    expect(troubles(paused)).toMatchObject([{ title: 'The bridge is paused', remedies: ['resume'] }]);
    expect(partiesOf(paused, { ...status, paused: true }, 0)[0]).toMatchObject({
      text: 'Paused',
      state: 'warning',
    });
    expect(troubles(connected({ paused: false }))).toEqual([]);
  });

  it('of a device that this PC does not know, or has forgotten: the code is the question, and nothing else is said of it', () => {
    const waiting: DeviceStatus = { ...neo, state: 'waiting-for-code', code: '012345' };
    const state = connected({ devices: [waiting] });
    expect(troubles(state)).toEqual([]);
    expect(codeWords('Neo', '012345')).toMatchObject({
      title: 'Does Neo show 012 345?',
      text: 'This PC has no key to know it by. The same code on both says that nobody is between them.',
    });
    expect(announcement(state)).toBe('Does Neo show 012 345?');
    expect(partiesOf(state, { ...status, devices: [waiting] }, 0)[1]).toMatchObject({ state: 'warning' });
  });

  it('of a connection that is not protected: shown wherever the device is', () => {
    const open: DeviceStatus = { ...neo, protection: 'none' };
    const [, party] = partiesOf(connected({ devices: [open] }), { ...status, devices: [open] }, 0);
    expect(party).toMatchObject({ state: 'warning' });
    expect(party?.detail).toContain('10.0.0.1:4245 · unprotected, as you allowed');
    expect(linkText({ ...neo, protection: 'tls' })).toBe('10.0.0.1:4245 · protected');
    expect(linkText({ ...neo, protection: 'not-needed' })).toBe('10.0.0.1:4245');
    expect(linkText({ ...neo, link: 'serial /dev/ttyUSB0 at 9600 baud' })).toBe(
      'serial /dev/ttyUSB0 at 9600 baud',
    );
  });

  it('says before a device is forgotten what is lost and what stays', () => {
    const { title, lost, stays } = forgettingWords({ ...neo, protection: 'tls' });
    expect(title).toBe('Forget Neo?');
    expect(lost).toContain('how to reach it (10.0.0.1:4245)');
    expect(lost).toContain('compare its code where it shows one');
    expect(forgettingWords(neo).lost).not.toContain('code');
    expect(stays).toContain('Every record stays, on the device and in Outlook.');
  });

  it('offers to sign out where this page decides who is signed in, and to nobody else', () => {
    const account = { tenant: 'contoso', address: 'ada@x.example', name: 'Ada' };
    const state = connected({}, { signIn: { kind: 'signed-in', account } });
    expect(partiesOf({ ...state, canSignOut: true }, status, 0).at(-1)).toMatchObject({ action: 'sign-out' });
    expect(partiesOf(state, status, 0).at(-1)).not.toHaveProperty('action');
    const out = { ...state, signIn: { kind: 'signed-out', problem: null } as const, canSignOut: true };
    expect(partiesOf(out, status, 0).at(-1)).not.toHaveProperty('action');
  });

  it('of Outlook: signed out, a challenge, a service that asks to slow down', () => {
    expect(troubles(connected({}, { signIn: { kind: 'signed-out', problem: null } }))[0]).toMatchObject({
      title: 'You are signed out',
      remedies: ['sign-in'],
    });
    const account = { tenant: 't', address: 'ada@x.example', name: 'Ada' };
    const asked = {
      kind: 'interaction-required',
      account,
      why: 'challenge',
      permissions: [],
      problem: null,
    } as const;
    expect(troubles(connected({}, { signIn: asked }))[0]?.title).toBe('Your organisation asks for more');
    const throttled = { kind: 'waiting', problem: new SyncError('mailbox.throttled') } as const;
    expect(troubles(connected({}, { mailbox: throttled }))[0]).toMatchObject({
      title: 'Outlook asks to slow down',
      intent: 'warning',
    });
    const held = { kind: 'attached', mailbox: 'ada@x.example', waitMs: 30_000 } as const;
    expect(troubles(connected({}, { mailbox: held }))[0]).toMatchObject({
      title: 'Outlook asks to slow down',
      intent: 'info',
      text: 'It is asked again after 30 seconds. There is nothing for you to do.',
    });
  });

  it('of Outlook’s script, wherever the rest is: the page works, as in a browser', () => {
    const officeProblem = new SyncError('office.script');
    const [told, ...others] = troubles(connected({}, { officeProblem }));
    expect(told).toMatchObject({ title: 'Outlook’s script did not come', intent: 'info', remedies: [] });
    expect(told?.text).toContain('Allow appsforoffice.microsoft.com');
    expect(others).toEqual([]);
    const signedOut = { kind: 'signed-out', problem: null } as const;
    expect(troubles(connected({}, { officeProblem, signIn: signedOut }))).toHaveLength(2);
  });

  it('are none where another host serves the mailbox', () => {
    const failing = { kind: 'waiting', problem: new SyncError('mailbox.unavailable') } as const;
    expect(troubles(connected({}, { mailbox: failing }))).toEqual([]);
    expect(troubles(connected({ hosts: [] }, { mailbox: failing }))[0]?.title).toBe(
      'Outlook’s service cannot be reached',
    );
  });
});

describe('the first run', () => {
  const current = (change: Partial<Status>): readonly string[] =>
    setupSteps(connected(change), { ...status, ...change }).flatMap(({ name, state }) =>
      state === 'current' ? [name] : [],
    );

  it('goes step by step', () => {
    expect(current({ hosts: [] })).toEqual(['outlook']);
    expect(current({ devices: [] })).toEqual(['device']);
    expect(current({ devices: [{ ...neo, state: 'connecting' }] })).toEqual(['device']);
    expect(current({})).toEqual(['datasets', 'preview']);
    expect(current({ job: { ...job, kind: 'preview' } })).toEqual(['sync']);
  });

  it('is over with the first sync', () => {
    expect(isFirstRun(status)).toBe(true);
    expect(isFirstRun({ ...status, job: { ...job, kind: 'preview', state: 'running' } })).toBe(true);
    expect(isFirstRun({ ...status, job: { ...job, state: 'running' } })).toBe(false);
    expect(isFirstRun({ ...status, devices: [{ ...neo, lastSync: '2026-11-23T10:00:01Z' }] })).toBe(false);
  });

  it('leads to a preview of every device that was never synced, also of a second one', () => {
    const pocket = { ...neo, name: 'Pocket' };
    const previewed: Job = { ...job, kind: 'preview', device: 'Pocket' };
    expect(needsPreview(pocket, status)).toBe(true);
    expect(needsPreview(pocket, { ...status, job: { ...previewed, device: 'Neo' } })).toBe(true);
    expect(needsPreview(pocket, { ...status, job: { ...previewed, state: 'failed' } })).toBe(true);
    expect(needsPreview(pocket, { ...status, job: previewed })).toBe(false);
    expect(needsPreview({ ...pocket, lastSync: '2026-11-23T10:00:01Z' }, status)).toBe(false);
  });
});

describe('a conflict', () => {
  const conflict: Conflict = {
    id: 1,
    device: 'Neo',
    dataset: 'contacts',
    label: 'Ada',
    kind: 'removal',
    state: 'open',
    removedOn: 'mailbox',
    winner: null,
    choice: null,
    fields: [],
    session: 1,
    foundAt: '2026-11-23T10:00:00Z',
  };

  it('of a removal has the changed side to keep, and the other to remove', () => {
    expect(conflictText(conflict)).toBe('Removed in Outlook, changed on the device since.');
    expect(choicesOf(conflict).map(({ choice }) => choice)).toEqual(['device', 'mailbox']);
    expect(choicesOf({ ...conflict, removedOn: 'device' }).map(({ choice }) => choice)).toEqual([
      'mailbox',
      'device',
    ]);
  });

  it('that a policy has settled is only reversed; one that is over has no choice', () => {
    const settled: Conflict = {
      ...conflict,
      kind: 'field',
      removedOn: null,
      state: 'settled',
      winner: 'device',
    };
    expect(choicesOf(settled).map(({ choice }) => choice)).toEqual(['mailbox', 'both']);
    expect(conflictStateText(settled)).toBe('Settled by the policy: the device’s was kept.');
    expect(choicesOf({ ...settled, state: 'done' })).toEqual([]);
  });

  it.each([
    ['Room 214', 'Room 241', ['Room 2', '14', '']],
    ['same', 'same', ['same', '', '']],
    ['a😀b', 'a😁b', ['a', '😀', 'b']],
    ['aa', 'aaa', ['aa', '', '']],
    ['', 'x', ['', '', '']],
  ])('marks where %j differs from %j', (text, other, parts) => {
    const { head, middle, tail } = differing(text, other);
    expect([head, middle, tail]).toEqual(parts);
  });
});

describe('the guard’s question', () => {
  const question: Question = {
    id: 'q',
    kind: 'removals',
    dataset: 'contacts',
    side: 'mailbox',
    reason: 'removed',
    count: 55,
    pairs: 200,
    labels: [],
    until: '2026-11-23T10:00:00Z',
  };

  it('names the side that would lose, why, and what keeps the most first', () => {
    const { title, text, answers } = questionWords(question);
    expect(title).toBe('Remove 55 contacts from Outlook?');
    expect(text).toMatch(/^They were removed on the device\. That is 55 of 200 records/);
    expect(answers.map(({ answer }) => answer)).toEqual(['restore', 'remove', 'skip']);
    expect(questionWords({ ...question, side: 'device', reason: 'empty' }).text).toMatch(
      /^Outlook holds nothing at all/,
    );
  });
});

describe('a new device', () => {
  const draft: DeviceDraft = {
    name: ' Neo ',
    kind: 'tcp',
    address: '',
    path: '',
    baudRate: 9600,
    greenphone: false,
  };
  const link = (address: string) => {
    const read = readDeviceDraft({ ...draft, address }, []);
    return read.ok ? read.request.link : read.field;
  };

  it.each([
    ['192.168.0.202', { kind: 'tcp', host: '192.168.0.202' }],
    ['neo.local:4300', { kind: 'tcp', host: 'neo.local', port: 4300 }],
    ['[fe80::1%usb0]:4245', { kind: 'tcp', host: 'fe80::1%usb0', port: 4245 }],
    ['', 'address'],
    ['a b', 'address'],
    ['neo:0', 'address'],
    ['neo:70000', 'address'],
    ['http://neo', 'address'],
    ['fe80::1', 'address'],
  ])('by its address: %s', (address, wanted) => expect(link(address)).toEqual(wanted));

  it('has a name of its own, and on a cable a port', () => {
    expect(readDeviceDraft(draft, ['Neo'])).toMatchObject({ ok: false, field: 'name' });
    expect(readDeviceDraft({ ...draft, kind: 'serial' }, [])).toMatchObject({ ok: false, field: 'path' });
    expect(readDeviceDraft({ ...draft, kind: 'serial', path: '/dev/ttyUSB0' }, [])).toMatchObject({
      ok: true,
      request: { name: 'Neo', link: { kind: 'serial', path: '/dev/ttyUSB0', baudRate: 9600 } },
    });
  });
});

describe('a port that is chosen', () => {
  const cradle = {
    path: '/dev/ttyUSB0',
    description: 'FT232R USB UART',
    vendorId: '0403',
    productId: '6001',
    serialNumber: 'A600',
  };

  it('is kept by what is plugged in, so that nothing else at its place is written to', () => {
    const other = { ...cradle, path: '/dev/ttyUSB1', serialNumber: 'B700' };
    expect(portAddress(cradle, [cradle, other])).toBe('usb:0403:6001:A600');
    expect(portAddress({ ...cradle, serialNumber: null }, [cradle])).toBe('usb:0403:6001');
  });

  it.each([
    ['is built in', { ...cradle, vendorId: null, productId: null, serialNumber: null }, []],
    ['is one of two with the same serial number', cradle, [{ ...cradle, path: '/dev/ttyUSB1' }]],
    [
      'has no serial number, and another one is like it',
      { ...cradle, serialNumber: null },
      [{ ...cradle, path: '/dev/ttyUSB1' }],
    ],
    ['tells no USB id as such', { ...cradle, vendorId: 'x' }, []],
  ])('is kept by its path where it %s', (_why, port, others) => {
    expect(portAddress(port, [port, ...others])).toBe('/dev/ttyUSB0');
  });
});

describe('times', () => {
  const now = Date.parse('2026-11-23T12:00:00');
  it.each([
    ['2026-11-23T11:59:30', 'just now'],
    ['2026-11-23T11:58:30', '1 minute ago'],
    ['2026-11-23T09:05:00', 'today, 09:05'],
    ['2026-11-22T23:59:00', 'yesterday, 23:59'],
    ['2026-11-02T08:00:00', '2 Nov 2026, 08:00'],
    ['never', 'never'],
  ])('%s is %s', (iso, text) => expect(ago(iso, now)).toBe(text));

  it.each([
    [3_000, 'a few seconds'],
    [41_000, '50 seconds'],
    [61_000, '2 minutes'],
    [3_700_000, '1 hour 2 minutes'],
  ])('%d ms are roughly %s', (ms, text) => expect(roughly(ms)).toBe(text));
});

describe('the coverage', () => {
  it('has every field that the datasets know, and what is lost by name', () => {
    const [contacts, calendar] = coverage();
    expect(contacts?.fields).toEqual(expect.arrayContaining(['First name', 'Picture', 'Custom field']));
    expect(calendar?.fields).toEqual(expect.arrayContaining(['Start and end', 'Reminder', 'Category']));
    expect(calendar?.differences.length).toBeGreaterThan(5);
  });
});
