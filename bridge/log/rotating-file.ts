/** A log file of bounded size: when it is full it becomes `.1`, what was `.1` becomes `.2`, and the last one goes. */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface RotationLimits {
  /** Bytes of one file. */
  readonly maxBytes: number;
  /** Files besides the one that is written. */
  readonly keep: number;
}

export const LOG_LIMITS: RotationLimits = { maxBytes: 4 * 1024 * 1024, keep: 4 };

/**
 * Written synchronously, so that the last lines before a crash are there. A disk that is full must not end the bridge: what
 * cannot be written is counted, and told with the first line that can.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #limits: RotationLimits;
  #file: number | undefined;
  #size = 0;
  #lost = 0;

  constructor(path: string, limits: RotationLimits = LOG_LIMITS) {
    this.#path = path;
    this.#limits = limits;
  }

  /** Whole lines only. */
  write(lines: string): void {
    try {
      this.#append(lines);
    } catch {
      // There is no better place to tell it than here, once there is room again.
      this.#lost += 1;
      this.close();
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #append(lines: string): void {
    const missing =
      this.#lost === 0 ? '' : `${JSON.stringify({ level: 40, msg: `${this.#lost} lines were lost` })}\n`;
    const bytes = Buffer.from(missing + lines);
    let file = this.#file ?? this.#open();
    if (this.#size > 0 && this.#size + bytes.length > this.#limits.maxBytes) {
      this.#rotate();
      file = this.#open();
    }
    writeSync(file, bytes);
    this.#size += bytes.length;
    this.#lost = 0;
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const file = openSync(this.#path, 'a', 0o600);
    this.#file = file;
    this.#size = fstatSync(file).size;
    return file;
  }

  #rotate(): void {
    this.close();
    const { keep } = this.#limits;
    rmSync(`${this.#path}.${keep}`, { force: true });
    for (let number = keep - 1; number >= 0; number -= 1) {
      const from = number === 0 ? this.#path : `${this.#path}.${number}`;
      if (existsSync(from)) renameSync(from, `${this.#path}.${number + 1}`);
    }
  }
}
