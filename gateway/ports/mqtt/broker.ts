/**
 * The embedded broker: takes messages in and passes nothing on. A subscription is turned down and its client goes on; neither
 * retained messages nor sessions are kept, since a message is stored before it is acknowledged. That a client asks for its
 * message to be retained says nothing of its age: it is published now. One at QoS 1 that is sent again after its connection was
 * lost may be stored twice; at QoS 2 it is stored once (`unreleased.ts`), unless the gateway was restarted between.
 *
 * Whoever is turned away is counted and named, with what to do.
 *
 * Bounds: `maxClients` that have logged in, and those at the door (`net/door.ts`); `maxMessageBytes` a message, before it is
 * kept. A client that does not read its acknowledgements for `unreadMs` is dropped. Of a user of its own the oldest connection
 * goes when there is one too many (`users.ts`), and only its own connections can take its client id over.
 */
import { createServer, type Socket } from 'node:net';
import { Duplex, pipeline } from 'node:stream';
import type { Aedes, AedesPublishPacket, Client } from 'aedes';
import type { RubbishCode } from '../../../devices/device-type.ts';
import type { Clock } from '../../../shared/clock.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { listen, plainAddress } from '../../net/address.ts';
import { Door, maxAtDoor } from '../../net/door.ts';
import { onAbort } from '../../net/keep-open.ts';
import { say as net } from '../../net/words.ts';
import type { DoorReceiver } from '../port.ts';
import { maxLoginBytes, PacketGuard, PacketTooLong } from './packet-guard.ts';
import { shownTopic } from './topics.ts';
import { Unreleased } from './unreleased.ts';
import { type Login, loginCheck, maxConnectionsEach } from './users.ts';
import { say } from './words.ts';

/** For the rest of a packet: its topic and id. */
const topicRoomBytes = 1_024;
const closeWithinMs = 1_000;
const unreadMs = 10_000;
/** Messages of all clients that wait for the disk: some 90 ms of work. Each has its share, and at least a few. */
const maxUnsettled = 2_000;
const minUnsettled = 50;
const serverUnavailable = 3; // MQTT 3.1.1, 3.2.2.3
/** By protocol level: MQTT 3.1 and 3.1.1. */
const SPOKEN: readonly (number | undefined)[] = [3, 4];

export type BrokerSettings = Parameters<typeof loginCheck>[0] & {
  readonly listen: string;
  readonly maxClients: number;
  readonly maxMessageBytes: number;
};

