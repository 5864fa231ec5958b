/** The command `outlook-device-sync` against a bridge that runs: a real HTTP server, with a scripted service behind it. */
import { runCli } from '../../bridge/cli/program.ts';
import { claimInstance } from '../../bridge/http/instance.ts';
import { startHttpBench, type HttpBench } from './http-bench.ts';
import { RecordedIo } from './recorded-io.ts';

export interface CliBench extends HttpBench {
  /** The terminal of the commands that are run. */
  io: RecordedIo;
  /** Runs a command line and returns its exit code. */
  run(...args: string[]): Promise<number>;
  /** The bridge is found no longer. */
  hide(): void;
}

export async function startCliBench(): Promise<CliBench> {
  const http = await startHttpBench();
  const instance = await claimInstance(http.stateFolder);
  instance.announce(http.server.address, http.server.certificateFile);
  const bench: CliBench = {
    ...http,
    io: new RecordedIo(),
    run(...args) {
      return runCli([...args, '--state', http.stateFolder], {
        io: bench.io,
        version: '1.2.3',
        startBridge: () => Promise.reject(new Error('no bridge is started here')),
      });
    },
    hide: () => instance.release(),
    async stop() {
      instance.release();
      await http.stop();
    },
  };
  return bench;
}
