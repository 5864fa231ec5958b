/** Writes the decision table into the documentation: `npm run decision-table`. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { decisionTable, type SideState } from '../bridge/sync/decision-table.ts';

const STATES = Object.keys(decisionTable) as SideState[];

/** The whole page, as docs/decision-table.md has it. */
export function decisionTableText(): string {
  const sections = STATES.map((device) => {
    const rows = STATES.map((mailbox) => {
      const { action, sentence } = decisionTable[device][mailbox];
      return `- Outlook **${mailbox}**: \`${action}\`. ${sentence}\n`;
    });
    return `## Device ${device}\n\n${rows.join('')}`;
  });
  return [
    '# The decision table\n',
    'What is done with a pair, for every state of its two sides. Made from bridge/sync/decision-table.ts, which also says\nwhat the states mean; policies, modes and scopes decide further where it says `merge` or `settle-removal`.\n',
    ...sections,
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(new URL('../../docs/decision-table.md', import.meta.url), decisionTableText());
}
