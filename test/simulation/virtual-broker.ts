/**
 * An MQTT broker and the network to it, without either: messages take their time, stall while the network is parted as TCP
 * lets them, and a connection that is lost takes some of what is on its way with it and lets the rest arrive late.
 *
 * What it keeps of MQTT: order within a connection, PUBACK after the broker has the message, keep-alive, one client of a
 * name at a time, the last message of a topic retained. What it leaves out: persistent sessions, which a gateway does not rely
 * upon.
 */

import { NobodyThere } from '../../gateway/net/absence.ts';
import { takesTopic } from '../../gateway/net/broker/topics.ts';
import {
  type ConnectMqtt,
  type ConnectOptions,
  type MqttConnection,
  PacketTooLarge,
} from '../../gateway/net/mqtt-connection.ts';
import { say } from '../../gateway/net/words.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { parseTopic } from '../../shared/feed/topics.ts';
import { foreign, type Text } from '../../shared/text.ts';
import type { Sleeper } from '../../simulators/virtual-clock.ts';
import type { Step } from './traps.ts';
import type { World } from './world.ts';

/** What happens to connections and messages; the faults turn it. */
export interface Weather {
  /** Nothing gets through, in either direction. */
  isParted: boolean;
  /** Nobody listens at the broker's address. */
  isDown: boolean;
  /** Beyond the usual 10 to 80 ms, ms at most. */
  slowMs: number;
  /** Probability that a message that was on its way when its connection was lost arrives nevertheless. */
  readonly survives: number;
  /** Probability that the broker delivers a message to the city OS twice. */
  duplicates: number;
  /** Probability that it refuses a connection. */
  busy: number;
  /** Probability that it loses a batch, a gap or a receipt that it has acknowledged. */
  loses: number;
  /** Undefined: it takes messages of any size. */
  sizeLimit: SizeLimit | undefined;
}

/** How a broker treats a message of more than so many bytes. Only those of MQTT 5 can announce the limit, or refuse. */
export interface SizeLimit {
  readonly bytes: number;
  readonly manner: 'closes' | 'announces' | 'refuses';
}

export interface Observer {
  /** A gateway has handed a message over, in the session of this number. */
  published(session: number, topic: string, payload: Uint8Array): void;
  /** Another box has, in the gateway's name. */
  publishedByOther(topic: string, payload: Uint8Array): void;
  /** The client of this name, not one in another's name, has been handed one. */
  heard(session: number, topic: string, payload: Uint8Array, client: string): void;
}

interface Session {
  readonly number: number;
  readonly client: Sleeper;
  readonly isGateway: boolean;
  readonly options: ConnectOptions;
  readonly filters: Set<string>;
  readonly unanswered: Set<(fault: Error) => void>;
  readonly keepaliveMs: number;
  isOpen: boolean;
  /** When the last message of each direction is due: none overtakes another. */
  dueUp: number;
  dueDown: number;
  readonly ended: Promise<Text>;
  end(why: Text): void;
}

interface Published {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly isRetained: boolean;
}

/** Steps of an order, by what is handed to a client or sent by one. */
const HEARD: Readonly<Record<string, Step>> = { command: 'heard', result: 'result heard' };
const SENT: Readonly<Record<string, 'sent' | 'told'>> = { command: 'sent', result: 'told' };
const connectWithinMs = 15_000;
const askAgainMs = 1_000;

export class VirtualBroker {
  readonly weather: Weather;
  readonly #world: World;
  readonly #name: string;
  readonly #observer: Observer | undefined;
  readonly #sessions = new Map<string, Session>();
  #subscriber: (topic: string, payload: Uint8Array) => void = () => {};
  /** By topic, what was published last, if it was to be retained. */
  readonly #retained = new Map<string, Uint8Array>();
  /** Whether its clients hear each other; otherwise only the city OS hears them, and each its own birth. */
  readonly #relays: boolean;
  #stalled: (() => void)[] = [];
  #sessionsOpened = 0;

  constructor(name: string, world: World, observer?: Observer, { relays = false } = {}) {
    this.#name = name;
    this.#world = world;
    this.#observer = observer;
    this.#relays = relays;
    this.weather = {
      ...{ isParted: false, isDown: false, slowMs: 0, survives: world.random.next(), duplicates: 0 },
      ...{ busy: 0, loses: 0 },
      sizeLimit: undefined,
    };
  }

  /** Hears what gateways publish. */
  subscribe(subscriber: (topic: string, payload: Uint8Array) => void): void {
    this.#subscriber = subscriber;
  }

