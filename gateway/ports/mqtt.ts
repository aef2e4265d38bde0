/**
 * `mqtt`: devices that publish their readings.
 *
 * By default it runs an embedded broker (aedes), for devices in the same box or building; or it subscribes to an existing one.
 * A message at QoS 1 is acknowledged only when its readings are on the disk, so a device may forget what was acknowledged.
 * The embedded broker passes nothing on: nobody may subscribe, and retained messages are not kept.
 *
 * Bounds: `maxClients` connections; a message is bounded by its device's type (MQTT itself allows 256 MB).
 */

import { createServer, type Socket } from 'node:net';
import * as v from 'valibot';
import { address, id, setting, text, whole } from '../../shared/setting.ts';
import { foreign, type Text } from '../../shared/text.ts';
import { isLoopback, listen, splitAddress } from '../net/address.ts';
import { checkSecretFile, readCredential, sameSecret } from '../net/credentials.ts';
import { type ConnectionSurroundings, onAbort } from '../net/keep-open.ts';
import type { ConnectMqtt } from '../net/mqtt-connection.ts';
import { say as net } from '../net/words.ts';
import { type Fault, fault, type Path } from '../words/fault.ts';
import type { MessagePort, MessageReceiver, PortType } from './port.ts';
import { keepPortOpen } from './reopening.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  name: setting(id, say.name()),
  type: setting(v.literal('mqtt'), say.mqtt()),
  listen: v.optional(setting(address, say.mqttListen()), '127.0.0.1:1883'),
  url: v.optional(setting(text, say.mqttUrl())),
  username: v.optional(setting(text, say.mqttUsername())),
  passwordFile: v.optional(setting(text, net.passwordFile())),
  caFile: v.optional(setting(text, say.mqttCa())),
  maxClients: v.optional(setting(whole(1, 10_000), say.maxClients()), 200),
});
export type MqttSettings = Omit<v.InferOutput<typeof settings>, 'type'>;

export const mqtt: PortType<typeof settings> = {
  name: 'mqtt',
  shape: 'messages',
  settings,
  check: checkMqtt,
  open: mqttPort,
};

export interface MqttSurroundings extends ConnectionSurroundings {
  /** How to reach an existing broker. */
  readonly connect: ConnectMqtt;
}

const keepaliveMs = 30_000;
const closeWithinMs = 1_000;

export function mqttPort(settings: MqttSettings, surroundings: MqttSurroundings): MessagePort {
  const { name, url } = settings;
  return {
    shape: 'messages',
    path: url ?? `mqtt://${settings.listen}`,
    run(topics, receiver, signal) {
      const session =
        url === undefined
          ? () => serve(settings, receiver, surroundings, signal)
          : () => subscribe({ ...settings, url }, topics, receiver, surroundings, signal);
      return keepPortOpen(name, session, receiver, surroundings, signal);
    },
  };
}

function checkMqtt({ listen, url, username, passwordFile }: MqttSettings, path: Path): Fault[] {
  const faults = checkSecretFile(passwordFile, [...path, 'passwordFile'], true);
  if ((username === undefined) !== (passwordFile === undefined)) {
    faults.push(fault(path, say.loginIncomplete(), net.addMissing()));
  }
  if (url === undefined && !isLoopback(splitAddress(listen).host) && passwordFile === undefined) {
    faults.push(fault([...path, 'listen'], say.openBroker(), say.closeBroker()));
  }
  return faults;
}

async function serve(
  settings: MqttSettings,
  receiver: MessageReceiver,
  { clock }: MqttSurroundings,
  signal: AbortSignal,
): Promise<Text> {
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
  server.maxConnections = settings.maxClients; // including those that have not logged in yet
  let forget = () => {};
  try {
    await listen(server, settings.listen);
    receiver.opened();
    return await new Promise<Text>((resolve) => {
      forget = onAbort(signal, () => resolve(net.stopped()));
      server.on('error', (fault) => resolve(foreign(fault.message)));
    });
  } finally {
    forget();
    server.close();
    // A client that is just connecting would keep the broker open for ever, and its socket would keep the program alive.
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
): Promise<Text> {
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
