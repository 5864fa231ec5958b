/** Where Microsoft's sign-in comes back to: hands its answer to the page that has asked, and does nothing else. */
import { broadcastResponseToMainFrame } from '@azure/msal-browser/redirect-bridge';

try {
  await broadcastResponseToMainFrame();
} catch {
  // Opened without an answer in its address, or with one that nobody waits for: the person is told.
  const text = document.getElementById('text');
  if (text !== null) text.textContent = 'There is nothing to be done here. You can close this window.';
}
