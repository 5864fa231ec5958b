/** Checks of what is elsewhere: Microsoft Graph, and by its answer this PC's clock. */
import { errorCatalogue } from '../../contract/errors.ts';
import { ok, problem, warning, type Finding } from './check.ts';

const ANSWER_MS = 8000;
/** Beyond this "newest wins" is refused, and sign-in fails at five minutes. */
const MAX_CLOCK_ERROR_MS = 2 * 60_000;
const SET_BY_NETWORK = 'Let the system set its clock by the network.';

export const GRAPH = 'https://graph.microsoft.com/v1.0/';

/** Any answer counts as reached. `now` is asked when the answer has come. */
export async function checkGraph(address = GRAPH, now: () => number = Date.now): Promise<readonly Finding[]> {
  let answer: Response;
  try {
    answer = await fetch(address, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return [
      problem(
        'Graph',
        `${new URL(address).host} cannot be reached: ${cause}`,
        errorCatalogue['mailbox.unavailable'].remedy,
      ),
      warning('clock', 'nothing was reached that this PC’s clock could be compared with', SET_BY_NETWORK),
    ];
  }
  const reached = ok('Graph', `${new URL(address).host} answers`);
  const date = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(date))
    return [reached, warning('clock', 'the answer tells no time to compare it with', SET_BY_NETWORK)];
  const error = now() - date;
  if (Math.abs(error) <= MAX_CLOCK_ERROR_MS) return [reached, ok('clock', 'this PC’s clock is right')];
  const minutes = Math.round(Math.abs(error) / 60_000);
  const text = `this PC’s clock is ${minutes} minutes ${error > 0 ? 'fast' : 'slow'}`;
  return [reached, warning('clock', text, SET_BY_NETWORK)];
}
