/**
 * Connections that have not yet said who they are. They are few and have seconds, so that silent ones neither hold memory nor
 * keep out those that belong here: they do not count among the clients.
 *
 * When one too many waits, the one that has waited longest goes, among those of the address from which most wait: whoever
 * floods the door only drives out their own.
 */
import type { Server, Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';

/** Most connections that wait at one door. */
export const maxAtDoor = 64;
const withinMs = 10_000;
/** Without a reason of its own, an ended wait would keep the stack of whoever ended it, and what that holds: 10 kB a connection. */
const LEFT = new Error('left the door');

export class Door {
  readonly #clock: Clock;
  /** In the order in which they came. */
  readonly #waiting = new Set<Socket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns a function to call when it has said who it is. Until then it may be destroyed. */
  enter(socket: Socket): () => void {
    if (this.#waiting.size >= maxAtDoor) this.#turnAway();
    this.#waiting.add(socket);
    const over = new AbortController();
    const leave = () => {
      this.#waiting.delete(socket);
      over.abort(LEFT);
    };
    socket.once('close', leave);
    void this.#clock.sleep(withinMs, over.signal).then(() => {
      if (this.#waiting.has(socket)) socket.destroy();
    });
    return leave;
  }

  #turnAway(): void {
    const byAddress = new Map<string | undefined, Socket[]>();
    for (const socket of this.#waiting) {
      byAddress.set(socket.remoteAddress, [...(byAddress.get(socket.remoteAddress) ?? []), socket]);
    }
    const most = [...byAddress.values()].reduce((a, b) => (b.length > a.length ? b : a));
    const oldest = most[0];
    if (oldest === undefined) return;
    this.#waiting.delete(oldest);
    oldest.destroy();
  }
}

/**
 * Lets whoever connects to a server wait at a door of its own. Returns a function to call when the one at a connection's far end has said
 * who they are: with TLS a connection is one socket inside another.
 */
export function waitAtDoor(server: Server, clock: Clock): (socket: Socket) => void {
  const door = new Door(clock);
  const waiting = new Map<string, () => void>();
  server.on('connection', (socket: Socket) => {
    const from = farEndOf(socket);
    waiting.set(from, door.enter(socket));
    socket.once('close', () => waiting.delete(from));
  });
  return (socket) => waiting.get(farEndOf(socket))?.();
}

function farEndOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
