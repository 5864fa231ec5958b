/** The device's application died of what the desktop sent (spec: qdsync protocol 7). Tests assert that it never does. */
export class DeviceCrash extends Error {
  override readonly name = 'DeviceCrash';
}
