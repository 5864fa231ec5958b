/** Finding Outlook, in Chromium: all of it. */
import { officeCases } from './office-cases.ts';

officeCases(true);
