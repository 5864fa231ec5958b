/** Sessions as a plain desktop drives them, step by step, for tests. */
import { DesktopScript, type DeviceMessage } from './desktop-script.ts';
import type { Device2009 } from './device.ts';
import type { Argument } from './values.ts';

export const DESKTOP = '{7c1a5d3e-0b6f-4b7e-9f30-2f0e5d6a1b2c}';

/** What the desktop sends between the device's clientEnd and its own serverEnd. */
export type Operation =
  { readonly create: string } | { readonly replace: string } | { readonly remove: string };

/** The device's side of a session. */
export interface Outcome {
  /** The anchors that it reported. */
  readonly last: Date | null;
  readonly next: Date;
  /** Its changes, without clientEnd. */
  readonly changes: readonly DeviceMessage[];
  /** Server id and client id of each mapping. */
  readonly mapped: readonly (readonly [Argument | undefined, Argument | undefined])[];
}

/** Sends a message of a sync. */
export function say(desktop: DesktopScript, message: string, ...args: readonly Argument[]): void {
  desktop.call('QPE/Qtopia4Sync', message, ...args);
}

/** Connects and logs in; 200s are switched off unless asked for. */
export async function loggedIn(
  device: Device2009,
  { password = 'abcdefgh', send200 = 0 } = {},
): Promise<DesktopScript> {
  const desktop = await DesktopScript.tcp(device.port);
  for (const [command, status] of [
    [`HELPER_INIT 0 0 ${send200}`, '220'],
    ['USER root', '331'],
    [`PASS Qtopia15${password}`, '230'],
  ] as const) {
    desktop.send(command);
    const line = await desktop.status();
    if (line?.startsWith(status) !== true) throw new Error(`${status} expected, not ${line ?? 'the end'}`);
  }
  return desktop;
}

/** Opens a session as far as the anchors. */
export async function header(
  desktop: DesktopScript,
  { dataset = 'contacts', identity = DESKTOP } = {},
): Promise<Pick<Outcome, 'last' | 'next'>> {
  say(desktop, 'serverSyncRequest(QString)', dataset);
  say(desktop, 'serverIdentity(QString)', identity);
  say(desktop, 'serverVersion(int,int,int)', 4, 3, 0);
  await desktop.messagesUntil('clientVersion(int,int,int)');
  say(desktop, 'serverSyncAnchors(QDateTime,QDateTime)', null, new Date());
  const anchors = (await desktop.messagesUntil('clientSyncAnchors(QDateTime,QDateTime)')).at(-1);
  return { last: anchors?.args[0] as Date | null, next: anchors?.args[1] as Date };
}

/** Asks for the device's records or changes. */
export async function collect(
  desktop: DesktopScript,
  mode: 'slow' | 'fast',
): Promise<readonly DeviceMessage[]> {
  say(desktop, mode === 'slow' ? 'requestSlowSync()' : 'requestTwoWaySync()');
  return (await desktop.messagesUntil('clientEnd()')).slice(0, -1);
}

/** Sends operations. */
export function apply(desktop: DesktopScript, operations: readonly Operation[]): void {
  for (const operation of operations) {
    if ('create' in operation) say(desktop, 'createServerRecord(QByteArray)', Buffer.from(operation.create));
    else if ('replace' in operation) {
      say(desktop, 'replaceServerRecord(QByteArray)', Buffer.from(operation.replace));
    } else say(desktop, 'removeServerRecord(QString)', operation.remove);
  }
}

/** Ends the session and waits for the device to commit. */
export async function finish(desktop: DesktopScript): Promise<Outcome['mapped']> {
  say(desktop, 'serverEnd()');
  const messages = await desktop.messagesUntil('clientEnd()');
  return messages.flatMap(({ message, args }) =>
    message === 'mappedId(QString,QString)' ? [[args[0], args[1]] as const] : [],
  );
}

/** A whole session on a connection of its own. */
export async function sync(
  device: Device2009,
  operations: readonly Operation[] = [],
  mode: 'slow' | 'fast' = 'slow',
  dataset = 'contacts',
): Promise<Outcome> {
  const desktop = await loggedIn(device);
  try {
    const anchors = await header(desktop, { dataset });
    const changes = await collect(desktop, mode);
    apply(desktop, operations);
    return { ...anchors, changes, mapped: await finish(desktop) };
  } finally {
    await hungUp(device, desktop);
  }
}

/** Closes the link and waits until the device has noticed: only then is a next session safe from the abort. */
export async function hungUp(device: Device2009, desktop: DesktopScript): Promise<void> {
  const open = device.openConnections;
  await desktop.close();
  const deadline = Date.now() + 5_000;
  while (open > 0 && device.openConnections === open) {
    if (Date.now() > deadline) throw new Error('the device does not notice that the link has ended');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

type Root = 'Contact' | 'Appointment' | 'Task';

/** What the desktop sends to make a record, whose elements after `Identifier` are given. */
export function newRecord(root: Root, serverId: string, inner: string): Operation {
  return {
    create: `<${root}><Identifier localIdentifier="false">${serverId}</Identifier>${inner}</${root}>`,
  };
}

/** What the desktop sends to change a record. */
export function changedRecord(root: Root, id: string, inner: string): Operation {
  return { replace: `<${root}><Identifier>${id}</Identifier>${inner}</${root}>` };
}

/** What the desktop sends to make a contact. */
export function newContact(serverId: string, inner: string): Operation {
  return newRecord('Contact', serverId, inner);
}

/** What the desktop sends to change a contact. */
export function changedContact(id: string, inner: string): Operation {
  return changedRecord('Contact', id, inner);
}
