/** What may go wrong between this PC and a device: link, protocol, protection. */
import { entry } from './entry.ts';

export const linkErrors = {
  'link.refused': entry(
    'Nothing answers at the device’s address.',
    'Check that the device is on, connected and set to synchronise, and that address and port are right.',
  ),
  'link.search': entry(
    'The network cannot be searched for devices.',
    'Check that a network is connected, or name the device’s address in the configuration.',
  ),
  'link.lost': entry(
    'The connection to the device was lost.',
    'Nothing is half-applied. Reconnect the device and sync again.',
  ),
  'link.serial-open': entry(
    'The serial port cannot be opened.',
    'Check the cable, the port’s name with the ports command, and that no other program uses it.',
  ),
  'link.timeout': entry(
    'The device did not answer in time.',
    'Check that the device is on and not busy, then sync again.',
  ),
  'link.not-connected': entry('The device is not connected.', 'Connect the device and try again.'),
  'wire.line-too-long': entry(
    'The other end sent a line longer than the limit.',
    'If a record really is this large, raise limits.maxLineBytes in the configuration.',
  ),
  'wire.bad-line': entry(
    'The other end sent something that is not qdsync.',
    'Check that the port or address belongs to the device.',
  ),
  'wire.bad-message': entry(
    'The other end sent a message that cannot be decoded.',
    'Sync again; if it happens again, report it with a recording.',
  ),
  'wire.legacy-device': entry(
    'This device speaks an older protocol (Qtopia 1 or 2), which is not supported.',
    'Update the device to Qt Extended (Qtopia 4.3 or later).',
  ),
  'wire.not-a-device': entry(
    'What answered is not a Qtopia device.',
    'Check the address and port of the device.',
  ),
  'wire.version': entry(
    'The device speaks a version of the sync messages that is not supported.',
    'Use a device with Qt Extended or Qtopia 4.3 or later.',
  ),
  'wire.protocol': entry(
    'The other end broke the order of the protocol.',
    'Sync again; if it happens again, restart the device.',
  ),
  'login.other-device': entry(
    'Another device answers where a known one was. Nothing was sent to it.',
    'If you have replaced or reset the device: outlook-device-sync devices --accept NAME. If not, check what is connected.',
  ),
  'login.refused': entry(
    'The device refused this PC.',
    'Press Allow on the device when it asks, then sync again.',
  ),
  'login.timeout': entry(
    'Nobody answered the question on the device.',
    'Press Allow on the device when it asks, then sync again.',
  ),
  'device.error': entry(
    'The device reported an error and took the changes of this session back.',
    'Sync again; if it happens again, restart the device.',
  ),
  'device.dataset': entry(
    'The device does not offer this dataset.',
    'Choose among the datasets that the device announces.',
  ),
  'device.busy': entry('A sync with this device is running already.', 'Wait for it to end, or cancel it.'),
  'device.other-desktop': entry(
    'Another desktop is connected to the device.',
    'End the sync there, or close that desktop’s program, then try again.',
  ),
  'device.unprotected': entry(
    'The device cannot protect its connection, as none of 2009 can, and nobody has allowed that.',
    'If you trust the network between this PC and the device, allow it: outlook-device-sync devices --allow-unprotected NAME',
  ),
  'device.downgrade': entry(
    'The device has protected its connection before, and now offers no protection.',
    'Somebody may be between this PC and the device. If it was replaced or reset: outlook-device-sync devices --accept NAME',
  ),
  'device.key-changed': entry(
    'What answers is not the device that was paired: it has another key.',
    'Somebody may be between this PC and the device. If it was replaced or reset: outlook-device-sync devices --accept NAME',
  ),
  'device.code': entry(
    'The codes were not the same, or nobody compared them.',
    'Sync again and compare the codes. If they differ again, somebody is between this PC and the device.',
  ),
  'device.no-code': entry(
    'No code of this device waits to be compared.',
    'Sync with the device; if it is not known yet, both ends show a code then.',
  ),
  'device.none': entry(
    'No device is configured.',
    'Add one in the pane, or start the bridge with --tcp or --serial.',
  ),
  'device.unknown': entry(
    'No device of this name is configured.',
    'Name one of the devices that the devices command lists.',
  ),
  'device.name-taken': entry('A device of this name is configured already.', 'Choose another name for it.'),
} as const;
