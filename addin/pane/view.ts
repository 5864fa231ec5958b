/** Puts the pane's state into the page. Texts become text nodes, never markup. */
import { SyncError } from '../../contract/errors.ts';
import type { Status } from '../../contract/api.ts';
import type { MailboxState, PaneState } from './pane-state.ts';
import { deviceText, jobRemedy, jobText, mailboxText, progressShare, progressText } from './words.ts';

export interface ViewActions {
  sync(): void;
  cancel(): void;
  /** Forget this page's key and ask for another. */
  pairAnew(): void;
}

export interface View {
  show(state: PaneState, mailbox: MailboxState): void;
  /** Something that the person asked for did not work; undefined takes it away again. */
  showProblem(problem: SyncError | undefined): void;
}

function find<E extends HTMLElement>(page: Document, id: string, type: new () => E): E {
  const element = page.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`the page has no ${id}`);
  return element;
}

export function createView(page: Document, actions: ViewActions): View {
  const html = (id: string): HTMLElement => find(page, id, HTMLElement);
  const sync = find(page, 'sync', HTMLButtonElement);
  const cancel = find(page, 'cancel', HTMLButtonElement);
  const progress = find(page, 'progress', HTMLProgressElement);
  let asked: SyncError | undefined;
  let shown: SyncError | undefined;

  sync.addEventListener('click', () => actions.sync());
  cancel.addEventListener('click', () => actions.cancel());
  html('pair-anew').addEventListener('click', () => actions.pairAnew());

  const setText = (id: string, text: string): void => {
    const element = html(id);
    // Untouched texts are not read out again by a screen reader.
    if (element.textContent !== text) element.textContent = text;
  };
  const showError = (): void => {
    const problem = asked ?? shown;
    html('error').hidden = problem === undefined;
    setText('error-message', problem?.message ?? '');
    setText('error-remedy', problem?.remedy ?? '');
    html('pair-anew').hidden = problem?.code !== 'bridge.unproven';
  };
  const showDevices = (texts: readonly string[]): void => {
    const list = html('devices');
    const present = [...list.children].map((item) => item.textContent);
    if (JSON.stringify(present) === JSON.stringify(texts)) return;
    list.replaceChildren(
      ...texts.map((text) => {
        const item = page.createElement('li');
        item.textContent = text;
        return item;
      }),
    );
  };
  const showJob = (status: Status | undefined): void => {
    const job = status?.job ?? null;
    const running = job?.state === 'running';
    sync.disabled = status === undefined || running || status.devices.length === 0;
    cancel.disabled = !running;
    const step = running ? job.progress : null;
    html('progress-area').hidden = step === null;
    if (step !== null) {
      const share = progressShare(step);
      if (share === null) progress.removeAttribute('value');
      else progress.value = share;
      setText('progress-text', progressText(step));
    }
    setText('result', job === null ? '' : jobText(job));
    setText('result-remedy', job === null ? '' : jobRemedy(job));
  };

  return {
    show(state, mailbox) {
      const status = state.kind === 'connected' ? state.status : undefined;
      html('pairing').hidden = state.kind !== 'pairing';
      if (state.kind === 'pairing') {
        setText('pairing-code', state.code);
        setText('pairing-command', `outlook-device-sync pair ${state.code}`);
      }
      shown = state.kind === 'unreachable' ? state.problem : undefined;
      showError();
      setText('bridge-state', bridgeText(state));
      setText('outlook-state', status === undefined ? '–' : mailboxText(mailbox, status.hosts));
      showDevices(
        status === undefined
          ? []
          : status.devices.length === 0
            ? ['none is configured']
            : status.devices.map(deviceText),
      );
      showJob(status);
    },
    showProblem(problem) {
      asked = problem;
      showError();
    },
  };
}

function bridgeText(state: PaneState): string {
  switch (state.kind) {
    case 'starting':
      return 'connecting…';
    case 'unreachable':
      return 'not reached; this page goes on trying';
    case 'pairing':
      return 'waiting for the code to be confirmed';
    case 'connected':
      return `connected, version ${state.status.version}${renewalText(state.status)}`;
  }
}

function renewalText({ certificate }: Status): string {
  if (certificate?.renewSoon !== true) return '';
  const day = certificate.notAfter.slice(0, 10);
  return `; its certificate runs out on ${day}, renew it with outlook-device-sync certificate renew`;
}
