import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { isNobodyThere } from '../../../gateway/net/absence.ts';
import { connectMqtt } from '../../../gateway/net/mqtt-connection.ts';
import { reach } from '../../../gateway/net/reach.ts';
import { textOf } from '../../../shared/errors.ts';
import { Broker } from './broker.ts';
import { freePort } from './free-port.ts';

const { signal } = new AbortController();

/** A server that does so with each connection. */
async function serverThat(does: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    does(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (fault: unknown) => fault,
  );
const connecting = (url: string, more: object = {}) =>
  faultOf(
    connectMqtt(
      { url, protocol: '3.1.1', keepaliveMs: 30_000, ...more },
      { clientId: 'g', filters: [], onMessage() {} },
      signal,
    ),
  );

test('whoever listens is reached, by address and by name', async () => {
  const port = await serverThat(() => {});
  for (const host of ['127.0.0.1', 'localhost']) {
    const socket = await reach({ host, port }, signal);
    expect(socket.remotePort).toBe(port);
    socket.destroy();
  }
});

test('an address where nobody listens, and a name that does not exist: nobody is there', async () => {
  const port = await freePort();
  for (const host of ['127.0.0.1', 'localhost', 'no-such-host.invalid']) {
    const fault = await faultOf(reach({ host, port }, signal));
    expect(isNobodyThere(fault)).toBe(true);
    expect(textOf(fault).en).toMatch(/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/);
  }
});

test('an attempt that nobody answers ends in time, and one that is given up at once', async () => {
  const nowhere = { host: '192.0.2.1', port: 9 }; // TEST-NET-1 (RFC 5737)
  expect(isNobodyThere(await faultOf(reach(nowhere, signal, 50)))).toBe(true);
  const stop = new AbortController();
  const attempt = faultOf(reach(nowhere, stop.signal));
  stop.abort();
  expect(textOf(await attempt).en).toMatch(/stopped|ENETUNREACH/);
});

test.each(['mqtt', 'mqtts', 'ws'])('a broker over %s that does not run: nobody is there', async (scheme) => {
  const fault = await connecting(`${scheme}://127.0.0.1:${await freePort()}`);
  expect(isNobodyThere(fault)).toBe(true);
  expect(textOf(fault).en).toContain('cannot be reached');
  expect(textOf(fault).en).toContain('Check host and port in url');
});

test.each(['mqtt', 'mqtts'])('a broker over %s that closes the connection is there', async (scheme) => {
  const port = await serverThat((socket) => socket.once('data', () => socket.destroy()));
  const fault = await connecting(`${scheme}://127.0.0.1:${port}`);
  expect(isNobodyThere(fault)).toBe(false);
  expect(textOf(fault).en).toContain('did not accept the connection');
});

test('a broker that refuses the login is there', async () => {
  const broker = await Broker.open({ authenticate: () => false });
  const fault = await connecting(broker.url);
  expect(isNobodyThere(fault)).toBe(false);
  expect(textOf(fault).en).toContain('Check username and password-file');
});

test('a broker that falls silent is found out by the keep-alive: nobody is there any more', async () => {
  const port = await serverThat((socket) => socket.once('data', () => socket.write(Uint8Array.of(0x20, 2, 0, 0))));
  const connection = await connectMqtt(
    { url: `mqtt://127.0.0.1:${port}`, protocol: '3.1.1', keepaliveMs: 1_000 },
    { clientId: 'g', filters: [], onMessage() {} },
    signal,
  );
  expect(isNobodyThere(await connection.ended)).toBe(true);
});

test('a broker that accepts the connection and says nothing is there', async () => {
  const port = await serverThat(() => {});
  const fault = await connecting(`mqtt://127.0.0.1:${port}`);
  expect(isNobodyThere(fault)).toBe(false);
  expect(textOf(fault).en).toContain('accepted the connection but did not answer');
}, 20_000);
