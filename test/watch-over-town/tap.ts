/** A wire tap: connections pass through to another port of this machine, and all that went over them is kept, in memory. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import mqttPacket, { type IPublishPacket } from 'mqtt-packet';

export interface Tapped {
  /** What a client sent, and what it was answered. */
  readonly sent: Buffer[];
  readonly answered: Buffer[];
}

export class Tap {
  readonly connections: Tapped[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server;
  #isDead = false;

  constructor(target: number) {
    this.#server = createServer((client) => {
      const hub = connect(target, '127.0.0.1');
      const tapped: Tapped = { sent: [], answered: [] };
      this.connections.push(tapped);
      const pass = (from: Socket, to: Socket, kept: Buffer[]) => {
        this.#sockets.add(from);
        from.on('data', (bytes: Buffer) => {
          kept.push(bytes);
          if (!this.#isDead) to.write(bytes);
        });
        from.on('error', () => {}); // its end follows
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      };
      pass(client, hub, tapped.sent);
      pass(hub, client, tapped.answered);
    });
  }

  /** Resolves with its port. */
  async open(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port; // a server on TCP has one
  }

  /** The line goes dead, as radio does: connections stay, new ones begin, and nothing comes through until it is mended. */
  goDead(): void {
    this.#isDead = true;
  }

  /** What began meanwhile ends, since parts of it are lost. */
  mend(): void {
    this.#isDead = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** The MQTT messages that a client sent. */
export function publishedIn({ sent }: Tapped): IPublishPacket[] {
  const published: IPublishPacket[] = [];
  const packets = mqttPacket.parser();
  packets.on('packet', (packet) => {
    if (packet.cmd === 'publish') published.push(packet);
  });
  for (const bytes of sent) packets.parse(bytes);
  return published;
}
