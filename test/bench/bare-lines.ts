/**
 * The limit of a rig's scale: a process that writes the same lines to as many TCP clients, each on a port of its own, once a second, and
 * does nothing else. Prints the ports. Arguments: how many, and the line.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

const [count = '1', line = ''] = process.argv.slice(2);
const bytes = Buffer.from(`${line}\r\n`);
const clients = new Set<Socket>();
for (let i = 0; i < Number(count); i++) {
  const server = createServer({ noDelay: true }, (client) => {
    clients.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => clients.delete(client));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(`bare: tcp://127.0.0.1:${address.port}`);
}
setInterval(() => {
  for (const client of clients) client.write(bytes);
}, 1_000);
