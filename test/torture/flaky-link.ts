/**
 * The link between a gateway and its city OS: a TCP proxy that passes on at once or late, swallows everything, or is cut.
 *
 * It holds one chunk a direction and connection at a time; whoever sends more waits.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export type Weather =
  | { readonly kind: 'fair' }
  /** Every chunk is late by up to so much. */
  | { readonly kind: 'slow'; readonly maxDelayMs: number }
  /** Connections stay, and nothing comes through them. */
  | { readonly kind: 'black-hole' }
  /** No connection stays or is taken. */
  | { readonly kind: 'cut' };

export class FlakyLink {
  readonly #toPort: number;
  readonly #random: () => number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #weather: Weather = { kind: 'fair' };
  #port = 0;

  /** `random` gives numbers in [0, 1). */
  constructor(toPort: number, random: () => number) {
    this.#toPort = toPort;
    this.#random = random;
    this.#server = createServer({ noDelay: true }, (socket) => this.#take(socket));
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  /** A connection that has lost bytes in a black hole never comes back: it ends when the hole does. */
  set weather(weather: Weather) {
    const breaks = weather.kind === 'cut' || (this.#weather.kind === 'black-hole' && weather.kind !== 'black-hole');
    this.#weather = weather;
    if (breaks) this.#cut();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#cut();
    await closed;
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #take(gateway: Socket): void {
    if (this.#weather.kind === 'cut') {
      gateway.destroy();
      return;
    }
    const cityOs = connect({ host: '127.0.0.1', port: this.#toPort, noDelay: true });
    this.#join(gateway, cityOs);
    this.#join(cityOs, gateway);
  }

  /** Both ends go together: an error of one is the end of the other. */
  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('error', () => from.destroy());
    from.once('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.on('data', (chunk) => void this.#pass(chunk, from, to));
  }

  async #pass(chunk: Uint8Array, from: Socket, to: Socket): Promise<void> {
    if (this.#weather.kind === 'slow') {
      from.pause();
      await delay(this.#random() * this.#weather.maxDelayMs);
      from.resume();
    }
    if (this.#weather.kind !== 'black-hole' && to.writable) to.write(chunk);
  }
}
