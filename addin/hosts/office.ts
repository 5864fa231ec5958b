/// <reference types="office-js" />
/**
 * Office.js, and the only place that touches it. The script comes from Microsoft's own network and may not come at
 * all; in a plain browser it comes and finds no host; in Outlook there may be no item. Everything else works without.
 */
import { SyncError } from '../../contract/errors.ts';
import type { MailboxUser, Note, OfficeHost, RequirementSet } from './office-host.ts';
import { readTheme, type RawTheme } from './theme.ts';

/** Where Outlook's clients want it from: it is part of the service, changes with it, and so cannot be pinned. */
export const OFFICE_SCRIPT = 'https://appsforoffice.microsoft.com/lib/1/hosted/office.js';

/** Resource id of the manifest. */
const NOTE_ICON = 'Icon.16';
const NOTE_KEY = 'outlook-device-sync';
const NOTE_CHARS = 150;
/** A client that does not answer by then will not. In ms. */
const ANSWER_MS = 5000;
/** Dialog event: the person has closed it. */
const DIALOG_CLOSED = 12006;

export interface FindOfficeOptions {
  /** How long loading may take, in ms. */
  readonly limitMs: number;
  /** The script's address on this page's own origin instead of Microsoft's; null: load none. */
  readonly script?: string | null | undefined;
}

/** Loads Office.js and finds out where we are; never rejects. */
export async function findOffice({ limitMs, script }: FindOfficeOptions): Promise<OfficeHost> {
  if (script === null) return withoutOffice('browser', null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), limitMs)));
  const host = await Promise.race([late, loadOffice(script ?? OFFICE_SCRIPT)]);
  clearTimeout(timer);
  if (host === 'outlook') return officeHost();
  return host === 'browser'
    ? withoutOffice('browser', null)
    : withoutOffice('unavailable', new SyncError('office.script'));
}

async function loadOffice(address: string): Promise<'outlook' | 'browser' | 'unavailable'> {
  const loaded = await new Promise<boolean>((resolve) => {
    const script = document.createElement('script');
    script.src = address;
    script.addEventListener('load', () => resolve(true));
    script.addEventListener('error', () => resolve(false));
    document.head.append(script);
  });
  if (!loaded || typeof Office === 'undefined') return 'unavailable';
  // The types promise a host; a plain browser gets null.
  const info = (await Office.onReady()) as { readonly host: Office.HostType | null };
  return info.host === Office.HostType.Outlook ? 'outlook' : 'browser';
}

/** Outside of Outlook. */
export function withoutOffice(kind: 'browser' | 'unavailable', problem: SyncError | null): OfficeHost {
  return {
    kind,
    problem,
    client: '',
    user: null,
    theme: null,
    supports: () => false,
    onThemeChanged: () => () => undefined,
    notify: () => Promise.resolve(false),
    clearNote: () => Promise.resolve(),
    associate: () => undefined,
    dialog: () => Promise.reject(new SyncError('sign-in.blocked')),
    tellOpener: () => false,
  };
}

/** What may be missing although the types promise it: in older clients, in dialogs, without an item. */
type Loose<T> = { readonly [K in keyof T]?: T[K] | null };
const context = (): Loose<Office.Context> => (Office as { readonly context?: Office.Context }).context ?? {};
const mailbox = (): Loose<Office.Mailbox> => context().mailbox ?? {};

