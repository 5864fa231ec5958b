/** The device's clock: as wrong as its owner has set it. Runs on from where it is set unless it is frozen. */
export class DeviceClock {
  readonly #source: () => number;
  #state:
    { readonly kind: 'running'; readonly offset: number } | { readonly kind: 'frozen'; readonly at: number };

  /** `source`: milliseconds since 1970, UTC. */
  constructor(source: () => number) {
    this.#source = source;
    this.#state = { kind: 'running', offset: 0 };
  }

  /** Milliseconds since 1970, UTC, as the device believes. */
  now(): number {
    return this.#state.kind === 'frozen' ? this.#state.at : this.#source() + this.#state.offset;
  }

  /** Sets the clock; it runs on from there. */
  set(at: Date): void {
    this.#state = { kind: 'running', offset: at.getTime() - this.#source() };
  }

  /** Stops the clock, at the given time or where it is. */
  freeze(at: Date = new Date(this.now())): void {
    this.#state = { kind: 'frozen', at: at.getTime() };
  }

  /** Moves the clock, running or frozen; negative milliseconds move it back. */
  advance(milliseconds: number): void {
    this.#state =
      this.#state.kind === 'frozen'
        ? { kind: 'frozen', at: this.#state.at + milliseconds }
        : { kind: 'running', offset: this.#state.offset + milliseconds };
  }
}
