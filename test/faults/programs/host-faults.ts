/**
 * Loaded before the Outlook host (`node --import`): counts its HTTP calls, to the bridge and to Graph, tells each on
 * standard error, and does at one of them what FAULTS_CALL says: `NUMBER:FAULT`.
 */

/** What happens to a call. */
export type CallFault =
  /** The process dies before the call, or with its answer in hand. */
  | 'kill-before'
  | 'kill-after'
  /** The call is made, and its answer never seen. */
  | 'lose-answer'
  /** The call is made twice, one after the other. */
  | 'twice'
  /** The answer comes when the host's lease is over long since. */
  | 'late';

/** Longer than a lease and its grace, in ms. */
const LATE_MS = 55_000;

const [at = '', fault = ''] = (process.env.FAULTS_CALL ?? '').split(':') as [string?, CallFault?];
const realFetch = globalThis.fetch;
let calls = 0;

const die = (): void => void process.kill(process.pid, 'SIGKILL');

globalThis.fetch = async (input, init) => {
  calls += 1;
  const isIt = String(calls) === at;
  const url = input instanceof Request ? input.url : String(input);
  process.stderr.write(`call ${calls} ${init?.method ?? 'GET'} ${new URL(url).pathname}\n`);
  if (!isIt) return realFetch(input, init);
  if (fault === 'kill-before') die();
  process.stderr.write(`fault ${fault}\n`);
  const answer = await realFetch(input, init);
  switch (fault) {
    case 'kill-after':
      die();
      break;
    case 'lose-answer':
      await answer.body?.cancel();
      throw new TypeError('fetch failed: the answer was lost');
    case 'twice':
      await answer.body?.cancel();
      return realFetch(input, init);
    case 'late':
      await new Promise((resolve) => setTimeout(resolve, LATE_MS));
      break;
    default:
      break;
  }
  return answer;
};
