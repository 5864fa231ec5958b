/** 100,000 malformed requests and lines; `npm test` runs a hundredth. */
import { it } from 'vitest';
import { hearMalformedLines, sendMalformedRequests } from './malformed.ts';

const LIMIT_MS = 30 * 60_000;

it('100,000 malformed requests: each is refused, and nothing grows', { timeout: LIMIT_MS }, () =>
  sendMalformedRequests(100_000, 2),
);

it('100,000 malformed lines from a device: each is refused, and nothing grows', { timeout: LIMIT_MS }, () => {
  hearMalformedLines(100_000, 2);
});
