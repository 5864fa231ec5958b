/** What a person has entered for a new device: the request that it makes, or what is wrong with it. */
import { addDeviceRequestSchema, type AddDeviceRequest } from '../../../contract/api.ts';

export interface DeviceDraft {
  readonly name: string;
  readonly kind: 'tcp' | 'serial';
  /** `HOST` or `HOST:PORT`. */
  readonly address: string;
  /** Of the serial port, or the USB id of what is plugged in (port-address.ts). */
  readonly path: string;
  readonly baudRate: number;
  readonly greenphone: boolean;
}

export type DraftReading =
  | { readonly ok: true; readonly request: AddDeviceRequest }
  | { readonly ok: false; readonly field: keyof DeviceDraft; readonly problem: string };

export function readDeviceDraft(draft: DeviceDraft, taken: readonly string[]): DraftReading {
  const name = draft.name.trim();
  const wrong = (field: keyof DeviceDraft, problem: string): DraftReading => ({ ok: false, field, problem });
  if (name === '') return wrong('name', 'Give the device a name.');
  if (name.length > 60) return wrong('name', 'At most 60 characters.');
  if (taken.includes(name)) return wrong('name', 'There is a device of this name already.');
  if (draft.kind === 'serial') {
    if (draft.path === '') return wrong('path', 'Choose the port that the device is on.');
    const { path, baudRate, greenphone } = draft;
    return { ok: true, request: { name, link: { kind: 'serial', path, baudRate, greenphone } } };
  }
  const where = readAddress(draft.address.trim());
  if (where === undefined)
    return wrong('address', 'Enter a name or number of a device, such as 192.168.0.202.');
  const parsed = addDeviceRequestSchema.safeParse({ name, link: { kind: 'tcp', ...where } });
  return parsed.success
    ? { ok: true, request: parsed.data }
    : wrong('address', 'The port is a number from 1 to 65535.');
}

/** `192.168.0.202`, `neo.local:4245`, `[fe80::1]:4245` */
function readAddress(text: string): { readonly host: string; readonly port?: number } | undefined {
  const match = /^(?:\[([0-9a-f:.%\w]+)\]|([^\s:[\]/@]+))(?::(\d{1,6}))?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) return undefined;
  return match?.[3] === undefined ? { host } : { host, port: Number(match[3]) };
}
