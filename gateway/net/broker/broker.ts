/**
 * A broker inside the gateway. Each message is handed to `take` before it is acknowledged; what `take` does not pass on goes to nobody.
 * Sessions are not kept, nor are retained messages but those that are passed on. A message at QoS 1 that is sent again after its connection was lost is handed over
 * twice; one at QoS 2 once (`unreleased.ts`), unless the gateway was restarted between.
 *
 * Whoever is turned away is named, with what to do.
 *
 * Bounds: `maxClients` that have logged in, and those at the door (`door.ts`); `maxMessageBytes` a message, before it is kept. A client
 * that does not read what is sent to it for `unreadMs` is dropped. Of a user of its own the oldest connection goes when there is one
 * too many, and only its own connections can take its client id over.
 */
import { createServer as createPlain, type Server, type Socket } from 'node:net';
import { Duplex, pipeline } from 'node:stream';
import { createServer as createTls } from 'node:tls';
import type { Aedes, AedesPublishPacket, Client } from 'aedes';
import type { Clock } from '../../../shared/clock.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { listen, plainAddress } from '../address.ts';
import { ASKS_FOR_CERTIFICATE, fingerprintOf } from '../client-certificate.ts';
import { readCredential } from '../credentials.ts';
import { Door, maxAtDoor } from '../door.ts';
import type { GuardSettings } from '../guarded-server.ts';
import { onAbort } from '../keep-open.ts';
import { say as net } from '../words.ts';
import { maxLoginBytes, PacketGuard, PacketTooLong } from './packet-guard.ts';
import { shownTopic } from './topics.ts';
import { type Outcome, Unreleased } from './unreleased.ts';
import { say } from './words.ts';

/** For the rest of a packet: its topic and id. */
const topicRoomBytes = 1_024;
const closeWithinMs = 1_000;
const unreadMs = 10_000;
/** Messages of all clients that wait for the disk: some 90 ms of work. Each has its share, and at least a few. */
const maxUnsettled = 2_000;
const minUnsettled = 50;
const handshakeMs = 10_000;
const serverUnavailable = 3; // MQTT 3.1.1, 3.2.2.3
/** By protocol level: MQTT 3.1 and 3.1.1. */
const SPOKEN: readonly (number | undefined)[] = [3, 4];
/** Connections of a user of its own: one in use, and those that a lost network left behind. */
export const maxConnectionsEach = 4;

/** Somebody who has logged in. */
export interface Login {
  /** The user of its own; undefined for a shared one. */
  readonly user: string | undefined;
  mayPublish(topic: string): boolean;
  /** Absent: it may subscribe to nothing. */
  maySubscribe?(filter: string): boolean;
}

export type TurnedAway = 'unknown-format' | 'unknown-address' | 'over-limit' | 'too-long' | 'not-allowed';

export interface BrokerOptions<User extends Login> extends GuardSettings {
  readonly listen: string;
  readonly maxClients: number;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  /** Who it is; undefined: nobody who may. `certified`: the fingerprint of its certificate (client-certificate.ts). */
  loginOf(username: string | undefined, password: Uint8Array | undefined, certified?: string): User | undefined;
  /**
   * Resolves when a message may be acknowledged, with whether it goes on to those who subscribe, now and, if its sender wants it retained,
   * later. Rejects if it cannot be stored.
   */
  take(topic: string, payload: Uint8Array, user: User): Promise<Outcome>;
  opened(broker: OpenBroker): void;
  /** Somebody was turned away, and why. */
  turnedAway(code: TurnedAway, detail: Text): void;
  /** A client may not subscribe to this, and goes on. */
  notSubscribed(filter: string, user: User | undefined): void;
}

export interface OpenBroker {
  /** At QoS 1, to those who subscribe now. */
  publish(topic: string, payload: Uint8Array): void;
  /** Closes the connections of a user. */
  drop(user: string): void;
}

