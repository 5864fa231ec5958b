/** The demo over a serial line; `npm test` runs it over TCP. Needs what `npm run build` makes. */
import { describeDemo } from './demo-runs.ts';

describeDemo('serial');
