import type { Server } from 'node:net';
import { splitAddress } from './address.ts';

/** Resolves when the server listens at "host:port"; rejects where it cannot. */
export function listen(server: Server, address: string): Promise<void> {
  const { host, port } = splitAddress(address);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
