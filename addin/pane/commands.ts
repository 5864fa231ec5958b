/** The page that Outlook loads for function commands. The ribbon has none yet: it only has to load. */
import { findOffice } from '../hosts/office.ts';

const officeMs = 20_000;

await findOffice(officeMs);
