/** What stands in the way of a sync, each told apart, with what can be done about it. */
import type { Status } from '../../../contract/api.ts';
import { SyncError } from '../../../contract/errors.ts';
import type { SignInState } from '../../auth/sign-in.ts';
import type { MailboxState } from '../pane-state.ts';
import type { AppState } from '../store/state.ts';
import { deviceTrouble } from './device-troubles.ts';
import { dayOf, roughly } from './times.ts';

export type Remedy = 'retry' | 'sign-in' | 'pair-anew' | 'resume' | 'copy-command';

export interface Trouble {
  /** Stays the same while the trouble does. */
  readonly id: string;
  readonly intent: 'error' | 'warning' | 'info';
  readonly title: string;
  readonly text: string;
  /** What to type at a command prompt of this PC. */
  readonly command?: string;
  readonly remedies: readonly Remedy[];
}

export function troubles(state: AppState): readonly Trouble[] {
  const { link, mailbox, signIn, officeProblem } = state;
  if (link.kind === 'unreachable') return [bridgeTrouble(link.problem)];
  if (link.kind !== 'connected') return [];
  return [
    ...pauseTrouble(link.status),
    ...outlookTroubles(mailbox, signIn, link.status),
    ...link.status.devices.flatMap(deviceTrouble),
    ...(officeProblem === null ? [] : [scriptTrouble(officeProblem)]),
    ...certificateTrouble(link.status),
  ];
}

const bridgeTitles: Readonly<Record<string, readonly [title: string, remedies: readonly Remedy[]]>> = {
  'bridge.not-running': ['The bridge is not running', ['copy-command', 'retry']],
  'bridge.no-permission': ['The browser blocks the bridge', ['retry']],
  'bridge.port-taken': ['Another program is on the bridge’s port', ['retry']],
  'bridge.unproven': ['Another bridge, or another user’s, answers', ['retry', 'pair-anew']],
};

function bridgeTrouble(problem: SyncError): Trouble {
  const [title, remedies] = bridgeTitles[problem.code] ?? ['The bridge cannot be used', ['retry'] as const];
  const command = problem.code === 'bridge.not-running' && { command: 'outlook-device-sync start' };
  return { id: 'bridge', intent: 'error', title, text: sentence(problem), remedies, ...command };
}

/** The command stands beside it, to be copied. */
function sentence(problem: SyncError): string {
  if (problem.code === 'bridge.not-running') return 'Start it on this PC. This page goes on looking for it.';
  // The title has said the rest.
  return problem.code === 'bridge.port-taken' ? problem.remedy : said(problem);
}

/** Whatever device there is, it is let go meanwhile. */
function pauseTrouble({ paused = false }: Status): readonly Trouble[] {
  if (!paused) return [];
  return [
    {
      id: 'paused',
      intent: 'warning',
      title: 'The bridge is paused',
      text: 'No device is connected and nothing is synced until it goes on.',
      remedies: ['resume'],
    },
  ];
}

function outlookTroubles(mailbox: MailboxState, signIn: SignInState, { hosts }: Status): readonly Trouble[] {
  const waiting = mailbox.kind === 'waiting' ? mailbox.problem : null;
  if (mailbox.kind === 'attached' && mailbox.waitMs !== undefined)
    return [
      {
        id: 'mailbox',
        intent: 'info',
        title: mailboxTitles['mailbox.throttled'] ?? '',
        text: `It is asked again after ${roughly(mailbox.waitMs)}. There is nothing for you to do.`,
        remedies: [],
      },
    ];
  if (signIn.kind === 'signed-out')
    return [
      {
        id: 'sign-in',
        intent: 'warning',
        title: 'You are signed out',
        text: signIn.problem === null ? 'Sign in to the mailbox that is to be synced.' : said(signIn.problem),
        remedies: ['sign-in'],
      },
    ];
  if (signIn.kind === 'interaction-required')
    return [
      {
        id: 'sign-in',
        intent: 'warning',
        title: interactionTitles[signIn.why],
        text: `Signed in as ${signIn.account.address}. ${signIn.problem === null ? interactionTexts[signIn.why] : said(signIn.problem)}`,
        remedies: ['sign-in'],
      },
    ];
  // Another page or program may serve the mailbox as well.
  if (hosts.length > 0) return waiting?.code === 'mailbox.throttled' ? [mailboxTrouble(waiting)] : [];
  if (waiting !== null) return [mailboxTrouble(waiting)];
  if (signIn.kind === 'unavailable')
    return [
      {
        id: 'sign-in',
        intent: 'error',
        title: 'Signing in is not set up',
        text: said(signIn.problem),
        remedies: [],
      },
    ];
  return [];
}

const interactionTitles = {
  permission: 'A permission is missing',
  challenge: 'Your organisation asks for more',
  expired: 'Your sign-in has expired',
} as const;

const interactionTexts = {
  permission: 'Microsoft asks you to agree once.',
  challenge: 'Confirm in Microsoft’s window that it is you.',
  expired: 'Sign in again.',
} as const;

const mailboxTitles: Readonly<Record<string, string>> = {
  'mailbox.throttled': 'Outlook asks to slow down',
  'mailbox.unavailable': 'Outlook’s service cannot be reached',
  'mailbox.signed-out': 'You are signed out',
  'mailbox.denied': 'Outlook refused access',
  'mailbox.not-configured': 'Signing in is not set up',
};

function mailboxTrouble(problem: SyncError): Trouble {
  const waits = problem.code === 'mailbox.throttled' || problem.code === 'mailbox.unavailable';
  return {
    id: 'mailbox',
    intent: waits ? 'warning' : 'error',
    title: mailboxTitles[problem.code] ?? 'Outlook cannot be used',
    // What waiting mends needs no more than that; the title has said what it is.
    text: waits ? `${problem.remedy} This page goes on trying.` : said(problem),
    remedies: problem.code === 'mailbox.signed-out' || problem.code === 'mailbox.denied' ? ['sign-in'] : [],
  };
}

/** Once it has ended, pages cannot tell that from a bridge that does not run: it is told before. */
function certificateTrouble({ certificate }: Status): readonly Trouble[] {
  if (certificate?.renewSoon !== true) return [];
  return [
    {
      id: 'certificate',
      intent: 'info',
      title: 'The bridge’s certificate ends soon',
      text: `It is good until ${dayOf(certificate.notAfter)}; then no page reaches the bridge. Renew it at a command prompt of this PC:`,
      command: 'outlook-device-sync certificate renew',
      remedies: ['copy-command'],
    },
  ];
}

/** The page works without it: this stands last, and needs nobody at once. */
function scriptTrouble(problem: SyncError): Trouble {
  return {
    id: 'office',
    intent: 'info',
    title: 'Outlook’s script did not come',
    text: said(problem),
    remedies: [],
  };
}

function said(problem: SyncError): string {
  return `${problem.message} ${problem.remedy}`;
}
