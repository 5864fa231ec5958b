/** Public face of contacts/. */
export { contacts } from './contacts.ts';
