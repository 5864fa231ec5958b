/** What the pages of these tests have in their windows. */
import type { FakeOffice } from '../support/fake-office.ts';
import type { NestedAuth } from '../support/fake-nested-auth.ts';
import type { Harness } from './harness.ts';

declare global {
  interface Window {
    harness: Harness;
    nestedAuth: NestedAuth;
    fakeOffice: FakeOffice;
  }
}
