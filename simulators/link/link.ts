/**
 * The network between a gateway and its city OS: a TCP proxy that passes bytes on at once or late, swallows everything, or is cut, as its
 * board says.
 *
 * It holds one chunk a direction and connection at a time; whoever sends more waits. A connection that has lost bytes in a black hole
 * never comes back: it ends when the hole does.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import type { Random } from '../random.ts';
import { systemClock } from '../system-clock.ts';
import { say } from '../words.ts';

export interface LinkOptions {
  /** Of what is at its far end, on this machine. */
  readonly toPort: number;
  /** 0 or absent: any free one. */
  readonly port?: number;
  readonly random: Random;
  readonly faults?: FaultBoard;
  readonly clock?: Clock;
}

export const LINK_FAULTS: readonly FaultKind[] = [
  { name: 'cut', meaning: say.cut() },
  { name: 'black-hole', meaning: say.blackHole() },
  {
    name: 'lag',
    meaning: say.lag(),
    parameters: { ms: { meaning: say.lagMs(), unit: 'ms', default: 500, min: 0, max: 600_000 } },
  },
];

const HOST = '127.0.0.1';

export async function openLink(options: LinkOptions): Promise<Link> {
  const link = new Link(options);
  await link.open();
  return link;
}

export class Link {
  readonly faults: FaultBoard;
  readonly #toPort: number;
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();
  readonly #forget: readonly (() => void)[];
  #port: number;

  constructor({ toPort, port = 0, random, faults = new FaultBoard(LINK_FAULTS), clock = systemClock }: LinkOptions) {
    this.faults = faults;
    this.#toPort = toPort;
    this.#port = port;
    this.#random = random;
    this.#clock = clock;
    this.#server = createServer({ noDelay: true }, (socket) => this.#take(socket));
    this.#forget = [
      faults.onStruck(({ kind }) => {
        if (kind.name === 'cut') this.#cut();
      }),
      faults.onCleared((name) => {
        if (name === 'black-hole') this.#cut();
      }),
    ];
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    this.#server.listen(this.#port, HOST);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  async close(): Promise<void> {
    for (const each of this.#forget) each();
    this.#closing.abort();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#cut();
    await closed;
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #take(near: Socket): void {
    if (this.faults.get('cut')) {
      near.destroy();
      return;
    }
    const far = connect({ host: HOST, port: this.#toPort, noDelay: true });
    this.#join(near, far);
    this.#join(far, near);
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
    const lag = this.faults.get('lag')?.ms;
    if (lag !== undefined) {
      from.pause();
      await this.#clock.sleep(this.#random.next() * lag, this.#closing.signal);
      from.resume();
    }
    if (!this.faults.get('black-hole') && to.writable) to.write(chunk);
  }
}
