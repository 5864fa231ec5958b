/** The operations of a session, as far as the device is known to have got with them (spec: sync engine 3, step 8). */
import type { MappedHandler, RefusedHandler } from '../../contract/client-plugin.ts';
import type { RemoteLimits } from './limits.ts';

export class AppliedWork {
  /** By server id; null once the mapping has come. */
  readonly #creates = new Map<string, MappedHandler | null>();
  /** By client id: whom to tell when the device refuses. */
  readonly #refusable = new Map<string, RefusedHandler>();
  #unmapped = 0;
  /** Number of the last operation's call; 0: all operations are known to be done. */
  #lastCall = 0;
  /** Server id of the last operation, where that is a create. */
  #lastCreate: string | undefined;

  /** A create is about to be sent; its mapping will come. Nothing is sent twice to a device. */
  expectMapping(serverId: string, mapped: MappedHandler): void {
    if (this.#creates.has(serverId)) throw new TypeError(`${serverId} is created twice in one session`);
    this.#creates.set(serverId, mapped);
    this.#unmapped += 1;
  }

  /** An operation on that record is about to be sent, which the device may refuse. */
  mayRefuse(clientId: string, refused: RefusedHandler): void {
    this.#refusable.set(clientId, refused);
  }

  /** A refusal came: the handler to tell; undefined when nothing was to be done to that record, or it was told before. */
  refused(clientId: string): RefusedHandler | undefined {
    const handler = this.#refusable.get(clientId);
    this.#refusable.delete(clientId);
    return handler;
  }

  /** An operation was sent. `create`: its server id, where it is one. */
  sent(call: number, create: string | undefined): void {
    this.#lastCall = call;
    this.#lastCreate = create;
  }

  /** A mapping came: the handler to tell; undefined when the create is not ours or was mapped before. */
  mapped(serverId: string): MappedHandler | undefined {
    const handler = this.#creates.get(serverId);
    if (handler === undefined || handler === null) return undefined;
    this.#creates.set(serverId, null);
    this.#unmapped -= 1;
    // The device works in order: with the last one done, all are.
    if (this.#lastCreate === serverId) this.#lastCall = 0;
    return handler;
  }

  /** `answers`: 200s received on the connection. */
  isSettled(answers: number): boolean {
    if (answers >= this.#lastCall) return true;
    // Without a mapping to wait for, a last answer that only comes with the next call need not be waited for,
    // nor answers that the device does not give; the commit confirms the rest.
    return this.#unmapped === 0 && (answers === 0 || answers >= this.#lastCall - 1);
  }

  /** How long the device must be silent before its missing mappings are given up, in ms. */
  patience(answers: number, limits: RemoteLimits): number {
    if (answers === 0) return limits.settleMs;
    return answers >= this.#lastCall - 1 ? limits.settleLastMs : limits.settleAnsweringMs;
  }
}
