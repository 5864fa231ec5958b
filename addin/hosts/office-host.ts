/**
 * What the add-in needs of Outlook, whatever client it runs in, and outside of it: in a plain browser tab, or where
 * Office.js could not be loaded, the same interface answers that there is nothing.
 */
import type { SyncError } from '../../contract/errors.ts';

/** Colours of the Office theme, as CSS colours. */
export interface OfficeTheme {
  /** Outlook does not say it; taken from the luminance of the background. */
  readonly isDark: boolean;
  readonly background: string;
  readonly foreground: string;
  readonly controlBackground: string;
  readonly controlForeground: string;
}

/** Requirement sets that the add-in asks for. */
export type RequirementSet = 'Mailbox' | 'NestedAppAuth' | 'DialogApi' | 'DialogOrigin';

/** A line over the open message or appointment. At most 150 characters are shown. */
export interface Note {
  readonly kind: 'progress' | 'information' | 'error';
  readonly text: string;
}

/** Whose mailbox is open in Outlook. */
export interface MailboxUser {
  readonly displayName: string;
  readonly address: string;
}

export interface OfficeHost {
  /** `browser`: a plain tab. `unavailable`: Office.js could not be loaded, and `problem` says why. */
  readonly kind: 'outlook' | 'browser' | 'unavailable';
  readonly problem: SyncError | null;
  /** For people, such as "OutlookWebApp"; empty where unknown. */
  readonly client: string;
  readonly user: MailboxUser | null;
  supports(set: RequirementSet, version: string): boolean;
  /** Null where the client does not tell: follow the browser's own preference. */
  readonly theme: OfficeTheme | null;
  /** Calls the listener when the theme changes; returns what ends that. */
  onThemeChanged(listener: (theme: OfficeTheme) => void): () => void;
  /** Shows a line over the open item, in place of the last one. False: there is no item to show it on. */
  notify(note: Note): Promise<boolean>;
  /** Takes the line away again. */
  clearNote(): Promise<void>;
  /**
   * Names the function that the ribbon calls. `completed` has to be called once it is over, and Outlook queues further
   * clicks until then.
   */
  associate(name: string, run: (completed: () => void) => void): void;
  /**
   * Opens a page of this origin in a window of Outlook's, for clients in which a page can open none; resolves with what
   * it sends to us.
   * @throws SyncError `sign-in.cancelled` when the person closes it, `sign-in.blocked` when it does not open
   */
  dialog(page: string, signal: AbortSignal): Promise<string>;
  /** In a page that `dialog` has opened: sends this to the page that opened it. False: nobody did. */
  tellOpener(text: string): boolean;
}
