/**
 * The first sync of an empty device, whose records are written while Outlook is still being read, with whatever can happen in
 * the middle: Outlook changes, the reading fails, the link is cut, a person cancels. Whatever it was, the next syncs make both
 * sides equal, with nothing lost and nothing twice.
 */
import { describe, expect, it } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import type { MailboxItem, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import { SeededRandom } from '../../demo/sample-data/random.ts';
import { startRig, USER, type SyncRig } from '../support/sync-rig.ts';

const STORIES = 40;
/** Syncs after which all is to be well, whatever came between. */
const MOST_SYNCS = 6;

interface Story {
  readonly random: SeededRandom;
  readonly rig: SyncRig;
  readonly ids: string[];
  /** Items that have gone: told with each part, for a part may be lost. */
  readonly gone: string[];
  /** Disasters still to come. */
  disasters: number;
}

describe('the first sync of an empty device', () => {
  it.each(Array.from({ length: STORIES }, (_, seed) => seed))(
    'converges, story %i',
    { timeout: 120_000 },
    async (seed) => {
      const rig = await startRig();
      const story: Story = { random: new SeededRandom(seed), rig, ids: [], gone: [], disasters: 2 };
      try {
        add(story, 600 + story.random.below(900));
        rig.wrapPlugin((plugin) => inParts(story, plugin));
        let syncs = 0;
        for (; syncs < MOST_SYNCS && (await rig.sync()).state !== 'ok'; syncs += 1) rig.device.plugIn();
        expect(syncs).toBeLessThan(MOST_SYNCS);
        // What was changed after it was planned.
        await rig.synced();
        expect(rig.deviceRecords()).toEqual(await rig.outlookRecords());
        expect(rig.device.records()).toHaveLength(story.ids.length);
        await rig.idle();
        expect(rig.device.offences).toEqual([]);
      } finally {
        await rig.close();
      }
    },
  );
});

/** Outlook's own words in parts, each with some of what was told before. */
function inParts(story: Story, plugin: ServerSyncPlugin): ServerSyncPlugin {
  return {
    ...plugin,
    read: async (request, signal) => {
      if (request.anchor !== null) return plugin.read(request, signal);
      const from = Number(request.page ?? 0);
      const removed = request.page === null ? [] : await happenings(story);
      const items: MailboxItem[] = [];
      for (let page: string | null = null; ;) {
        const answer = await plugin.read({ anchor: null, page }, signal);
        if (answer.kind === 'reset') return answer;
        items.push(...answer.items);
        page = answer.next;
        if (page !== null) continue;
        const to = from + 300 + story.random.below(400);
        const overlap = Math.max(0, from - story.random.below(100));
        const isLast = to >= items.length;
        return {
          ...answer,
          items: items.slice(isLast ? 0 : overlap, to),
          removed,
          next: isLast ? null : String(to),
          anchor: isLast ? answer.anchor : null,
        };
      }
    },
  };
}

/** Lets something happen between two parts; the items that are gone. */
async function happenings(story: Story): Promise<string[]> {
  const { random, rig, ids } = story;
  await new Promise((resolve) => setTimeout(resolve, random.below(120)));
  const { admin } = rig.mailbox;
  for (const id of ids.slice(0, random.below(4)))
    admin.edit(USER, id, { jobTitle: `Title ${random.below(9)}` });
  if (random.below(2) === 0) {
    for (const id of ids.splice(random.below(ids.length), random.below(4))) {
      admin.remove(USER, id);
      story.gone.push(id);
    }
  }
  if (random.below(2) === 0) add(story, random.below(3));
  if (story.disasters > 0) disaster(story);
  return [...story.gone];
}

function disaster(story: Story): void {
  const { random, rig } = story;
  const kind = random.below(6);
  if (kind > 3) return;
  story.disasters -= 1;
  if (kind === 0) rig.device.cutLink();
  if (kind === 1)
    rig.device.cutAfterLines(random.below(200), random.pick(['from-device', 'to-device'] as const));
  if (kind === 2) rig.cancel();
  if (kind === 3) throw new SyncError('mailbox.unavailable', 'for the test');
}

function add({ rig, ids, random }: Story, count: number): void {
  const people = Array.from({ length: count }, () => ({
    contact: { givenName: `Person ${random.next()}`, surname: `Family ${random.next()}` },
  }));
  ids.push(...rig.mailbox.admin.seed(USER, people).map(({ immutableId }) => immutableId));
}
