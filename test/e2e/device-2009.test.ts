/** The device of 2009 over TCP; `npm run test:deep` has it at the end of a serial line, and as a Greenphone. */
import { describeDevice2009 } from './device-2009-cases.ts';

describeDevice2009('tcp');
