/** Finding Outlook, in Chromium: what npm test has time for. */
import { officeCases } from './office-cases.ts';

officeCases(false);
