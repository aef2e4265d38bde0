import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectMqtt, isTakeOver } from '../../../gateway/net/mqtt-connection.ts';

/** A broker of MQTT 5 that lets a client in, and then sends the packet. */
async function brokerThatSends(packet: Uint8Array): Promise<string> {
  const connack = Uint8Array.from([0x20, 3, 0, 0, 0]);
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(connack);
      setTimeout(() => socket.end(packet), 20);
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return `mqtt://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`;
}

test.each([
  ['"session taken over"', [0xe0, 1, 0x8e], 'yes'],
  ['"server shutting down"', [0xe0, 1, 0x8b], 'perhaps'],
  ['nothing', [], 'perhaps'],
])('a session of MQTT 5 that ends with %s: whether another client took it over', async (_said, packet, isIt) => {
  const url = await brokerThatSends(Uint8Array.from(packet));
  const options = { clientId: 'gauge', filters: [], onMessage() {} };
  const { signal } = new AbortController();
  const connection = await connectMqtt({ url, protocol: '5', keepaliveMs: 30_000 }, options, signal);
  expect(isTakeOver(await connection.ended)).toBe(isIt);
});
