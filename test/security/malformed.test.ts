/** A hundredth of malformed.deep.ts. */
import { it } from 'vitest';
import { hearMalformedLines, sendMalformedRequests } from './malformed.ts';

it('1,000 malformed requests: each is refused, and nothing grows', { timeout: 60_000 }, () =>
  sendMalformedRequests(1000, 1),
);

it('1,000 malformed lines from a device: each is refused, and nothing grows', () => {
  hearMalformedLines(1000, 1);
});
