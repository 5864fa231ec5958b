/** How a chosen serial port is kept in the configuration. */
import type { Port } from '../../../contract/api.ts';

/**
 * By the USB id of what is plugged in, `usb:0403:6001:A600`, where that names one port alone: the device is then found at
 * whatever port it has next time, and another one that takes its port is never written to. Else by the port's path.
 */
export function portAddress(port: Port, ports: readonly Port[]): string {
  const { vendorId, productId, serialNumber, path } = port;
  if (!isUsbId(vendorId) || !isUsbId(productId)) return path;
  const serial = serialNumber ?? '';
  const alike = ports.filter(
    (other) =>
      other.vendorId === vendorId &&
      other.productId === productId &&
      (serial === '' || other.serialNumber === serial),
  );
  if (alike.length > 1) return path;
  return `usb:${vendorId}:${productId}${serial === '' ? '' : `:${serial}`}`;
}

function isUsbId(text: string | null): text is string {
  return text !== null && /^[0-9a-f]{4}$/i.test(text);
}
