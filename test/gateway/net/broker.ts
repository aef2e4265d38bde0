import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Aedes } from 'aedes';
import { onTestFinished } from 'vitest';

export interface Published {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  readonly qos: number;
}

interface BrokerOptions {
  readonly tls?: TlsOptions;
  readonly port?: number;
  readonly authenticate?: (username: string | undefined, password: string) => boolean;
  readonly maySubscribe?: (topic: string) => boolean;
  /** Publishes to other topics are taken and never answered. */
  readonly acknowledges?: (topic: string) => boolean;
}

/** An MQTT broker (aedes) that keeps what clients publish, and lets the test answer. */
export class Broker {
  readonly published: Published[] = [];
  /** Topics of the publishes that were left without an answer. */
  readonly withheld: string[] = [];
  readonly clients: { readonly id: string; readonly username: string | undefined }[] = [];
  /** Called for each message that a client publishes. */
  answer: (message: Published) => void = () => {};
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #scheme: string;

  private constructor(aedes: Aedes, options: BrokerOptions) {
    this.#aedes = aedes;
    this.#scheme = options.tls === undefined ? 'mqtt' : 'mqtts';
    const welcome = (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      aedes.handle(socket).on('error', () => socket.destroy());
    };
    this.#server = options.tls === undefined ? createServer(welcome) : createTlsServer(options.tls, welcome);
    aedes.authenticate = (client, username, password, done) => {
      this.clients.push({ id: client.id, username });
      done(null, options.authenticate?.(username, String(password)) ?? true);
    };
    aedes.authorizeSubscribe = (_client, subscription, done) =>
      done(null, (options.maySubscribe?.(subscription.topic) ?? true) ? subscription : null);
    aedes.authorizePublish = (_client, { topic }, done) => {
      if (options.acknowledges?.(topic) ?? true) done();
      else this.withheld.push(topic);
    };
    aedes.on('publish', ({ topic, payload, retain, qos }) => {
      if (topic.startsWith('$SYS')) return;
      const message = { topic, payload: Buffer.from(payload), retain, qos };
      this.published.push(message);
      this.answer(message);
    });
  }

  static async open(options: BrokerOptions = {}): Promise<Broker> {
    const broker = new Broker(await Aedes.createBroker(), options);
    broker.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(broker.#server, 'listening');
    onTestFinished(() => broker.close());
    return broker;
  }

  get port(): number {
    const address = this.#server.address();
    return address === null || typeof address === 'string' ? 0 : address.port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.#aedes.connectedClients;
  }

  on(topic: string): Published[] {
    return this.published.filter((message) => message.topic === topic);
  }

  publish(topic: string, payload: Uint8Array): void {
    const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false } as const;
    this.#aedes.publish(packet, () => {});
  }

  /** The network goes: connections end without a goodbye. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}
