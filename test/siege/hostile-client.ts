/** What attacks are made of: connections that count what they do, and never throw. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { generate, type Packet } from 'mqtt-packet';
import type { Tools } from './attack.ts';

/** Addresses of the loopback that are not the honest device's, as if from other machines. */
const STRANGERS = ['127.0.0.2', '127.0.0.3', '127.0.0.4'] as const;
const againMs = 10;

/** Does `once` over and over, `atOnce` times in parallel, until the signal aborts. */
export async function repeat(
  { signal }: Tools,
  atOnce: number,
  act: () => Promise<void>,
  pauseMs = againMs,
): Promise<void> {
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (!signal.aborted) {
        await act().catch(() => {});
        await pause(pauseMs, signal);
      }
    }),
  );
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

export interface HostileSocket {
  readonly socket: Socket;
  /** Writes, and waits while the other side takes nothing. False if it is gone. */
  send(bytes: Uint8Array | string): Promise<boolean>;
  /** Resolves when it is closed, or after `ms`; closes it then. */
  linger(ms: number): Promise<void>;
}

/** A connection to a port of the gateway; rejects if there is none. */
export async function open(tools: Tools, port: number): Promise<HostileSocket> {
  const localAddress = tools.random.pick(STRANGERS);
  return opened(tools, connect({ host: '127.0.0.1', port, localAddress }));
}

export async function opened({ tally, signal }: Tools, socket: Socket): Promise<HostileSocket> {
  tally.connections++;
  let isOurs = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    if (!isOurs) tally.turnedAway++;
  });
  const end = () => {
    if (socket.destroyed) return;
    isOurs = true;
    socket.destroy();
  };
  signal.addEventListener('abort', end, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', end));
  await once(socket, 'connect');
  return {
    socket,
    async send(bytes) {
      if (socket.destroyed || signal.aborted) return false;
      tally.bytes += bytes.length;
      if (socket.write(bytes)) return true;
      const over = new AbortController();
      const either = [once(socket, 'drain', { signal: over.signal }), once(socket, 'close', { signal: over.signal })];
      await Promise.race(either).catch(() => {});
      over.abort();
      for (const each of either) each.catch(() => {});
      return !socket.destroyed;
    },
    async linger(ms) {
      if (!socket.destroyed) {
        const over = new AbortController();
        await Promise.race([
          once(socket, 'close', { signal: over.signal }).catch(() => {}),
          delay(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(() => {}),
        ]);
        over.abort();
      }
      end();
    },
  };
}

export function packet(content: Packet): Buffer {
  return generate(content);
}

/** An MQTT connection that has logged in with the stolen credential, or with another. */
export async function loggedIn(
  tools: Tools,
  { clientId = `hostile-${tools.random.int(0, 1e9)}`, clean = true, password = tools.target.stolen.password } = {},
): Promise<HostileSocket> {
  const client = await open(tools, tools.target.mqttPort);
  const { username } = tools.target.stolen;
  const login = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, keepalive: 60, username } as const;
  await client.send(packet({ ...login, clientId, clean, password: Buffer.from(password) }));
  await Promise.race([once(client.socket, 'data'), once(client.socket, 'close')]);
  return client;
}

export function publish(topic: string, payload: string | Buffer, messageId: number, qos: 0 | 1 | 2 = 1): Buffer {
  return packet({ cmd: 'publish', topic, payload, qos, messageId, dup: false, retain: false });
}
