/** The headless Outlook host as a process. */
import type { CallFault } from '../programs/host-faults.ts';
import type { BridgeProcess } from './bridge.ts';
import { built, Child } from './child.ts';
import type { Outlook } from './outlook.ts';

export interface HostOptions {
  readonly bridge: BridgeProcess;
  readonly outlook: Outlook;
  readonly preload: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What happens to which of its HTTP calls. */
  readonly fault?: { readonly call: number; readonly what: CallFault };
}

export class Host {
  readonly #child: Child;
  readonly #calls: string[];

  private constructor(child: Child, calls: string[]) {
    this.#child = child;
    this.#calls = calls;
  }

  /** Starts it and waits until it is attached, or dead already by its fault. */
  static async start({ bridge, outlook, preload, env, fault }: HostOptions): Promise<Host | 'died'> {
    const calls: string[] = [];
    try {
      const child = await Child.start({
        program: built('addin/hosts/headless/main.js'),
        preload,
        env: {
          ...env,
          NODE_EXTRA_CA_CERTS: bridge.certificateFile,
          ...(fault !== undefined && { FAULTS_CALL: `${fault.call}:${fault.what}` }),
        },
        input: JSON.stringify({
          bridge: bridge.address,
          tokenFile: bridge.tokenFile,
          mailbox: outlook.url,
          user: outlook.user,
        }),
        isReady: (line) => line === 'attached',
        onLine: (line) => calls.push(line),
      });
      return new Host(child, calls);
    } catch (error) {
      if (fault !== undefined && calls.some((line) => line.startsWith(`call ${fault.call} `))) return 'died';
      throw error;
    }
  }

  get alive(): boolean {
    return this.#child.alive;
  }

  get ended(): Promise<unknown> {
    return this.#child.ended;
  }

  /** Its HTTP calls so far, as `POST /api/host/next`. */
  get calls(): readonly string[] {
    return this.#calls.flatMap((line) => /^call \d+ (.*)$/.exec(line)?.[1] ?? []);
  }

  async kill(): Promise<void> {
    await this.#child.kill();
  }
}