/** Serves until the signal aborts or the address is lost; says why it ended. */
export async function serveBroker<User extends Login>(
  options: BrokerOptions<User>,
  signal: AbortSignal,
): Promise<Text> {
  const { clock, maxClients, turnedAway } = options;
  const { Aedes: Broker } = await import('aedes'); // only a gateway with a broker carries it in its memory
  const { default: packets } = await import('mqtt-packet');
  packets.writeToStream.cacheNumbers = false; // 65,536 buffers made ahead, one for each packet identifier: 8 MB
  const maxClientsIdLength = 65_535; // devices of MQTT 3.1 have names longer than its 23 characters
  const broker = await Broker.createBroker({ concurrency: 1000, drainTimeout: unreadMs, maxClientsIdLength });
  const unreleased = new Unreleased();
  Object.assign((broker as Aedes & { persistence: object }).persistence, unreleased.incoming); // not in its types
  const door = new Door(clock);
  const connections = new WeakMap<Client, Connection>();
  /** In the order in which they came. */
  const clients = new Set<Client>();
  const shareOfEach = () => Math.max(minUnsettled, Math.floor(maxUnsettled / Math.max(1, clients.size)));
  /** Outlives the connection, whose last will is published after its end. */
  const users = new WeakMap<Client, User>();
  const fromOf = (client: Client) => connections.get(client)?.from ?? '';
  const close = (client: Client) => {
    clients.delete(client);
    client.close();
  };
  const connectionsOf = (user: string) => [...clients].filter((client) => users.get(client)?.user === user);

  broker.preConnect = (client, { protocolVersion }, done) => {
    if (!SPOKEN.includes(protocolVersion)) {
      turnedAway('unknown-format', say.wrongVersion({ from: fromOf(client), version: protocolVersion ?? '?' }));
    }
    done(null, true); // the broker refuses it itself
  };
  broker.on('connectionError', (client, fault) => {
    if (isUnreadable(fault)) turnedAway('unknown-format', say.notMqtt({ from: fromOf(client), why: fault.message }));
  });
  broker.authenticate = (client, username, password, done) => {
    const login = options.loginOf(username, password, connections.get(client)?.certified);
    if (login === undefined) {
      turnedAway('unknown-address', say.wrongLogin({ from: fromOf(client) }));
      done(null, false);
      return;
    }
    const { user } = login;
    const own = user === undefined ? [] : connectionsOf(user);
    if (own[0] !== undefined && own.length >= maxConnectionsEach) close(own[0]);
    if (clients.size >= maxClients) {
      turnedAway('over-limit', say.tooManyClients({ from: fromOf(client), max: maxClients }));
      done(Object.assign(new Error('too many clients'), { returnCode: serverUnavailable }), false);
      return;
    }
    connections.get(client)?.letIn();
    clients.add(client);
    users.set(client, login);
    if (user !== undefined) client.id = `${user} ${client.id}`;
    client.conn.once('close', () => clients.delete(client));
    done(null, true);
  };
  broker.authorizeSubscribe = (client, subscription, done) => {
    const user = client === null ? undefined : users.get(client);
    if (user?.maySubscribe?.(subscription.topic)) {
      done(null, subscription);
      return;
    }
    options.notSubscribed(shownTopic(subscription.topic), user);
    done(null, null); // SUBACK with 0x80 (MQTT 3.1.1, 3.9.3)
  };
  broker.authorizePublish = (client, packet, done) => {
    const user = client === null ? undefined : users.get(client);
    if (user === undefined || !user.mayPublish(packet.topic)) {
      turnedAway('not-allowed', say.notAllowed({ user: user?.user ?? '', topic: shownTopic(packet.topic) }));
      done(new Error('this user may not publish to this topic'));
      return;
    }
    const settled = (fault?: Error) => {
      if (client !== null) connections.get(client)?.settled();
      done(fault);
    };
    const { topic, payload, messageId, dup } = packet as AedesPublishPacket & { messageId?: number }; // a last will has none
    const store = () => options.take(topic, toBytes(payload), user);
    const isKept = client !== null && packet.qos === 2 && messageId !== undefined;
    (isKept ? unreleased.once(client, { messageId, dup }, store) : store()).then(
      (outcome) => {
        if (outcome === 'kept') Object.assign(packet, STORED);
        settled();
      },
      () => settled(new Error('the message could not be stored')),
    );
  };
  const passOn = broker.publish.bind(broker) as Publish;
  const publish: Publish = (packet, client, done) =>
    packet.payload === STORED.payload && typeof done === 'function' ? done() : passOn(packet, client, done);
  Object.assign(broker, { publish }); // to look for subscribers of what goes to nobody costs as much as taking it in

  const sockets = new Set<Socket>();
  const server = newServer(options, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const leave = door.enter(socket);
    const guard = new PacketGuard(options.maxMessageBytes + topicRoomBytes, shareOfEach);
    guard.on('error', (fault) => {
      if (!(fault instanceof PacketTooLong)) return;
      const { max } = fault;
      turnedAway('too-long', max === maxLoginBytes ? say.loginTooLong({ max }) : say.packetTooLong({ max }));
    });
    pipeline(socket, guard, () => socket.destroy());
    const client = broker.handle(Duplex.from({ readable: guard, writable: socket }));
    client.on('error', () => socket.destroy());
    const from = plainAddress(socket.remoteAddress);
    const answering = corked(socket);
    const settled = () => {
      answering();
      guard.settled();
    };
    connections.set(client, { settled, letIn: leave, from, certified: fingerprintOf(socket) });
  });
  server.maxConnections = maxClients + maxAtDoor;
  let forget = () => {};
  try {
    await listen(server, options.listen);
    options.opened({
      publish(topic, payload) {
        const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
        broker.publish({ cmd: 'publish', topic, payload: bytes, qos: 1, retain: false, dup: false }, () => {});
      },
      drop(user) {
        for (const client of connectionsOf(user)) close(client);
      },
    });
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

/** As the broker itself calls it, which is not in its types. */
type Publish = (packet: object & { readonly payload: unknown }, client: unknown, done?: () => void) => void;

interface Connection {
  /** A message has been stored, or turned down: it is answered now. */
  settled(): void;
  /** It has said who it is. */
  letIn(): void;
  /** Its address. */
  readonly from: string;
  readonly certified: string | undefined;
}

/** A commit answers many messages: what is written between a call and the next turn of the event loop goes out in one piece. */
function corked(socket: Socket): () => void {
  let isCorked = false;
  return () => {
    if (isCorked) return;
    isCorked = true;
    socket.cork();
    setImmediate(() => {
      isCorked = false;
      socket.uncork();
    });
  };
}

/** With TLS, clients may come with a certificate, or log in. */
function newServer({ certFile, keyFile }: GuardSettings, connected: (socket: Socket) => void): Server {
  if (certFile === undefined || keyFile === undefined) return createPlain({ noDelay: true }, connected);
  const tls = { cert: readCredential(certFile, 'server'), key: readCredential(keyFile, 'server') };
  return createTls({ ...tls, ...ASKS_FOR_CERTIFICATE, noDelay: true, handshakeTimeout: handshakeMs }, connected);
}

/** Whether the bytes are not MQTT, rather than a network fault, a refusal or a packet that is too long. */
function isUnreadable(fault: Error): boolean {
  return !('code' in fault) && !('errorCode' in fault) && !(fault instanceof PacketTooLong);
}

/** What the broker has still to remember of a message that is on the disk. */
const STORED = { topic: 'stored', payload: Buffer.alloc(0), retain: false };

function toBytes(payload: string | Uint8Array): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
