/**
 * Stands in for Office.js inside of Outlook: put into pages in place of Microsoft's script. Written as text, since it
 * runs before anything of ours does.
 */
import type { BrowserContext } from 'playwright-core';

export interface FakeOfficeOptions {
  /** `null`: a plain browser; else Outlook. */
  readonly host?: null | 'Outlook';
  /** Requirement sets that it supports, such as `Mailbox 1.14`. */
  readonly supports?: readonly string[];
  /** Whether an item is open. */
  readonly item?: boolean;
  readonly theme?: Readonly<Record<string, string>>;
  /** Whether pages can open no windows. */
  readonly blocksWindows?: boolean;
}

/** What a test finds in `window.fakeOffice`. */
export interface FakeOffice {
  /** Every line shown over the item, in order: `progress: Starting the sync…`; `-` where it was taken away. */
  readonly notes: string[];
  /** How many events have been completed. */
  completed: number;
  /** Clicks that Outlook holds back because an event is not completed yet. */
  waiting: number;
  /** Presses a button of the ribbon, as Outlook does: one event at a time. */
  click(name: string): void;
  setTheme(theme: Readonly<Record<string, string>>): void;
  /** Addresses of Outlook's windows that were opened. */
  readonly dialogs: string[];
  /** As a person does it. */
  closeDialog(): void;
}

/** Answers for Microsoft's address of Office.js in every page of the context. */
export async function fakeOffice(context: BrowserContext, options: FakeOfficeOptions = {}): Promise<void> {
  await context.route('https://appsforoffice.microsoft.com/**', (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `(${install.toString()})(${JSON.stringify(options)})`,
    }),
  );
}

/** Runs in the page: nothing from outside of it may be used. */
function install({
  host = 'Outlook',
  supports = [],
  item = true,
  theme,
  blocksWindows = false,
}: FakeOfficeOptions): void {
  // Outlook opens windows where a page may not.
  const open = window.open.bind(window);
  if (blocksWindows) window.open = () => null;
  const functions = new Map<string, (event: { completed(): void }) => void>();
  const themeListeners: ((event: unknown) => void)[] = [];
  const queue: string[] = [];
  let busy = false;
  const next = (): void => {
    const name = queue.shift();
    fake.waiting = queue.length;
    if (name === undefined) return;
    busy = true;
    functions.get(name)?.({
      completed() {
        fake.completed += 1;
        busy = false;
        next();
      },
    });
  };
  const fake: FakeOffice = {
    notes: [],
    completed: 0,
    waiting: 0,
    dialogs: [],
    closeDialog: () => undefined,
    click(name) {
      queue.push(name);
      fake.waiting = queue.length;
      if (!busy) next();
    },
    setTheme(changed) {
      context.officeTheme = changed;
      for (const listener of themeListeners) listener({ officeTheme: changed });
    },
  };
  const succeeded = { status: 'succeeded' };
  const notificationMessages = {
    replaceAsync(_key: string, details: { type: string; message: string }, done: (result: object) => void) {
      if (details.message.length > 150) throw new Error('too long for Outlook');
      fake.notes.push(`${details.type}: ${details.message}`);
      done(succeeded);
    },
    removeAsync(_key: string, done: (result: object) => void) {
      fake.notes.push('-');
      done(succeeded);
    },
  };
  type Handlers = Record<string, (event: object) => void>;
  const context: Record<string, unknown> = {
    requirements: {
      isSetSupported: (set: string, version: string) => supports.includes(`${set} ${version}`),
    },
    officeTheme: theme,
    mailbox: {
      item: item ? { notificationMessages } : null,
      diagnostics: { hostName: 'OutlookWebApp' },
      userProfile: { displayName: 'Anna', emailAddress: 'anna@mailbox.example' },
      addHandlerAsync: (_event: string, listener: (event: unknown) => void) => themeListeners.push(listener),
    },
    ui: {
      /** The window is a window of the browser here. */
      displayDialogAsync(address: string, _options: object, done: (result: object) => void) {
        fake.dialogs.push(address);
        const handlers: Handlers = {};
        const opened = open(address, 'dialog', 'popup,width=400,height=500');
        window.addEventListener('message', (event: MessageEvent<unknown>) => {
          if (typeof event.data === 'object' && event.data !== null && 'toOpener' in event.data)
            handlers.dialogMessageReceived?.({ message: event.data.toOpener, origin: event.origin });
        });
        done({
          ...succeeded,
          value: {
            close: () => opened?.close(),
            addEventHandler: (name: string, handler: (event: object) => void) => (handlers[name] = handler),
          },
        });
        fake.closeDialog = () => {
          opened?.close();
          handlers.dialogEventReceived?.({ error: 12006 });
        };
      },
      messageParent(text: string) {
        (window.opener as Window | null)?.postMessage({ toOpener: text }, location.origin);
      },
    },
  };
  const office = {
    HostType: { Outlook: 'Outlook' },
    EventType: {
      OfficeThemeChanged: 'officeThemeChanged',
      DialogMessageReceived: 'dialogMessageReceived',
      DialogEventReceived: 'dialogEventReceived',
    },
    AsyncResultStatus: { Succeeded: 'succeeded', Failed: 'failed' },
    MailboxEnums: {
      ItemNotificationMessageType: {
        ProgressIndicator: 'progress',
        InformationalMessage: 'information',
        ErrorMessage: 'error',
      },
    },
    context: host === null ? {} : context,
    actions: {
      associate: (name: string, run: (event: { completed(): void }) => void) => functions.set(name, run),
    },
    onReady: () => Promise.resolve({ host, platform: host === null ? null : 'OfficeOnline' }),
  };
  Object.assign(window, { Office: office, fakeOffice: fake });
}
