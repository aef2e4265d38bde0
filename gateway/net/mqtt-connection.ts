/**
 * One connection to an MQTT broker, 3.1.1 or 5: the only place that knows mqtt.js.
 *
 * mqtt.js keeps an outgoing store and sends it again after a reconnect. Here a connection lives once: when it is lost it is
 * thrown away with everything it held, whatever is unanswered rejects, and the caller opens a new one. The buffer is the
 * only queue.
 */

import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { IClientOptions, MqttClient } from 'mqtt';
import { MachimoriError, messageOf, TextError, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { isAbsence, lostBecause, NobodyThere } from './absence.ts';
import { readCredential, readSecret } from './credentials.ts';
import { type Enrolment, readEnrolment } from './enrolment.ts';
import { onAbort } from './keep-open.ts';
import { reach } from './reach.ts';
import { say } from './words.ts';

export interface BrokerSettings {
  /** mqtt:// or mqtts:// (ws:// and wss:// too). Absent only with an enrolment. */
  readonly url?: string | undefined;
  /** Has all the others (enrolment.ts). */
  readonly enrolmentFile?: string | undefined;
  readonly protocol: '3.1.1' | '5';
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly keepaliveMs: number;
}

export interface ConnectOptions {
  readonly clientId: string;
  /** Asks the broker to keep what comes while this client is away, and what it has not acknowledged. */
  readonly keepsSession?: boolean;
  readonly will?: { readonly topic: string; readonly payload: Uint8Array };
  /** Topic filters to subscribe to; if the broker refuses one, the connection fails. */
  readonly filters: readonly string[];
  /** Of all subscriptions of this connection; 1 unless it says. */
  readonly qos?: 0 | 1;
  /**
   * Called for each message; at QoS 1 it is acknowledged when the promise resolves, and not at all when it rejects.
   * `isRetained`: the broker kept it from before the subscription (MQTT 3.1.1, 3.3.1.3).
   */
  onMessage(topic: string, payload: Uint8Array, isRetained: boolean): Promise<void> | void;
}

export interface MqttConnection {
  /** Resolves when the broker has acknowledged (QoS 1); rejects when the connection is lost first. */
  publish(topic: string, payload: Uint8Array, options?: { readonly retain?: boolean }): Promise<void>;
  /** Rejects if the broker refuses, or when the connection is lost first. */
  subscribe(filter: string): Promise<void>;
  /** Rejects when the connection is lost first. */
  unsubscribe(filter: string): Promise<void>;
  /** The broker had kept the session of this client. */
  readonly wasKept: boolean;
  /** The largest payload that the broker says it takes on a topic (MQTT 5 only); undefined if it says none. */
  maxPayloadBytes(topic: string): number | undefined;
  /** Resolves with the reason when the connection has ended. */
  readonly ended: Promise<Text>;
  /** Says goodbye (no last will) and ends. */
  close(): Promise<void>;
}

/** How a connection is made: `connectMqtt`, or what stands in for it. */
export type ConnectMqtt = typeof connectMqtt;

/** From the TCP connection to the broker's answer. */
const greetWithinMs = 15_000;

const goodbyeWithinMs = 1_000;

// Reason codes of MQTT 5 (OASIS), 2.4
const sessionTakenOver = 0x8e;
const packetTooLarge = 0x95;
/** Of a PUBLISH beside topic and payload: the fixed header, the topic's length, the packet's number, the length of no properties. */
const publishHeadBytes = 5 + 2 + 2 + 1;
/** How long a broker of MQTT 5 keeps a session that it is asked to keep; of 3.1.1 as long as it likes. */
const keepSessionS = 30 * 24 * 3600;

/**
 * Connects and subscribes. The signal gives up the attempt; once it resolves, `close` ends the connection.
 * Throws a MachimoriError "broker-unreachable", or "broker-credentials" if one of its files cannot be read.
 */
export async function connectMqtt(
  settings: BrokerSettings,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<MqttConnection> {
  const enrolment = settings.enrolmentFile === undefined ? undefined : readEnrolment(settings.enrolmentFile);
  const url = enrolment?.url ?? settings.url ?? '';
  const client = await openClient(url, { ...clientOptions(settings, options), ...loginOf(enrolment) }, signal);
  const unanswered = new Set<(fault: Error) => void>();
  let end: (why: Text) => void = () => {};
  const ended = new Promise<Text>((resolve) => {
    end = (why) => {
      for (const reject of unanswered) reject(new TextError(say.connectionLost({ why })));
      resolve(why);
    };
  });
  /** Settles as `work` does, or rejects when the connection ends first. */
  const orEnded = <T>(work: Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      unanswered.add(reject);
      work.then(resolve, reject).finally(() => unanswered.delete(reject));
    });
  let lastFault = say.brokerClosed();
  let cause: unknown;
  const abandon = () => {
    client.end(true);
    end(lastFault);
  };
  client.on('error', (fault) => {
    lastFault = faultText(fault);
    if (isAbsence(fault)) cause = new NobodyThere(lastFault, fault);
    abandon(); // a packet that cannot be read would otherwise leave it open, and deaf
  });
  client.on('close', abandon);
  const forget = onAbort(signal, abandon);

  const patience = bePatient(client);
  client.handleMessage = (packet, done) => {
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    patience.isTaking = true;
    Promise.resolve(options.onMessage(packet.topic, payload, packet.retain))
      .finally(() => {
        patience.isTaking = false;
      })
      .then(() => done(), done);
  };
  client.on('disconnect', ({ reasonCode }) => {
    if (reasonCode === sessionTakenOver) lastFault = say.takenOver();
    if (reasonCode === packetTooLarge) lastFault = say.packetTooLarge();
  });
  let wasKept = false;
  let maxPacketBytes: number | undefined;
  const connected = new Promise<void>((resolve) => {
    client.once('connect', ({ sessionPresent, properties }) => {
      wasKept = sessionPresent;
      maxPacketBytes = properties?.maximumPacketSize;
      resolve();
    });
  });
  const subscribed = connected.then(async () => {
    for (const filter of options.filters) await orEnded(subscribe(client, filter, options.qos));
  });
  const failure = await Promise.race([subscribed.catch(textOf), ended]);
  forget();
  if (failure !== undefined) {
    abandon();
    throw unreachable(url, failure, cause);
  }
  return {
    ended,
    wasKept,
    maxPayloadBytes: (topic) =>
      maxPacketBytes === undefined ? undefined : maxPacketBytes - publishHeadBytes - Buffer.byteLength(topic),
    publish: async (topic, payload, { retain = false } = {}) => {
      const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
      await orEnded(client.publishAsync(topic, bytes, { qos: 1, retain })).catch((fault) => {
        throw fault?.code === packetTooLarge ? new PacketTooLarge(say.packetTooLarge(), fault) : fault;
      });
    },
    subscribe: (filter) => orEnded(subscribe(client, filter, options.qos)),
    unsubscribe: async (filter) => {
      await orEnded(client.unsubscribeAsync(filter));
    },
    close: async () => {
      end(say.closed());
      // If the broker does not take the goodbye in time, the last will speaks instead.
      await Promise.race([client.endAsync().catch(() => {}), delay(goodbyeWithinMs, undefined, { ref: false })]);
      client.end(true);
    },
  };
}

/** The broker said that it takes no message of that size. */
export class PacketTooLarge extends TextError {}

/** The connection is made here, since mqtt.js would try one address once; it makes those over WebSocket itself. */
async function openClient(url: string, options: IClientOptions, signal: AbortSignal): Promise<MqttClient> {
  const { connect, MqttClient } = await import('mqtt'); // so that a command that connects to nothing does not load it
  const { protocol, hostname, port } = new URL(url);
  if (!/^mqtts?:$/.test(protocol)) return connect(url, options);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isTls = protocol === 'mqtts:';
  const socket = await reach({ host, port: Number(port) || (isTls ? 8883 : 1883) }, signal).catch((fault) => {
    throw unreachable(url, textOf(fault), fault);
  });
  socket.setNoDelay(true); // small batches must not wait for the answer to the last one (Nagle's algorithm, RFC 896)
  if (!isTls) return new MqttClient(() => socket, options);
  const { ca, cert, key } = options;
  const tls = { socket, host, ...(isIP(host) === 0 && { servername: host }), ...{ ca, cert, key } };
  return new MqttClient(() => connectTls(tls), options);
}

/**
 * mqtt.js reads one packet after the other, so while a message is being taken no PINGRESP is read, and of what it has read only answers
 * count as a sign of life (MQTT.js, issue 1935). Here any packet since the last PINGREQ counts, and nobody is missed while nobody is
 * listened to. The broker goes on hearing a PINGREQ meanwhile, since it misses this client too (MQTT 3.1.1, 3.1.2.10).
 */
function bePatient(client: MqttClient): { isTaking: boolean } {
  const patience = { isTaking: false };
  let isHeard = false;
  client.on('packetreceive', () => {
    isHeard = true;
  });
  client.on('packetsend', ({ cmd }) => {
    if (cmd === 'pingreq') isHeard = false;
  });
  const giveUp = client.onKeepaliveTimeout.bind(client);
  client.onKeepaliveTimeout = () => {
    if (isHeard || patience.isTaking) client.sendPing();
    else giveUp();
  };
  return patience;
}

/** mqtt.js has words of its own for a broker that does not answer. */
function faultText(fault: unknown): Text {
  if (messageOf(fault) === 'Keepalive timeout') return say.vanished({ why: messageOf(fault) });
  return messageOf(fault) === 'connack timeout' ? say.noGreeting() : lostBecause(fault);
}

/** Rejects if the broker refuses, whether or not mqtt.js makes that an error. */
async function subscribe(client: MqttClient, filter: string, qos: 0 | 1 = 1): Promise<void> {
  const grants = await client.subscribeAsync(filter, { qos }).catch(() => [{ qos: 128 }]);
  if (grants.some(({ qos }) => qos >= 128)) throw new TextError(say.subscriptionRefused({ filter }));
}

function clientOptions(
  settings: BrokerSettings,
  { clientId, will, keepsSession = false }: ConnectOptions,
): IClientOptions {
  const read = (file: string | undefined) => (file === undefined ? undefined : readCredential(file));
  const [ca, cert, key] = [settings.caFile, settings.certFile, settings.keyFile].map(read);
  return {
    clientId,
    protocolVersion: settings.protocol === '5' ? 5 : 4,
    clean: !keepsSession,
    ...(keepsSession && settings.protocol === '5' && { properties: { sessionExpiryInterval: keepSessionS } }),
    reconnectPeriod: 0,
    connectTimeout: greetWithinMs,
    keepalive: Math.round(settings.keepaliveMs / 1000),
    queueQoSZero: false,
    writeCache: false, // 65,536 buffers made ahead, one for each packet identifier: 8 MB
    ...(settings.username !== undefined && { username: settings.username }),
    ...(settings.passwordFile !== undefined && { password: readSecret(settings.passwordFile) }),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(will && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1 as const, retain: true } }),
  };
}

