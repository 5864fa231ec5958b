/** What the views show of a state, drawn without a browser. How they look and behave is tested in one (test/e2e). */
import { FluentProvider, webLightTheme } from '@fluentui/react-components';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { DeviceStatus, Status } from '../../../contract/api.ts';
import { errorCatalogue } from '../../../contract/errors.ts';
import type { Job, Question } from '../../../contract/job.ts';
import { DEFAULT_SETTINGS } from '../../../contract/settings.ts';
import { job, neo as sample, status as samples } from '../../../test/support/pane-samples.ts';
import type { ViewProps } from '../parts/view-props.ts';
import type { Commands } from '../store/commands.ts';
import { initialState, type AppState } from '../store/state.ts';
import { DatasetForm } from './dataset-form.tsx';
import { Devices } from './devices.tsx';
import { Home } from './home.tsx';
import { Session } from './session.tsx';

const commands = new Proxy({} as Commands, { get: () => () => undefined });
const account = { tenant: 't', address: 'ada@x.example', name: 'Ada' };
const neo: DeviceStatus = { ...sample, lastSync: '2026-11-23T10:00:00Z' };
const status: Status = { ...samples, devices: [neo] };

interface Drawn {
  readonly text: string;
  /** The names of what can be pressed, in order. */
  readonly buttons: readonly string[];
}

function draw(node: ReactNode): Drawn {
  const html = renderToStaticMarkup(createElement(FluentProvider, { theme: webLightTheme }, node));
  const plain = (part: string): string =>
    part
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('&amp;', '&')
      .replaceAll('&quot;', '"')
      .replaceAll('&#x27;', '’');
  const buttons = [...html.matchAll(/<button[^>]*>(.*?)<\/button>/gs)].map(([, inner = '']) => plain(inner));
  return { text: plain(html), buttons };
}

function props(change: Partial<Status> = {}, more: Partial<AppState> = {}): ViewProps {
  const told = { ...status, ...change };
  const state: AppState = { ...initialState, link: { kind: 'connected', status: told }, ...more };
  return { state, status: told, commands, now: Date.parse('2026-11-23T10:02:00Z') };
}
const home = (change: Partial<Status> = {}, more: Partial<AppState> = {}): Drawn =>
  draw(createElement(Home, props(change, more)));