  /**
   * To whoever is subscribed at this moment; `handing` is called just before a client hears it. Resolves true when one has
   * acknowledged it.
   */
  async publish(topic: string, payload: Uint8Array, handing?: () => void): Promise<boolean> {
    if (handing !== undefined) this.#retained.set(topic, payload);
    const sessions = [...this.#sessions.values()].filter(({ filters }) =>
      [...filters].some((filter) => takesTopic(filter, topic)),
    );
    const taken = await Promise.all(sessions.map((session) => this.#hand(session, topic, payload, handing)));
    return taken.some((isTaken) => isTaken);
  }

  async #hand(session: Session, topic: string, payload: Uint8Array, handing?: () => void): Promise<boolean> {
    await this.#carry(session, 'dueDown');
    if (!session.isOpen || session.client.isGone) return false;
    handing?.();
    this.#observed(session, topic, payload);
    this.#world.moments.pass('message');
    const step = HEARD[parseTopic(topic)?.message ?? ''];
    if (step !== undefined && !this.#world.traps.pass(session.client, step)) return false;
    try {
      await session.options.onMessage(topic, payload, false);
      return !session.client.isGone;
    } catch {
      return false; // not acknowledged, as the client wished
    }
  }

  part(): void {
    this.weather.isParted = true;
    for (const session of this.#sessions.values()) void this.#missPings(session);
  }

  join(): void {
    this.weather.isParted = false;
    const stalled = this.#stalled;
    this.#stalled = [];
    for (const goOn of stalled) goOn();
  }

  /** Ends every connection. */
  cut(why: string): void {
    for (const session of [...this.#sessions.values()]) session.end(foreign(why));
  }

  /** `connectMqtt` for one client, who may vanish; of one that is not the gateway itself only the bytes are observed. */
  connector(client: Sleeper, isGateway = true): ConnectMqtt {
    return (settings, options, signal) =>
      this.#connect({ client, isGateway, keepaliveMs: settings.keepaliveMs }, options, signal);
  }

  async #connect(
    about: Pick<Session, 'client' | 'isGateway' | 'keepaliveMs'>,
    options: ConnectOptions,
    signal: AbortSignal,
  ): Promise<MqttConnection> {
    const { client } = about;
    const { clock } = this.#world;
    await this.#reach(client, signal);
    if (this.weather.busy > 0 && this.#world.random.chance(this.weather.busy)) throw unreachable(this.#name, 'busy');
    this.#sessions.get(options.clientId)?.end(foreign('another client has this name'));
    const session = this.#open(about, options);
    const { sizeLimit } = this.weather;
    const announced = sizeLimit?.manner === 'announces' ? sizeLimit.bytes : undefined;
    return {
      ended: session.ended,
      wasKept: false,
      maxPayloadBytes: () => announced,
      publish: (topic, payload, how) => this.#take(session, { topic, payload, isRetained: how?.retain === true }),
      subscribe: (filter) => this.#acknowledged(session, this.#grant(session, filter)),
      unsubscribe: async (filter) => void session.filters.delete(filter),
      close: async () => {
        await clock.sleep(this.#latency(), undefined, client);
        session.end(foreign('closed'));
      },
    };
  }

  /** What is sent into a parted network is sent again and again: an attempt that is still being made finds it joined. */
  async #reach(client: Sleeper, signal: AbortSignal): Promise<void> {
    const { clock } = this.#world;
    const until = clock.moment().monotonic + connectWithinMs;
    do {
      await clock.sleep(this.weather.isParted ? askAgainMs : 2 * this.#latency(), signal, client);
    } while (this.weather.isParted && !signal.aborted && clock.moment().monotonic < until);
    if (signal.aborted) throw unreachable(this.#name, 'given up');
    const nobody = new NobodyThere(foreign(this.weather.isParted ? 'no answer' : 'connection refused'));
    if (this.weather.isParted || this.weather.isDown) throw unreachable(this.#name, nobody.message, nobody);
  }

  #open(about: Pick<Session, 'client' | 'isGateway' | 'keepaliveMs'>, options: ConnectOptions): Session {
    const { client } = about;
    const now = this.#world.clock.moment().monotonic;
    let endWith: (why: Text) => void = () => {};
    const session: Session = {
      number: ++this.#sessionsOpened,
      ...about,
      options,
      filters: new Set(options.filters),
      unanswered: new Set(),
      isOpen: true,
      dueUp: now,
      dueDown: now,
      ended: new Promise((resolve) => {
        endWith = resolve;
      }),
      end: (why) => {
        if (!session.isOpen) return;
        session.isOpen = false;
        this.#sessions.delete(options.clientId);
        this.#world.history.note(`${this.#name}: session ${session.number} ends: ${why.en}`);
        if (client.isGone) return; // there is nobody to tell
        for (const reject of session.unanswered) reject(new Error(`the connection was lost: ${why.en}`));
        endWith(why);
      },
    };
    this.#sessions.set(options.clientId, session);
    this.#world.history.note(`${this.#name}: session ${session.number} begins`);
    for (const filter of session.filters) void this.#handRetained(session, filter);
    return session;
  }

  async #handRetained(session: Session, filter: string): Promise<void> {
    const all = [...this.#retained].filter(([topic]) => takesTopic(filter, topic));
    await Promise.all(all.map(([topic, payload]) => this.#handOld(session, topic, payload)));
  }

  async #handOld(session: Session, topic: string, payload: Uint8Array): Promise<void> {
    await this.#carry(session, 'dueDown');
    if (!session.isOpen || session.client.isGone) return;
    this.#observed(session, topic, payload);
    await Promise.resolve(session.options.onMessage(topic, payload, true)).catch(() => {});
  }

  #observed({ isGateway, number, options }: Session, topic: string, payload: Uint8Array): void {
    if (isGateway) this.#observer?.heard(number, topic, payload, options.clientId);
  }

  #take(session: Session, sent: Published): Promise<void> {
    const { topic, payload } = sent;
    if (session.client.isGone) return new Promise(() => {}); // whose last commit is in files that nobody opens again
    if (!session.isOpen) return Promise.reject(new Error('the connection is closed'));
    const step = SENT[parseTopic(topic)?.message ?? ''];
    if (step !== undefined && !this.#world.traps.pass(session.client, `before ${step}`)) return new Promise(() => {});
    if (session.isGateway) this.#observer?.published(session.number, topic, payload);
    else this.#observer?.publishedByOther(topic, payload);
    this.#world.moments.pass(parseTopic(topic)?.message === 'receipt' ? 'answered' : 'sent');
    const acknowledged = this.#acknowledged(session, this.#bring(session, sent));
    if (step !== undefined) this.#world.traps.pass(session.client, `after ${step}`);
    return acknowledged;
  }

  /** Resolves when `work` has come to be acknowledged; rejects when the session ends first. */
  #acknowledged(session: Session, work: Promise<boolean>): Promise<void> {
    return new Promise((resolve, reject) => {
      session.unanswered.add(reject);
      work.then((isAcknowledged) => {
        if (!isAcknowledged) return;
        session.unanswered.delete(reject);
        resolve();
      }, reject);
    });
  }

  /** Resolves when the broker has granted it, true if the client has heard. */
  async #grant(session: Session, filter: string): Promise<boolean> {
    await this.#carry(session, 'dueUp');
    session.filters.add(filter);
    void this.#handRetained(session, filter);
    await this.#carry(session, 'dueDown');
    return session.isOpen && !session.client.isGone;
  }

  /** To the broker and from there to the city OS, or the hub; resolves true when the sender has the PUBACK. */
  async #bring(session: Session, { topic, payload, isRetained }: Published): Promise<boolean> {
    const { random } = this.#world;
    await this.#carry(session, 'dueUp');
    if (!session.isOpen && !random.chance(this.weather.survives)) return false;
    if (payload.length > (this.weather.sizeLimit?.bytes ?? Number.POSITIVE_INFINITY)) return this.#turnAway(session);
    const message = parseTopic(topic)?.message;
    // A box that has the name now has ended the other's connection before, and nothing of that overtakes its own birth.
    if (isRetained && !session.isOpen && this.#sessions.has(session.options.clientId)) return false;
    if (isRetained) this.#retained.set(topic, payload);
    if (isRetained || !(this.weather.loses > 0 && random.chance(this.weather.loses))) {
      const times = random.chance(this.weather.duplicates) ? 2 : 1;
      for (let time = 0; time < times; time++) {
        if (this.#relays || (message === 'birth' && time === 0)) void this.publish(topic, payload);
        this.#subscriber(topic, payload);
      }
    }
    await this.#carry(session, 'dueDown');
    return session.isOpen && !session.client.isGone;
  }

  /** What is too large goes no further. Throws if the sender has heard why. */
  async #turnAway(session: Session): Promise<false> {
    const manner = this.weather.sizeLimit?.manner;
    await this.#carry(session, 'dueDown');
    if (!session.isOpen) return false;
    if (manner === 'refuses') throw new PacketTooLarge(say.packetTooLarge());
    session.end(manner === 'announces' ? say.packetTooLarge() : foreign('read ECONNRESET'));
    return false;
  }

  /** One way over the network. */
  async #carry(session: Session, direction: 'dueUp' | 'dueDown'): Promise<void> {
    const { clock } = this.#world;
    const now = clock.moment().monotonic;
    session[direction] = Math.max(session[direction], now + this.#latency());
    await clock.sleep(session[direction] - now);
    while (this.weather.isParted) await new Promise<void>((resolve) => this.#stalled.push(resolve));
  }

  async #missPings(session: Session): Promise<void> {
    const { clock, random } = this.#world;
    await clock.sleep(session.keepaliveMs * (1 + random.next() / 2), undefined, session.client);
    if (this.weather.isParted) session.end(say.vanished({ why: 'keepalive timeout' }));
  }

  #latency(): number {
    const { random } = this.#world;
    return random.int(10, 80) + Math.floor(random.next() * this.weather.slowMs);
  }
}

function unreachable(on: string, why: string, cause?: Error): MachimoriError {
  return new MachimoriError('broker-unreachable', {
    what: foreign(`the broker did not accept the connection (${why})`),
    on,
    hint: foreign('Wait for the simulated network to heal'),
    cause,
  });
}
