/** The answers that pages are getting just now. With a page's key its event stream ends as well, and each call that waits. */
import type { Response } from 'express';

export class OpenAnswers {
  readonly #byPage = new Map<string, Set<Response>>();

  /** Forgets the answer by itself when it is over. */
  add(page: string, response: Response): void {
    const answers = this.#byPage.get(page) ?? new Set();
    this.#byPage.set(page, answers.add(response));
    response.on('close', () => {
      answers.delete(response);
      // Another set may have its place by now.
      if (answers.size === 0 && this.#byPage.get(page) === answers) this.#byPage.delete(page);
    });
  }

  /** Breaks off whatever this page still waits for. */
  cut(page: string): void {
    for (const response of [...(this.#byPage.get(page) ?? [])]) response.destroy();
  }
}
