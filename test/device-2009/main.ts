/**
 * Runs a 2009 device as a process of its own: says where it listens, goes on until it is told to stop, and then
 * tells what desktops did to it, as one line of JSON.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Device2009 } from './device.ts';
import type { OwnerAnswer } from './login.ts';

const USAGE =
  'usage: main [--port N] [--serial PATH [--baud N]] [--owner allow|deny|leave-open] ' +
  '[--contacts N] [--appointments N] [--tasks N]';
const OWNER_ANSWERS: readonly OwnerAnswer[] = ['allow', 'deny', 'leave-open'];

/** Starts the device that the arguments describe. Throws a TypeError for arguments that make no sense. */
export async function startFromArguments(
  args: readonly string[],
): Promise<{ readonly device: Device2009; readonly address: string }> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '4245' },
      serial: { type: 'string' },
      baud: { type: 'string', default: '9600' },
      owner: { type: 'string', default: 'allow' },
      contacts: { type: 'string', default: '0' },
      appointments: { type: 'string', default: '0' },
      tasks: { type: 'string', default: '0' },
    },
  });
  const owner = OWNER_ANSWERS.find((answer) => answer === values.owner);
  const { port: portText, baud, contacts: some, appointments: more, tasks: most } = values;
  const numbers = [portText, baud, some, more, most].map(Number);
  if (!owner || numbers.some((value) => !Number.isSafeInteger(value) || value < 0))
    throw new TypeError(USAGE);
  const [port = 0, baudRate, contacts = 0, appointments = 0, tasks = 0] = numbers;
  const device = new Device2009();
  device.owner(owner);
  for (let n = 1; n <= contacts; n += 1) {
    device.add({ FirstName: 'Device', LastName: `Contact ${n}`, phones: { HomePhone: `555 ${n}` } });
  }
  for (let n = 1; n <= appointments; n += 1) {
    const date = new Date(Date.UTC(2026, 0, n)).toISOString().slice(0, 10);
    device.calendar.add({ Description: `Appointment ${n}`, from: `${date}T10:00`, to: `${date}T11:00` });
  }
  for (let n = 1; n <= tasks; n += 1) device.tasks.add({ Description: `Task ${n}` });
  if (values.serial === undefined) {
    return { device, address: `tcp 127.0.0.1:${await device.listen(port)}` };
  }
  await device.openSerial(values.serial, baudRate);
  return { device, address: `serial ${values.serial}` };
}

/** What desktops did to the device. */
export function summaryOf(device: Device2009): string {
  const { crashed = null, offences } = device;
  const counted = ['sessions', 'commits', 'rollbacks', 'creates', 'replaces', 'removes'] as const;
  const counters = Object.fromEntries(counted.map((name) => [name, device.counter(name)]));
  const held = {
    contacts: device.contacts.records().length,
    appointments: device.calendar.records().length,
    tasks: device.tasks.records().length,
  };
  return JSON.stringify({ crashed, offences, ...held, ...counters });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { device, address } = await startFromArguments(process.argv.slice(2));
  process.stdout.write(`${address}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.stdout.write(`${summaryOf(device)}\n`);
      void device.close();
    });
  }
}