function officeHost(): OfficeHost {
  return {
    kind: 'outlook',
    problem: null,
    get client() {
      return (mailbox().diagnostics as Partial<Office.Diagnostics> | undefined)?.hostName ?? '';
    },
    get user() {
      return user();
    },
    get theme() {
      return readTheme(context().officeTheme as RawTheme | undefined);
    },
    supports,
    onThemeChanged(listener) {
      const handler = (event: { readonly officeTheme?: RawTheme }): void => {
        const theme = readTheme(event.officeTheme ?? (context().officeTheme as RawTheme | undefined));
        if (theme !== null) listener(theme);
      };
      if (!supports('Mailbox', '1.14')) return () => undefined;
      // Without an answer the theme stays what it is, which the page can live with.
      mailbox().addHandlerAsync?.(Office.EventType.OfficeThemeChanged, handler);
      return () => mailbox().removeHandlerAsync?.(Office.EventType.OfficeThemeChanged);
    },
    notify: (note) => answered((done) => messages()?.replaceAsync(NOTE_KEY, detailsOf(note), done)),
    async clearNote() {
      await answered((done) => messages()?.removeAsync(NOTE_KEY, done));
    },
    associate(name, run) {
      Office.actions.associate(name, (event: Office.AddinCommands.Event) => run(() => event.completed()));
    },
    dialog,
    tellOpener(text) {
      const ui = context().ui as Loose<Office.UI> | undefined;
      if (ui?.messageParent === undefined) return false;
      // Older clients know no second argument; they send to our own origin only.
      if (supports('DialogOrigin', '1.1')) ui.messageParent?.(text, { targetOrigin: location.origin });
      else ui.messageParent?.(text);
      return true;
    },
  };
}

function supports(set: RequirementSet, version: string): boolean {
  const requirements = context().requirements as Office.RequirementSetSupport | undefined;
  return requirements?.isSetSupported(set, version) ?? false;
}

function user(): MailboxUser | null {
  const profile = mailbox().userProfile as Partial<Office.UserProfile> | undefined;
  const address = profile?.emailAddress ?? '';
  return address === '' ? null : { displayName: profile?.displayName ?? '', address };
}

/** Null without an item, which includes a pinned pane between two of them. */
function messages(): Office.NotificationMessages | null {
  const item = mailbox().item as Partial<Office.MessageRead> | null | undefined;
  return item?.notificationMessages ?? null;
}

function detailsOf({ kind, text }: Note): Office.NotificationMessageDetails {
  const message = text.length <= NOTE_CHARS ? text : `${text.slice(0, NOTE_CHARS - 1)}…`;
  const types = Office.MailboxEnums.ItemNotificationMessageType;
  switch (kind) {
    case 'progress':
      return { type: types.ProgressIndicator, message };
    case 'information':
      return { type: types.InformationalMessage, message, icon: NOTE_ICON, persistent: false };
    case 'error':
      return { type: types.ErrorMessage, message };
  }
}

/** Whether Outlook did what `ask` asks it, within a few seconds. Not without an item. */
async function answered(
  ask: (done: (result: Office.AsyncResult<unknown>) => void) => unknown,
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ANSWER_MS);
    const end = (fate: boolean): void => {
      clearTimeout(timer);
      resolve(fate);
    };
    if (messages() === null) end(false);
    else ask((result) => end(result.status === Office.AsyncResultStatus.Succeeded));
  });
}

function dialog(page: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const ui = context().ui as Loose<Office.UI> | undefined;
    if (ui?.displayDialogAsync === undefined || !supports('DialogApi', '1.1')) {
      reject(new SyncError('sign-in.blocked'));
      return;
    }
    ui.displayDialogAsync?.(page, { height: 60, width: 30, promptBeforeOpen: false }, (result) => {
      if (result.status !== Office.AsyncResultStatus.Succeeded) {
        reject(new SyncError('sign-in.blocked', result.error.message));
        return;
      }
      const opened = result.value;
      const close = (): void => {
        signal.removeEventListener('abort', abort);
        opened.close();
      };
      const abort = (): void => {
        close();
        reject(new SyncError('sign-in.cancelled'));
      };
      signal.addEventListener('abort', abort, { once: true });
      opened.addEventHandler(Office.EventType.DialogMessageReceived, (event) => {
        // Clients that tell where a message comes from must tell our own origin.
        if (!('message' in event) || (event.origin ?? location.origin) !== location.origin) return;
        close();
        resolve(event.message);
      });
      opened.addEventHandler(Office.EventType.DialogEventReceived, (event) => {
        signal.removeEventListener('abort', abort);
        const closed = 'error' in event && event.error === DIALOG_CLOSED;
        reject(new SyncError(closed ? 'sign-in.cancelled' : 'sign-in.blocked'));
      });
    });
  });
}