/** Serves until the signal aborts or the address is lost; says why it ended. */
export async function serve(
  settings: BrokerSettings,
  receiver: DoorReceiver,
  clock: Clock,
  signal: AbortSignal,
): Promise<Text> {
  const { Aedes: Broker } = await import('aedes'); // only a gateway with such a port carries the broker in its memory
  const maxClientsIdLength = 65_535; // devices of MQTT 3.1 have names longer than its 23 characters
  const broker = await Broker.createBroker({ concurrency: 1000, drainTimeout: unreadMs, maxClientsIdLength });
  const unreleased = new Unreleased();
  Object.assign((broker as Aedes & { persistence: object }).persistence, unreleased.incoming); // not in its types
  const door = new Door(clock);
  const connections = new WeakMap<Client, Connection>();
  const loginOf = loginCheck(settings);
  /** In the order in which they came. */
  const clients = new Set<Client>();
  const shareOfEach = () => Math.max(minUnsettled, Math.floor(maxUnsettled / Math.max(1, clients.size)));
  /** Outlives the connection, whose last will is published after its end. */
  const logins = new WeakMap<Client, Login>();
  const turnAway = (code: RubbishCode, detail: Text) => receiver.turnedAway({ code, bytes: NOTHING, detail });
  const fromOf = (client: Client) => connections.get(client)?.from ?? '';

  broker.preConnect = (client, { protocolVersion }, done) => {
    if (!SPOKEN.includes(protocolVersion)) {
      turnAway('unknown-format', say.wrongVersion({ from: fromOf(client), version: protocolVersion ?? '?' }));
    }
    done(null, true); // the broker refuses it itself
  };
  broker.on('connectionError', (client, fault) => {
    if (isUnreadable(fault)) turnAway('unknown-format', say.notMqtt({ from: fromOf(client), why: fault.message }));
  });
  broker.authenticate = (client, username, password, done) => {
    const login = loginOf(username, password);
    if (login === undefined) {
      turnAway('unknown-address', say.wrongLogin({ from: fromOf(client) }));
      done(null, false);
      return;
    }
    const { user } = login;
    const own = user === undefined ? [] : [...clients].filter((other) => logins.get(other)?.user === user);
    const [oldest] = own;
    if (oldest !== undefined && own.length >= maxConnectionsEach) {
      clients.delete(oldest);
      oldest.close();
    }
    if (clients.size >= settings.maxClients) {
      turnAway('over-limit', say.tooManyClients({ from: fromOf(client), max: settings.maxClients }));
      done(Object.assign(new Error('too many clients'), { returnCode: serverUnavailable }), false);
      return;
    }
    connections.get(client)?.letIn();
    clients.add(client);
    logins.set(client, login);
    if (user !== undefined) client.id = `${user} ${client.id}`;
    client.conn.once('close', () => clients.delete(client));
    done(null, true);
  };
  broker.authorizeSubscribe = (_client, { topic }, done) => {
    const detail = say.noSubscriptions({ filter: shownTopic(topic) });
    receiver.ignored({ code: 'not-allowed', bytes: NOTHING, detail });
    done(null, null); // SUBACK with 0x80 (MQTT 3.1.1, 3.9.3)
  };
  broker.authorizePublish = (client, packet, done) => {
    const login = client === null ? undefined : logins.get(client);
    if (login === undefined || !login.mayPublish(packet.topic)) {
      const user = login?.user ?? '';
      turnAway('not-allowed', say.notAllowed({ user, topic: shownTopic(packet.topic) }));
      done(new Error('this user may not publish to this topic'));
      return;
    }
    const settled = (fault?: Error) => {
      if (client !== null) connections.get(client)?.guard.settled();
      done(fault);
    };
    const { topic, payload, messageId, dup } = packet as AedesPublishPacket & { messageId?: number }; // a last will has none
    const store = () => receiver.message(topic, toBytes(payload));
    const isKept = client !== null && packet.qos === 2 && messageId !== undefined;
    (isKept ? unreleased.once(client, { messageId, dup }, store) : store()).then(
      () => {
        Object.assign(packet, STORED);
        settled();
      },
      () => settled(new Error('the message could not be stored')),
    );
  };

  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const leave = door.enter(socket);
    const guard = new PacketGuard(settings.maxMessageBytes + topicRoomBytes, shareOfEach);
    guard.on('error', (fault) => {
      if (!(fault instanceof PacketTooLong)) return;
      const { max } = fault;
      turnAway('too-long', max === maxLoginBytes ? say.loginTooLong({ max }) : say.packetTooLong({ max }));
    });
    pipeline(socket, guard, () => socket.destroy());
    const client = broker.handle(Duplex.from({ readable: guard, writable: socket }));
    client.on('error', () => socket.destroy());
    connections.set(client, { guard, letIn: leave, from: plainAddress(socket.remoteAddress) });
  });
  server.maxConnections = settings.maxClients + maxAtDoor;
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

interface Connection {
  readonly guard: PacketGuard;
  /** It has said who it is. */
  letIn(): void;
  /** Its address. */
  readonly from: string;
}

const NOTHING = new Uint8Array(0);

/** Whether the bytes are not MQTT, rather than a network fault, a refusal or a packet that is too long. */
function isUnreadable(fault: Error): boolean {
  return !('code' in fault) && !('errorCode' in fault) && !(fault instanceof PacketTooLong);
}

/** What the broker has still to remember of a message that is on the disk. */
const STORED = { topic: 'stored', payload: Buffer.alloc(0), retain: false };

function toBytes(payload: string | Uint8Array): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
