/** The device of 2009 at the end of a serial line, a Greenphone among them; `npm test` has it over TCP. */
import { describeDevice2009 } from './device-2009-cases.ts';

describeDevice2009('serial');
describeDevice2009('greenphone');
