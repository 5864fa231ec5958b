/** The page that an administrator's consent ends on. */
import { consentOutcome } from './consent.ts';

const { text, detail } = consentOutcome(location.search);
for (const [id, words] of Object.entries({ text, detail })) {
  const element = document.getElementById(id);
  if (element !== null) element.textContent = words;
}
