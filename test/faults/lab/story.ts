/**
 * What is on both sides of a lab, what people do to it, and what has to be there in the end: records are known by name, so
 * that a lost, doubled or altered one is named.
 */
import type { Fields } from '../../../datasets/index.ts';
import {
  DATASETS,
  definitionOf,
  differencesOf,
  united,
  type DatasetName,
  type Records,
} from '../../../demo/records.ts';
import type { Handheld } from './handheld.ts';
import type { Outlook } from './outlook.ts';

/** Records that only one side has at first, and that both have. */
const OWN = { contacts: 8, calendar: 5, tasks: 4 } as const;
const BOTH = { contacts: 4, calendar: 3, tasks: 2 } as const;

export class Story {
  readonly datasets: readonly DatasetName[];
  readonly #handheld: Handheld;
  readonly #outlook: Outlook;
  #expected = new Map<DatasetName, Map<string, Fields>>();
  /** What was to be there before the last change. */
  #before = new Map<DatasetName, ReadonlyMap<string, Fields>>();
  #made = 0;

  constructor(handheld: Handheld, outlook: Outlook, datasets: readonly DatasetName[] = DATASETS) {
    this.#handheld = handheld;
    this.#outlook = outlook;
    this.datasets = datasets;
  }

  /** Fills both sides, which are empty. */
  async begin(): Promise<void> {
    const fill = (who: string): Records =>
      Object.fromEntries(
        this.datasets.map((dataset) => [dataset, this.#several(dataset, who, OWN[dataset])]),
      );
    const both = Object.fromEntries(
      this.datasets.map((dataset) => [dataset, this.#several(dataset, 'Both', BOTH[dataset])]),
    );
    const [outlook, device] = [merged(fill('Outlook'), both), merged(fill('Device'), both)];
    await this.#outlook.seed(outlook);
    for (const dataset of this.datasets) {
      await this.#handheld.add(dataset, device[dataset] ?? []);
      this.#expected.set(dataset, united(dataset, outlook, device));
    }
  }

  /** The handheld was replaced by an empty one: it gets what a new one would bring along, and Outlook keeps all. */
  async newHandheld(): Promise<void> {
    for (const dataset of this.datasets) {
      const bring = this.#several(dataset, 'Device', OWN[dataset]);
      const known = [...this.#of(dataset).values()].slice(0, BOTH[dataset]);
      await this.#handheld.add(dataset, [...bring, ...known]);
      for (const fields of bring) this.#of(dataset).set(definitionOf(dataset).label(fields), fields);
    }
  }

  /** An addition, an edit and a removal on each side, one record edited on both, one conflict. */
  async change(): Promise<void> {
    this.#before = new Map([...this.#expected].map(([dataset, records]) => [dataset, new Map(records)]));
    for (const dataset of this.datasets) await this.#changeOf(dataset);
  }

  /** An edit on each side: what is done after a cut counts as well. */
  async edit(): Promise<void> {
    for (const dataset of this.datasets) {
      const [onDevice, inOutlook] = await this.#ids(dataset);
      const names = [...this.#of(dataset).keys()].filter((name) => onDevice.has(name) && inOutlook.has(name));
      const [first, second] = names;
      if (first !== undefined) await this.#note(dataset, first, onDevice);
      if (second !== undefined) await this.#write(dataset, second, inOutlook);
    }
  }

  /** Sentences about what is not as it should be; none when all is well. */
  async differences(): Promise<readonly string[]> {
    const told: string[] = [];
    for (const dataset of this.datasets) {
      const [device, outlook] = [await this.#handheld.records(dataset), await this.#outlook.records(dataset)];
      told.push(...differencesOf(dataset, device, outlook, this.#of(dataset)));
    }
    return told;
  }

  /** Takes from Outlook what goes beyond `keep` records, so that a story can go on for long. */
  async prune(keep: number): Promise<void> {
    for (const dataset of this.datasets) {
      const [, inOutlook] = await this.#ids(dataset);
      for (const name of [...this.#of(dataset).keys()].slice(keep)) {
        const id = inOutlook.get(name);
        if (id !== undefined) await this.#outlook.remove(dataset, id);
        this.#of(dataset).delete(name);
      }
    }
  }

  /** A person removed these on one side, by number from the first. */
  async removeSome(side: 'device' | 'outlook', dataset: DatasetName, count: number): Promise<void> {
    const [onDevice, inOutlook] = await this.#ids(dataset);
    const names = [...this.#of(dataset).keys()].slice(0, count);
    const ids = names.map((name) => (side === 'device' ? onDevice : inOutlook).get(name) ?? '');
    if (side === 'device') await this.#handheld.remove(dataset, ids);
    else for (const id of ids) await this.#outlook.remove(dataset, id);
  }

  /** The removals of `removeSome` are meant to happen. */
  forget(dataset: DatasetName, count: number): void {
    for (const name of [...this.#of(dataset).keys()].slice(0, count)) this.#of(dataset).delete(name);
  }

  /**
   * The device has gone back to before the last change: what that has removed is there again, and the device's older values
   * count, since nobody can tell which are newer.
   */
  deviceWentBack(): void {
    for (const [dataset, before] of this.#before) {
      for (const [name, fields] of before) {
        this.#of(dataset).set(name, { ...this.#of(dataset).get(name), ...fields });
      }
    }
  }

  count(dataset: DatasetName): number {
    return this.#of(dataset).size;
  }

  async #changeOf(dataset: DatasetName): Promise<void> {
    const [onDevice, inOutlook] = await this.#ids(dataset);
    const names = [...this.#of(dataset).keys()].filter((name) => onDevice.has(name) && inOutlook.has(name));
    const [gone, deleted, ours, theirs, shared] = names;
    if (shared === undefined) throw new Error(`too few ${dataset} to change`);

    await this.#handheld.remove(dataset, [onDevice.get(gone ?? '') ?? '']);
    await this.#outlook.remove(dataset, inOutlook.get(deleted ?? '') ?? '');
    this.#of(dataset).delete(gone ?? '');
    this.#of(dataset).delete(deleted ?? '');

    await this.#note(dataset, ours ?? '', onDevice);
    await this.#write(dataset, theirs ?? '', inOutlook);
    await this.#write(dataset, shared, inOutlook);
    await this.#note(dataset, shared, onDevice);

    const [addedHere] = this.#several(dataset, 'Device', 1);
    const [addedThere] = this.#several(dataset, 'Outlook', 1);
    if (addedHere === undefined || addedThere === undefined) return;
    await this.#handheld.add(dataset, [addedHere]);
    await this.#outlook.seed({ [dataset]: [addedThere] });
    for (const fields of [addedHere, addedThere]) {
      this.#of(dataset).set(definitionOf(dataset).label(fields), fields);
    }
  }

  async #note(dataset: DatasetName, name: string, onDevice: ReadonlyMap<string, string>): Promise<void> {
    this.#made += 1;
    const text = `Noted on the device, number ${this.#made} – Grüße`;
    await this.#handheld.note(dataset, onDevice.get(name) ?? '', text);
    this.#set(dataset, name, { Notes: text });
  }

  /** A person's edit in Outlook, of another field than the device's. */
  async #write(dataset: DatasetName, name: string, inOutlook: ReadonlyMap<string, string>): Promise<void> {
    this.#made += 1;
    const text = `Written in Outlook, number ${this.#made}`;
    const id = inOutlook.get(name) ?? '';
    switch (dataset) {
      case 'contacts':
        await this.#outlook.change(dataset, id, { jobTitle: text });
        this.#set(dataset, name, { JobTitle: text });
        break;
      case 'calendar':
        await this.#outlook.change(dataset, id, { location: { displayName: text } });
        this.#set(dataset, name, { Location: text });
        break;
      case 'tasks': {
        const isHigh = this.#of(dataset).get(name)?.Priority === 'High';
        await this.#outlook.change(dataset, id, { importance: isHigh ? 'low' : 'high' });
        this.#set(dataset, name, { Priority: isHigh ? 'Low' : 'High' });
        break;
      }
    }
  }

  async #ids(
    dataset: DatasetName,
  ): Promise<readonly [onDevice: ReadonlyMap<string, string>, inOutlook: ReadonlyMap<string, string>]> {
    const definition = definitionOf(dataset);
    const byName = (records: readonly { readonly id: string; readonly fields: Fields }[]) =>
      new Map(records.map(({ id, fields }) => [definition.label(fields), id]));
    return [byName(await this.#handheld.records(dataset)), byName(await this.#outlook.records(dataset))];
  }

  #of(dataset: DatasetName): Map<string, Fields> {
    const expected = this.#expected.get(dataset);
    if (expected === undefined) throw new Error(`the story has no ${dataset}`);
    return expected;
  }

  #set(dataset: DatasetName, name: string, change: Fields): void {
    this.#of(dataset).set(name, { ...this.#of(dataset).get(name), ...change });
  }

  #several(dataset: DatasetName, who: string, count: number): Fields[] {
    return Array.from({ length: count }, () => {
      this.#made += 1;
      return newRecord(dataset, `${who} ${this.#made}`, this.#made);
    });
  }
}

function newRecord(dataset: DatasetName, name: string, number: number): Fields {
  const day = new Date(Date.UTC(2026, 10, 1 + (number % 300))).toISOString().slice(0, 10);
  switch (dataset) {
    case 'contacts':
      return { FirstName: name, Notes: `About ${name}.`, 'PhoneNumbers/HomePhone': `555 ${number}` };
    case 'calendar':
      return {
        Description: name,
        When: { Start: `${day}T09:00:00`, End: `${day}T10:00:00` },
        TimeZone: 'Europe/Oslo',
        ...(number % 4 === 0 && {
          Repeat: { Frequency: '2', Type: 'Daily' },
          'Repeat@Until': `${day.slice(0, 4)}-12-31`,
        }),
      };
    case 'tasks':
      return { Description: name, DueDate: day, Notes: `To do: ${name}.` };
  }
}

function merged(first: Records, second: Records): Records {
  return Object.fromEntries(
    DATASETS.map((dataset) => [dataset, [...(first[dataset] ?? []), ...(second[dataset] ?? [])]]),
  );
}
