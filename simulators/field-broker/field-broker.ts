/**
 * An existing MQTT broker in the field, to which sensors publish and a gateway's `mqtt` port connects as a client.
 *
 * It speaks MQTT 3.1 and 3.1.1 (aedes has no MQTT 5), lets anybody in, keeps what is retained, and closes the connection of a client
 * whose payload is larger than `maxPacketBytes`, as brokers with a limit do. Bound: `maxClients`; what is retained is for whoever
 * publishes here to bound.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import { followOutage } from '../outage.ts';
import { systemClock } from '../system-clock.ts';
import { say } from './words.ts';

export interface Retained {
  readonly topic: string;
  readonly payload: string | Uint8Array;
}

export interface FieldBrokerOptions {
  /** 0 or absent: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** What it keeps from before. */
  readonly retained?: readonly Retained[];
  readonly maxPacketBytes?: number;
  readonly clock?: Clock;
  readonly faults?: FaultBoard;
}

export const FIELD_BROKER_FAULTS: readonly FaultKind[] = [
  { name: 'away', meaning: say.away() },
  { name: 'drop-clients', meaning: say.dropClients(), isMomentary: true },
  {
    name: 'small-packets',
    meaning: say.smallPackets(),
    parameters: { bytes: { meaning: say.largest(), unit: 'bytes', default: 128, min: 0, max: 256 * 1024 * 1024 } },
  },
];

const HOST = '127.0.0.1';
const maxClients = 1_000;

/** Listens, with what it has retained. Rejects if the port is taken. */
export async function openFieldBroker(options: FieldBrokerOptions = {}): Promise<FieldBroker> {
  const broker = new FieldBroker(options);
  await broker.open();
  return broker;
}

export class FieldBroker {
  readonly faults: FaultBoard;
  readonly #options: FieldBrokerOptions;
  readonly #broker: Aedes;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();
  #outage: ReturnType<typeof followOutage> | undefined;
  #port: number;

  constructor(options: FieldBrokerOptions) {
    const { port = 0, faults = new FaultBoard(FIELD_BROKER_FAULTS) } = options;
    this.#options = options;
    this.#port = port;
    this.faults = faults;
    this.#broker = new Aedes({
      authorizePublish: (client, { payload }, done) => {
        if (payload.length > this.#maxPacketBytes) client?.conn.destroy();
        else done(null);
      },
    });
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      this.#broker.handle(socket);
    });
    this.#server.maxConnections = maxClients;
  }

  get url(): string {
    return `mqtt://${this.#options.host ?? HOST}:${this.#port}`;
  }

  async open(): Promise<void> {
    const { retained = [], clock = systemClock } = this.#options;
    await this.#broker.listen();
    for (const { topic, payload } of retained) await this.publish(topic, payload, { retain: true });
    await this.#comeBack();
    const { signal } = this.#closing;
    this.#outage = followOutage({
      ...{ faults: this.faults, name: 'away', clock, signal },
      leave: () => this.#leave().then(() => true),
      comeBack: () => this.#comeBack(),
    });
    const forget = this.faults.onStruck(({ kind }) => {
      if (kind.name === 'drop-clients') this.#dropAll();
    });
    signal.addEventListener('abort', forget, { once: true });
  }

  /** As if a client had; resolves when it has been written to those who subscribe. */
  publish(topic: string, payload: string | Uint8Array, { retain = false } = {}): Promise<void> {
    const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain, dup: false } as const;
    return new Promise((resolve, reject) => {
      this.#broker.publish(packet, (fault) => (fault ? reject(fault) : resolve()));
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#outage?.ended();
    await this.#leave();
    await new Promise<void>((resolve) => this.#broker.close(resolve));
  }

  get #maxPacketBytes(): number {
    return this.faults.get('small-packets')?.bytes ?? this.#options.maxPacketBytes ?? Number.POSITIVE_INFINITY;
  }

  async #leave(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#dropAll();
    await closed;
  }

  async #comeBack(): Promise<void> {
    if (this.#server.listening || this.#closing.signal.aborted) return;
    this.#server.listen(this.#port, this.#options.host ?? HOST);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  #dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
