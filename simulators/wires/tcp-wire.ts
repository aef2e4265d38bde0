/**
 * A wire over TCP: a serial server on this machine, like ser2net, whose clients all hear the same line.
 *
 * Bytes written while nobody is connected are lost. A client that leaves more than `maxQueuedBytes` unread is disconnected.
 * Pulling the plug ends all connections and refuses new ones. With `closesIdleAfterMs` it hangs up on a client after so long a silence,
 * as many Modbus TCP units do.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { say } from '../words.ts';
import type { PatientWire } from './wire.ts';

export interface TcpWireOptions {
  /** 0 or absent: a free one, which `replug` keeps. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly closesIdleAfterMs?: number;
}

const HOST = '127.0.0.1';
const maxQueuedBytes = 256 * 1024;
/** More is offered once a client has read. */
const maxOfferedBytes = 16 * 1024;
const maxClients = 16;

/** Throws "port-taken" if it cannot listen. */
export async function openTcp(options: TcpWireOptions = {}): Promise<PatientWire> {
  const wire = new TcpWire(options);
  await wire.replug();
  return wire;
}

class TcpWire implements PatientWire {
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  readonly #clients = new Set<Socket>();
  readonly #host: string;
  readonly #closesIdleAfterMs: number;
  #server: Server | undefined;
  #port: number;

  constructor({ port = 0, host = HOST, closesIdleAfterMs = 0 }: TcpWireOptions) {
    this.#port = port;
    this.#host = host;
    this.#closesIdleAfterMs = closesIdleAfterMs;
  }

  get path(): string {
    return `tcp://${this.#host}:${this.#port}`;
  }

  write(bytes: Uint8Array): boolean {
    for (const client of this.#clients) {
      if (client.writableLength > maxQueuedBytes) client.destroy();
      else client.write(bytes);
    }
    return [...this.#clients].some((client) => !client.destroyed);
  }

  get isOpen(): boolean {
    return [...this.#clients].some((client) => !client.destroyed);
  }

  /** The slowest client says how fast. */
  offer(bytes: Uint8Array): number {
    const isBusy = [...this.#clients].some((client) => client.writableLength > maxOfferedBytes);
    return !isBusy && this.write(bytes) ? bytes.length : 0;
  }

  onBytes(listener: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  unplug(): void {
    this.#server?.close();
    this.#server = undefined;
    for (const client of this.#clients) client.destroy();
    this.#clients.clear();
  }

  async replug(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ noDelay: true }, (client) => this.#welcome(client));
    server.maxConnections = maxClients;
    server.listen(this.#port, this.#host);
    try {
      await once(server, 'listening');
    } catch (cause) {
      throw new MachimoriError('port-taken', {
        what: say.cannotListen({ why: textOf(cause) }),
        on: this.path,
        hint: say.otherPort(),
        cause,
      });
    }
    const address = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    this.#server = server;
  }

  async close(): Promise<void> {
    this.unplug();
    this.#listeners.clear();
  }

  #welcome(client: Socket): void {
    this.#clients.add(client);
    client.on('data', (bytes) => {
      for (const listener of this.#listeners) listener(bytes);
    });
    client.setTimeout(this.#closesIdleAfterMs, () => client.end());
    client.on('error', () => client.destroy()); // a client that goes away is not a fault of the line
    client.on('close', () => this.#clients.delete(client));
  }
}
