import { once } from 'node:events';
import { createServer } from 'node:net';
import { generate, type Packet, parser } from 'mqtt-packet';
import { expect, onTestFinished, test, vi } from 'vitest';
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

/** A broker that lets a client in and hands it one message; it answers as it is told. */
async function brokerThatListens(answers: boolean) {
  const heard: string[] = [];
  const server = createServer((socket) => {
    const incoming = parser({ protocolVersion: 4 });
    const send = (packet: Packet) => socket.write(generate(packet));
    incoming.on('packet', ({ cmd, messageId }) => {
      heard.push(cmd);
      if (cmd === 'connect') {
        send({ cmd: 'connack', returnCode: 0, sessionPresent: false });
        send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, retain: false, dup: false });
      }
      if (cmd === 'pingreq' && answers) send({ cmd: 'pingresp' });
      if (cmd === 'publish') send({ cmd: 'puback', messageId: messageId ?? 0 });
    });
    socket.on('data', (chunk: Buffer) => incoming.parse(chunk));
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return { heard, url: `mqtt://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}` };
}

const keepaliveMs = 1_000;

test('a message that is taken slowly does not pass for a broker that has gone, which hears of this client meanwhile', async () => {
  const { heard, url } = await brokerThatListens(true);
  const pings = () => heard.filter((cmd) => cmd === 'pingreq').length;
  let stored = false;
  const onMessage = async () => {
    await vi.waitFor(() => expect(pings()).toBe(4), { timeout: 20_000 }); // two seconds and a half
    stored = true;
  };
  const { signal } = new AbortController();
  const options = { clientId: 'hub', filters: [], onMessage };
  const connection = await connectMqtt({ url, protocol: '3.1.1', keepaliveMs }, options, signal);
  onTestFinished(() => connection.close());
  await connection.publish('b', new Uint8Array(1));
  expect(stored).toBe(true); // its PUBACK stood behind the message
});

test('a broker that has gone is missed after one PINGREQ, whatever it said before', async () => {
  const { heard, url } = await brokerThatListens(false);
  const { signal } = new AbortController();
  const options = { clientId: 'hub', filters: [], onMessage() {} };
  const connection = await connectMqtt({ url, protocol: '3.1.1', keepaliveMs }, options, signal);
  expect((await connection.ended).en).toMatch(/no longer answers/);
  expect(heard.filter((cmd) => cmd === 'pingreq')).toHaveLength(1);
});
