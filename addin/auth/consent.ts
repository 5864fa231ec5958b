/** What Microsoft says in the address of the page that an administrator's consent ends on. Pure. */

export interface ConsentOutcome {
  readonly text: string;
  /** As Microsoft puts it; empty where it says nothing. */
  readonly detail: string;
}

export function consentOutcome(search: string): ConsentOutcome {
  const said = new URLSearchParams(search);
  if (said.has('error'))
    return {
      text: 'The permissions were not granted. Nothing has changed.',
      detail: [said.get('error'), said.get('error_description')].filter(Boolean).join(': ').slice(0, 1000),
    };
  if (said.get('admin_consent')?.toLowerCase() === 'true')
    return {
      text: 'The permissions are granted for the whole organisation. You can close this window.',
      detail: '',
    };
  return { text: 'This page tells how a grant of permissions ended. There is nothing to tell.', detail: '' };
}
