/** A wire device that listens on TCP, one connection at a time as a real one would be used. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { WireDevice, WireDeviceStore, type WireDeviceOptions } from './wire-device.ts';

export class WireServer {
  readonly store = new WireDeviceStore();
  /** Of the connections to come. */
  options: WireDeviceOptions;
  readonly devices: WireDevice[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: WireDeviceOptions) {
    this.options = options;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  static async start(options: WireDeviceOptions = {}, port = 0): Promise<WireServer> {
    const server = new WireServer(options);
    server.#server.listen(port, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The device as the last connection sees it. */
  get device(): WireDevice {
    const device = this.devices.at(-1);
    if (device === undefined) throw new Error('nobody connected');
    return device;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const device = new WireDevice((bytes) => socket.write(bytes), this.store, this.options);
    this.devices.push(device);
    socket.on('data', (bytes) => device.receive(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
