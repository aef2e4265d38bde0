/** A link to the city OS that takes its time: every byte arrives so many milliseconds later, in both directions. */
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

export interface DelayedLink {
  readonly url: string;
  close(): void;
}

export async function openDelayedLink(url: string, oneWayMs: number): Promise<DelayedLink> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = createConnection({ host: hostname, port: Number(port) });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (bytes) => setTimeout(() => to.write(bytes), oneWayMs));
      from.on('close', () => setTimeout(() => to.destroy(), oneWayMs));
      from.on('error', () => from.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `mqtt://127.0.0.1:${own}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
