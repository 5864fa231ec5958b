/** A device of 2009 as a process of its own, which a test steers over the channel to its parent (lab/device-2009.ts). */
import { Device2009 } from '../../device-2009/device.ts';

export type DatasetName = 'contacts' | 'calendar' | 'tasks';

export type DeviceRequest =
  /** Another device takes this one's place, on the same desk. */
  | { readonly what: 'replace' }
  | { readonly what: 'add'; readonly dataset: DatasetName; readonly xml: readonly string[] }
  | { readonly what: 'note'; readonly dataset: DatasetName; readonly id: string; readonly text: string }
  | { readonly what: 'remove'; readonly dataset: DatasetName; readonly ids: readonly string[] }
  | { readonly what: 'records'; readonly dataset: DatasetName }
  | { readonly what: 'state' }
  | { readonly what: 'repeat'; readonly times: number }
  /** Moves the clock, in ms against now. */
  | { readonly what: 'clock'; readonly by: number };

export interface DeviceState {
  readonly port: number;
  readonly crashed: string | null;
  readonly offences: readonly string[];
  /** Everything held, anchors aside, and how many records have been moved. */
  readonly held: unknown;
}

export interface DeviceAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly problem?: string;
}

async function newDevice(): Promise<Device2009> {
  const device = await Device2009.listen({ reopenMs: 0 });
  device.owner('allow');
  return device;
}

let device = await newDevice();
/** A clock that was set back lets the device tell what was changed before that as changed, in each sync. */
let tellsAgain = false;

function stateOf(): DeviceState {
  const written = ['creates', 'replaces', 'removes'] as const;
  const moved = [...written, ...(tellsAgain ? [] : (['recordsSent'] as const))].map((name) =>
    device.counter(name),
  );
  return {
    port: device.port,
    crashed: device.crashed ?? null,
    offences: device.offences,
    held: [device.snapshot().records, moved],
  };
}

async function answer(request: DeviceRequest): Promise<unknown> {
  switch (request.what) {
    case 'replace':
      await device.close();
      device = await newDevice();
      return stateOf();
    case 'add':
      return request.xml.map((xml) => device[request.dataset].add(xml));
    case 'note':
      device[request.dataset].edit(request.id, { Notes: request.text });
      return undefined;
    case 'remove':
      for (const id of request.ids) device[request.dataset].remove(id);
      return undefined;
    case 'records':
      return device[request.dataset].records().map(({ id, xml }) => ({ id, xml }));
    case 'state':
      return stateOf();
    case 'repeat':
      device.repeatRecords(request.times);
      return undefined;
    case 'clock':
      tellsAgain = true;
      device.setClock(new Date(Date.now() + request.by));
      return undefined;
  }
}

process.on('message', (message: { readonly id: number; readonly request: DeviceRequest }) => {
  answer(message.request).then(
    (value) => process.send?.({ id: message.id, value } satisfies DeviceAnswer),
    (error: unknown) => process.send?.({ id: message.id, problem: String(error) } satisfies DeviceAnswer),
  );
});
process.once('disconnect', () => process.exit(0));
process.send?.({ id: 0, value: stateOf() } satisfies DeviceAnswer);
