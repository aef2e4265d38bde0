/**
 * A wire behind a cellular DTU, or a serial server in client mode: it dials in where the gateway listens (`tcp-listen`), says who it is,
 * and passes the line on.
 *
 * Its path is the address that it dials. It says its registration first, in one packet, and its heartbeat every `everyMs`. A connection
 * that is lost or refused is dialled again every `redialMs`; bytes written meanwhile are lost. Pulling the plug takes its power: it hangs
 * up. Bounds: `maxQueuedBytes` unread by the gateway, then it hangs up; `maxLeftBehind` connections that it forgot, the oldest closed.
 */
import { connect, type Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import { ascii } from '../simulator.ts';
import { systemClock } from '../system-clock.ts';
import type { Wire } from './wire.ts';
import { say } from './words.ts';

export interface DialInOptions {
  readonly host: string;
  readonly port: number;
  /** What it says first, with its line end if it has one; absent: nothing. */
  readonly registration?: string;
  readonly heartbeat?: { readonly text: string; readonly everyMs: number };
  /** Default 5 s. */
  readonly redialMs?: number;
  readonly clock?: Clock;
  readonly faults?: FaultBoard;
}

export const DIAL_IN_FAULTS: readonly FaultKind[] = [
  { name: 'hang-up', meaning: say.hangUp(), isMomentary: true },
  { name: 'address-change', meaning: say.addressChange(), isMomentary: true },
  { name: 'wrong-registration', meaning: say.wrongRegistration() },
  { name: 'no-registration', meaning: say.noRegistration() },
  { name: 'no-heartbeat', meaning: say.noHeartbeat() },
];

const REDIAL_MS = 5_000;
const maxQueuedBytes = 256 * 1024;
const maxLeftBehind = 8;
/** On this machine it has as many addresses as it likes: 127.0.0.1 to 127.0.0.250. */
const addresses = 250;

/** Starts dialling; whether anybody answers is seen by `write`. */
export function openDialIn(options: DialInOptions): Wire {
  const wire = new DialInWire(options);
  wire.open();
  return wire;
}

class DialInWire implements Wire {
  readonly path: string;
  readonly #options: DialInOptions;
  readonly #clock: Clock;
  readonly #faults: FaultBoard;
  #forget = () => {};
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  readonly #leftBehind: Socket[] = [];
  #socket: Socket | undefined;
  #address = 1;
  #power: AbortController | undefined;
  #dialling = Promise.resolve();

  constructor(options: DialInOptions) {
    const { host, port, clock = systemClock, faults = new FaultBoard(DIAL_IN_FAULTS) } = options;
    this.path = `${host}:${port}`;
    this.#options = options;
    this.#clock = clock;
    this.#faults = faults;
  }

  open(): void {
    this.#forget = this.#faults.onStruck(({ kind: { name } }) => {
      if (name === 'hang-up') this.#socket?.destroy();
      if (name === 'address-change') this.#leaveBehind();
    });
    this.#switchOn();
  }

  /** Whether the gateway, or whoever listens in its place, has answered. */
  get isOpen(): boolean {
    return this.#socket?.readyState === 'open';
  }

  write(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    if (socket === undefined || !this.isOpen) return false;
    if (socket.writableLength > maxQueuedBytes) {
      socket.destroy();
      return false;
    }
    socket.write(bytes);
    return true;
  }

  onBytes(listener: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  unplug(): void {
    this.#power?.abort();
    this.#power = undefined;
    this.#socket?.destroy();
  }

  async replug(): Promise<void> {
    this.#switchOn();
  }

  async close(): Promise<void> {
    this.unplug();
    this.#forget();
    for (const socket of this.#leftBehind) socket.destroy();
    this.#listeners.clear();
    await this.#dialling;
  }

  #switchOn(): void {
    if (this.#power !== undefined) return;
    const power = new AbortController();
    this.#power = power;
    this.#dialling = this.#dialling.then(() => this.#dialAgainAndAgain(power.signal));
  }

  async #dialAgainAndAgain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const over = new AbortController();
      await this.#call(AbortSignal.any([signal, over.signal]));
      over.abort();
      await this.#clock.sleep(this.#options.redialMs ?? REDIAL_MS, signal);
    }
  }

  /** Until the connection ends, or is left behind. */
  async #call(signal: AbortSignal): Promise<void> {
    const { host, port } = this.#options;
    const isHere = host.startsWith('127.');
    const socket = connect({ host, port, noDelay: true, ...(isHere && { localAddress: `127.0.0.${this.#address}` }) });
    this.#socket = socket;
    socket.on('data', (bytes) => {
      for (const listener of this.#listeners) listener(bytes);
    });
    socket.on('error', () => socket.destroy()); // nobody answers, or the gateway hung up: it dials again
    socket.on('connect', () => {
      this.#register(socket);
      void this.#beat(socket, signal);
    });
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.once('left-behind', () => resolve());
    });
    if (this.#socket === socket) this.#socket = undefined;
  }

  #register(socket: Socket): void {
    const { registration = '' } = this.#options;
    if (registration === '' || this.#faults.get('no-registration')) return;
    socket.write(ascii(this.#faults.get('wrong-registration') ? `X${registration}` : registration));
  }

  async #beat(socket: Socket, signal: AbortSignal): Promise<void> {
    const { heartbeat } = this.#options;
    if (heartbeat === undefined) return;
    for (;;) {
      await this.#clock.sleep(heartbeat.everyMs, signal);
      if (signal.aborted || socket.destroyed) return;
      if (!this.#faults.get('no-heartbeat')) socket.write(ascii(heartbeat.text));
    }
  }

  /** The mobile network has given it another address: it dials in from there, and nobody has told the gateway. */
  #leaveBehind(): void {
    const socket = this.#socket;
    if (socket?.readyState !== 'open') return;
    this.#address = (this.#address % addresses) + 1;
    this.#socket = undefined;
    this.#leftBehind.push(socket);
    socket.removeAllListeners('data');
    socket.resume(); // what the gateway still says to it goes nowhere
    if (this.#leftBehind.length > maxLeftBehind) this.#leftBehind.shift()?.destroy();
    socket.emit('left-behind');
  }
}