function loginOf(enrolment: Enrolment | undefined): IClientOptions {
  if (enrolment === undefined) return {};
  const { username, password, certificate: cert, key, ca } = enrolment;
  const given = { username, password, cert, key, ca };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Whether a session ended because the broker takes no message of the size that it was sent (MQTT 5). */
export function isPacketTooLarge(why: Text): boolean {
  return why.code === say.packetTooLarge().code;
}

/** Whether a session ended because another client of its name began one. With MQTT 3.1.1 no broker says so: it just closes. */
export function isTakeOver(why: Text): 'yes' | 'perhaps' | 'no' {
  if (why.code === say.takenOver().code) return 'yes';
  return why.code === say.brokerClosed().code ? 'perhaps' : 'no';
}

function unreachable(url: string, why: Text, cause?: unknown): MachimoriError {
  return new MachimoriError('broker-unreachable', {
    what: cause instanceof NobodyThere ? say.brokerAbsent({ why }) : say.brokerRefused({ why }),
    on: url,
    hint: brokerHint(why.en),
    cause,
  });
}

/** What to do when a broker cannot be reached, by what the network, TLS or the broker said. */
const HINTS: readonly (readonly [said: RegExp, hint: () => Text])[] = [
  [/not authorized|bad user ?name|password/i, say.checkLogin], // CONNACK: MQTT 3.1.1 §3.2.2.3, MQTT 5 §3.2.2.2
  [/identifier rejected|client identifier/i, say.checkClientName],
  [/protocol version/i, say.setProtocol],
  [/not allow a subscription/i, say.allowSubscription],
  [/expired|not yet valid/i, say.checkDates],
  [/altnames|does not match/i, say.matchHostName],
  [/self[- ]signed|certificate/i, say.nameAuthority],
  [/ENOTFOUND|EAI_AGAIN/, say.checkHostName],
  [/ECONNREFUSED/, say.checkHostAndPort],
  [/timeout|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|no answer/i, say.checkNetwork],
  [/ECONNRESET|wrong version number|packet|header|closed the connection|did not answer/i, say.checkScheme],
];

/** What the technician can do. `why` is the fault's message, in English. */
export function brokerHint(why: string): Text {
  return (HINTS.find(([said]) => said.test(why))?.[1] ?? say.checkBroker)();
}
