/** A serial server that the gateway finds as soon as it starts, and that passes on what an attacker sends. */
import { createServer, type Server, type Socket } from 'node:net';

export class SerialRelay {
  readonly #gateways = new Set<Socket>();
  readonly #servers: readonly Server[];

  private constructor(gatewayPort: number, attackerPort: number) {
    this.#servers = [
      createServer((socket) => {
        this.#gateways.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => this.#gateways.delete(socket));
      }).listen(gatewayPort, '127.0.0.1'),
      createServer((attacker) => {
        attacker.on('error', () => {});
        const [gateway] = this.#gateways;
        if (gateway === undefined) attacker.destroy();
        else attacker.pipe(gateway, { end: false });
      }).listen(attackerPort, '127.0.0.1'),
    ];
  }

  static open(gatewayPort: number, attackerPort: number): SerialRelay {
    return new SerialRelay(gatewayPort, attackerPort);
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#gateways) socket.destroy();
  }
}
