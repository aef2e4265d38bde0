/**
 * The network to a city OS and its broker, without either: each message takes 10 to 80 ms, drawn by chance, and none overtakes another.
 *
 * What it keeps of MQTT: PUBACK after the broker has the message, one client of a name at a time, a client hears what it publishes if it
 * is subscribed to it. A connection that is cut takes what is on its way with it. What it leaves out: sessions that are kept, retained
 * messages, keep-alive. Bounds: none of its own; a gateway has a window of messages on their way.
 */
import { MachimoriError } from '../../../shared/errors.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import type { CityOs } from '../../../simulators/city-os/city-os.ts';
import type { Random } from '../../../simulators/random.ts';
import type { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { NobodyThere } from '../../net/absence.ts';
import { takesTopic } from '../../net/broker/topics.ts';
import type { BrokerSettings, ConnectOptions, MqttConnection } from '../../net/mqtt-connection.ts';
import { say } from '../under-test-words.ts';

const LATENCY_MS = [10, 80] as const;

interface Session {
  readonly options: ConnectOptions;
  readonly filters: Set<string>;
  readonly unanswered: Set<(fault: Error) => void>;
  readonly ended: Promise<Text>;
  end(why: Text): void;
  isOpen: boolean;
  /** When the last message of each direction arrives. */
  dueUp: number;
  dueDown: number;
}

interface Given {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly cityOs: CityOs;
}

export class VirtualLink {
  readonly url = 'mqtt://city.virtual';
  readonly #given: Given;
  readonly #sessions = new Map<string, Session>();
  #isCut = false;

  constructor(given: Given) {
    this.#given = given;
  }

  cutOff(): void {
    this.#isCut = true;
    for (const session of [...this.#sessions.values()]) session.end(foreign('read ECONNRESET'));
  }

  comeBack(): void {
    this.#isCut = false;
  }

  /** As `connectMqtt`. */
  async connect({ url = '' }: BrokerSettings, options: ConnectOptions, signal: AbortSignal): Promise<MqttConnection> {
    const { clock } = this.#given;
    await clock.sleep(2 * this.#latencyMs(), signal);
    if (this.#isCut || url !== this.url || signal.aborted) {
      const cause = new NobodyThere(foreign('connect ECONNREFUSED'));
      throw new MachimoriError('broker-unreachable', { what: say.refused(), on: url, hint: say.waitForCity(), cause });
    }
    this.#sessions.get(options.clientId)?.end(foreign('another client has this name'));
    const session = this.#open(options);
    return {
      ended: session.ended,
      wasKept: false,
      maxPayloadBytes: () => undefined,
      publish: (topic, payload) => this.#answered(session, this.#bring(session, topic, payload)),
      subscribe: async (filter) => void session.filters.add(filter),
      unsubscribe: async (filter) => void session.filters.delete(filter),
      close: async () => {
        await clock.sleep(this.#latencyMs());
        session.end(foreign('closed'));
      },
    };
  }

  #open(options: ConnectOptions): Session {
    const { monotonic } = this.#given.clock.moment();
    let endWith: (why: Text) => void = () => {};
    const session: Session = {
      options,
      filters: new Set(options.filters),
      unanswered: new Set(),
      ended: new Promise((resolve) => {
        endWith = resolve;
      }),
      end: (why) => {
        if (!session.isOpen) return;
        session.isOpen = false;
        this.#sessions.delete(options.clientId);
        for (const reject of session.unanswered) reject(new Error('the connection was lost'));
        endWith(why);
      },
      isOpen: true,
      dueUp: monotonic,
      dueDown: monotonic,
    };
    this.#sessions.set(options.clientId, session);
    return session;
  }

  /** To the broker and into the city OS. Resolves when the sender has the PUBACK, with whether it still listens. */
  async #bring(session: Session, topic: string, payload: Uint8Array): Promise<boolean> {
    await this.#carry(session, 'dueUp');
    if (!session.isOpen) return false;
    if ([...session.filters].some((filter) => takesTopic(filter, topic))) void this.#hand(session, topic, payload);
    void this.#given.cityOs.take(topic, payload, {
      receive: (on, receipt) => this.#hand(session, on, receipt),
      cut: () => session.end(foreign('read ECONNRESET')),
    });
    await this.#carry(session, 'dueDown');
    return session.isOpen;
  }

  async #hand(session: Session, topic: string, payload: Uint8Array): Promise<void> {
    await this.#carry(session, 'dueDown');
    if (!session.isOpen) return;
    await Promise.resolve(session.options.onMessage(topic, payload, false)).catch(() => {}); // not acknowledged, as the client wished
  }

  /** Rejects when the session ends first. */
  #answered(session: Session, work: Promise<boolean>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!session.isOpen) return reject(new Error('the connection is closed'));
      session.unanswered.add(reject);
      work.then((isAnswered) => {
        session.unanswered.delete(reject);
        if (isAnswered) resolve();
      }, reject);
    });
  }

  async #carry(session: Session, direction: 'dueUp' | 'dueDown'): Promise<void> {
    const { clock } = this.#given;
    const { monotonic } = clock.moment();
    session[direction] = Math.max(session[direction], monotonic + this.#latencyMs());
    await clock.sleep(session[direction] - monotonic);
  }

  #latencyMs(): number {
    return this.#given.random.int(...LATENCY_MS);
  }
}
