/** What the Synchronization application shows its owner (spec: qdsync protocol 5). */
import type { Argument } from './values.ts';

/** Lines of the log that are kept. */
const LOG_KEPT = 1_000;

export class Screen {
  button: 'Sync' | 'Cancel' = 'Sync';
  steps = 0;
  progress = 0;
  #log: string[] = [];

  get log(): readonly string[] {
    return this.#log;
  }

  /** Handles a message on QPE/QDSync; tells whether it is one that the device knows. */
  receive(message: string, [value]: readonly Argument[]): boolean {
    switch (message) {
      case 'syncStart()':
        this.button = 'Cancel';
        return true;
      case 'syncEnd()':
        this.button = 'Sync';
        return true;
      case 'syncSteps(int)':
        this.steps = Number(value);
        return true;
      case 'syncProgress(int)':
        this.progress = Number(value);
        return true;
      case 'displayText(QString)':
        this.#log = [...this.#log.slice(1 - LOG_KEPT), typeof value === 'string' ? value : ''];
        return true;
      default:
        return false;
    }
  }

  /** The last connection closed. */
  disconnected(): void {
    this.button = 'Sync';
  }
}
