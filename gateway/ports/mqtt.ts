/**
 * An MQTT port: devices that publish their readings.
 *
 * By default a broker of its own (aedes), for devices in the same box or house; or a subscription at an existing broker.
 * A message at QoS 1 is acknowledged only when its readings are on the disk, so that a device may forget what was
 * acknowledged. The embedded broker passes nothing on: nobody may subscribe, and retained messages are not kept.
 *
 * Bounds: `maxClients` connections; a message is bounded by its device's type (MQTT itself allows 256 MB).
 */

import { createServer, type Socket } from 'node:net';
import { readCredential } from '../net/credentials.ts';
import { onAbort, type PortSurroundings } from '../net/keep-open.ts';
import { listen } from '../net/listen.ts';
import type { ConnectMqtt } from '../net/mqtt-connection.ts';
import { sameSecret } from '../net/same-secret.ts';
import { keepPortOpen } from './port.ts';

export interface MqttSettings {
  readonly name: string;
  readonly listen: string;
  readonly url?: string | undefined;
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly maxClients: number;
}

export interface MqttSurroundings extends PortSurroundings {
  /** How to reach an existing broker. */
  readonly connect: ConnectMqtt;
}

/** What takes an MQTT port's messages. */
export interface MessageReceiver {
  opened(): void;
  /** Resolves when the message may be acknowledged. */
  message(topic: string, payload: Uint8Array): Promise<void>;
  closed(why: string): void;
}

const keepaliveMs = 30_000;
const closeWithinMs = 1_000;

/** Runs until the signal aborts, opening the broker or the connection again whenever it fails. */
export function runMqttPort(
  settings: MqttSettings,
  topics: readonly string[],
  receiver: MessageReceiver,
  surroundings: MqttSurroundings,
  signal: AbortSignal,
): Promise<void> {
  const session =
    settings.url === undefined
      ? () => serve(settings, receiver, surroundings, signal)
      : () => subscribe({ ...settings, url: settings.url ?? '' }, topics, receiver, surroundings, signal);
  return keepPortOpen(settings.name, session, receiver, surroundings, signal);
}

async function serve(
  settings: MqttSettings,
  receiver: MessageReceiver,
  { clock }: MqttSurroundings,
  signal: AbortSignal,
): Promise<string> {
  const { Aedes } = await import('aedes'); // only a gateway with such a port carries the broker in its memory
  const broker = await Aedes.createBroker({ concurrency: 1000 });
  const isAllowed = credentialsCheck(settings);
  broker.authenticate = (_client, username, password, done) => done(null, isAllowed(username, password));
  broker.authorizeSubscribe = (_client, _subscription, done) => done(new Error('this broker only takes readings in'));
  broker.authorizePublish = (_client, packet, done) => {
    packet.retain = false;
    receiver.message(packet.topic, toBytes(packet.payload)).then(
      () => done(),
      () => done(new Error('the message could not be stored')),
    );
  };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const stream = broker.handle(socket);
    stream.on('error', () => socket.destroy());
  });
  server.maxConnections = settings.maxClients; // counts those too that have not said who they are
  let forget = () => {};
  try {
    await listen(server, settings.listen);
    receiver.opened();
    return await new Promise<string>((resolve) => {
      forget = onAbort(signal, () => resolve('stopped'));
      server.on('error', (fault) => resolve(fault.message));
    });
  } finally {
    forget();
    server.close();
    // A client that is just connecting would keep the broker from ever being closed, and its socket the program from ending.
    const over = new AbortController();
    const closed = new Promise<void>((resolve) => broker.close(() => resolve()));
    await Promise.race([closed, clock.sleep(closeWithinMs, over.signal)]);
    over.abort();
    for (const socket of sockets) socket.destroy();
  }
}

async function subscribe(
  settings: MqttSettings & { readonly url: string },
  topics: readonly string[],
  receiver: MessageReceiver,
  { connect }: MqttSurroundings,
  signal: AbortSignal,
): Promise<string> {
  const connection = await connect(
    { ...settings, protocol: '3.1.1', keepaliveMs },
    {
      clientId: `machimori-port-${settings.name}`,
      filters: topics,
      onMessage: (topic, payload) => receiver.message(topic, payload),
    },
    signal,
  );
  receiver.opened();
  const forget = onAbort(signal, () => void connection.close());
  return connection.ended.finally(forget);
}

function credentialsCheck({ username, passwordFile }: MqttSettings) {
  if (username === undefined || passwordFile === undefined) return () => true;
  const isRight = sameSecret(`${username}\0${readCredential(passwordFile).toString('utf8').trimEnd()}`);
  return (name: string | undefined, password: Uint8Array | undefined) =>
    isRight(`${name ?? ''}\0${Buffer.from(password ?? []).toString('utf8')}`);
}

function toBytes(payload: string | Uint8Array): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