describe('the first page', () => {
  it('has Sync and a preview for a device that was synced, and a preview alone for one that never was', () => {
    expect(home().buttons).toEqual(expect.arrayContaining(['Sync now', 'Preview']));
    const pocket = { ...neo, name: 'Pocket', lastSync: null };
    const { text, buttons } = home({ devices: [neo, pocket] }, { device: 'Pocket' });
    expect(text).toContain('Pocket has never been synced.');
    expect(buttons).toContain('Preview the first sync');
    expect(buttons).not.toContain('Sync now');
  });

  it.each([
    ['login.other-device', 'outlook-device-sync devices --accept Neo'],
    ['device.key-changed', 'outlook-device-sync devices --accept Neo'],
    ['device.downgrade', 'outlook-device-sync devices --accept Neo'],
    ['device.unprotected', 'outlook-device-sync devices --allow-unprotected Neo'],
  ] as const)('has the command that mends it beside the trouble, to be copied: %s', (code, command) => {
    const { message, remedy } = errorCatalogue[code];
    const gone: DeviceStatus = { ...neo, state: 'disconnected', problem: { code, message, remedy } };
    const { text, buttons } = home({ devices: [gone] });
    expect(text).toContain(command);
    expect(text).not.toContain('NAME');
    expect(buttons).toContain('Copy command');
  });

  it('offers the sync below a preview only while its device is there', () => {
    const previewed: Job = { ...job, kind: 'preview', device: 'Pocket' };
    const pocket = { ...neo, name: 'Pocket' };
    expect(home({ devices: [pocket], job: previewed }).buttons).toContain('Change settings');
    expect(home({ devices: [neo], job: previewed }).buttons).not.toContain('Change settings');
  });

  it('lets a paused bridge go on', () => {
    const { text, buttons } = home({ paused: true });
    expect(text).toContain('The bridge is paused');
    expect(buttons).toContain('Let it go on');
  });

  it('names what a sync that runs is at, with counts, and can cancel it', () => {
    const progress = {
      dataset: 'contacts',
      phase: 'applying',
      done: 30,
      total: 120,
      text: 'Writing to Outlook',
    } as const;
    const running: Job = { ...job, state: 'running', sessions: [], progress };
    const { text, buttons } = home({ job: running });
    expect(text).toContain('Writing to Outlook: 30 of 120');
    expect(buttons).toContain('Cancel');
    expect(buttons).not.toContain('Sync now');
  });

  it.each(['remove', 'restore'] as const)(
    'asks before it removes many, and has an answer to %s',
    (answer) => {
      const question: Question = {
        id: 'q',
        kind: 'removals',
        dataset: 'contacts',
        side: 'mailbox',
        reason: 'removed',
        count: 55,
        pairs: 200,
        labels: ['Ada Example'],
        until: '2026-11-23T10:00:00Z',
      };
      const { text, buttons } = home({ job: { ...job, state: 'running', question } });
      expect(text).toContain('Remove 55 contacts from Outlook?');
      expect(text).toContain('and 54 more');
      expect(buttons).toContain(answer === 'remove' ? 'Remove from Outlook' : 'Put them back on the device');
    },
  );

  it('marks a local account as none of Microsoft’s', () => {
    expect(home({}, { signIn: { kind: 'local', account } }).text).toContain(
      'Local mailbox for trying out, no real account.',
    );
  });

  it.each(['signed-out', 'interaction-required'] as const)('can sign in: %s', (kind) => {
    const signIn: AppState['signIn'] =
      kind === 'signed-out'
        ? { kind, problem: null }
        : { kind, account, why: 'challenge', permissions: [], problem: null };
    expect(home({ hosts: [] }, { signIn }).buttons).toContain('Sign in');
  });
});

describe('what a preview would change', () => {
  it('can be synced as long as the device that was previewed is there', () => {
    const view = { kind: 'session', session: 3, device: 'Pocket', preview: true, title: 'What' } as const;
    const records = { kind: 'ready', value: { session: 3, records: [], after: null, total: 0 } } as const;
    const told = (devices: DeviceStatus[]): ViewProps => props({ devices }, { view, records });
    expect(draw(createElement(Session, told([neo, { ...neo, name: 'Pocket' }]))).buttons).toContain(
      'Sync now',
    );
    expect(draw(createElement(Session, told([neo]))).buttons).not.toContain('Sync now');
  });
});

describe('the devices', () => {
  it('have a choice for each dataset, and tell for how long it counts', () => {
    const datasets = { contacts: DEFAULT_SETTINGS, calendar: DEFAULT_SETTINGS };
    const settings: AppState['settings'] = {
      kind: 'ready',
      value: { devices: [{ device: 'Neo', datasets }] },
    };
    const once = { Neo: { contacts: { mode: 'off' } } } as const;
    const { text, buttons } = draw(createElement(Devices, props({}, { settings, once })));
    expect(text).toContain('What you choose here counts');
    expect(text).toContain('Both ways, otherwise at the next sync');
    expect(buttons).toEqual(
      expect.arrayContaining(['Compare everything', 'Forget this device', 'Add a device']),
    );
  });

  it('have direction, policy and categories; the calendar a window as well', () => {
    const form = (dataset: string, change: Partial<typeof DEFAULT_SETTINGS> = {}): string =>
      draw(
        createElement(DatasetForm, {
          dataset,
          settings: { ...DEFAULT_SETTINGS, ...change },
          onChange: () => undefined,
        }),
      ).text;
    for (const label of [
      'Direction',
      'If both sides changed',
      'Only these categories',
      'Not these categories',
    ])
      expect(form('contacts')).toContain(label);
    expect(form('contacts')).not.toContain('Days back');
    for (const label of ['Days back', 'Days ahead', 'Take what is outside off the device'])
      expect(form('calendar')).toContain(label);
    expect(form('calendar', { window: null })).not.toContain('Days back');
  });
});
