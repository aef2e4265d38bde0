import { once } from 'node:events';
import { createServer } from 'node:net';

/** The system may give a port again as soon as it is closed, before whoever asked for it listens. */
const given = new Set<number>();

/** A TCP port of this machine on which nobody listens: never the same twice in a process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (address === null || typeof address === 'string') throw new RangeError('a TCP server has an address and a port');
    const { port } = address;
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}
