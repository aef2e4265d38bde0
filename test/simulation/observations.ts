/**
 * What the devices have observed and a gateway has heard, and what is known of it: the model's side of `append`.
 *
 * It knows nothing of the gateway's insides. What was heard counts as durable when the gateway has lived on for as long as
 * a commit may take, when it was stopped in order, or when the message was acknowledged; what was heard just before a kill
 * may be there or not.
 */
import type { SimulatedDevice } from './devices.ts';
import type { World } from './world.ts';

export interface Observation {
  readonly n: number;
  /** Ms since the start of the simulation. */
  readonly at: number;
  /** Of the machine, when it was heard. */
  readonly boot: number;
  /** Whether the gateway's clock was set. */
  readonly synchronised: boolean;
  state: 'pending' | 'durable' | 'doubtful';
  /**
   * When the file was copied that it may have lain in unsealed, if the copy was used: both may seal it, unless it had been
   * stored by then. Ms since the start of the simulation.
   */
  copiedAt?: number;
}

/** How the gateway's clock stood when something was heard. */
export interface Hearing {
  readonly boot: number;
  readonly synchronised: boolean;
}

export class Observations {
  readonly devices: ReadonlyMap<string, SimulatedDevice>;
  readonly #world: World;
  readonly #commitMs: number;
  readonly #of: ReadonlyMap<string, Map<number, Observation>>;
  #backup: { readonly at: number; readonly heard: readonly Observation[]; readonly durable: ReadonlySet<Observation> } =
    {
      at: 0,
      heard: [],
      durable: new Set(),
    };
  /** A copy of the file was used: counters and alarms went on from an earlier state, and losses may be reported twice. */
  isDisturbed = false;
  /** Alarms "silent", raised and cleared, that gateways have handed to their buffers. */
  silentAlarms = 0;
  /** When each device was last heard, ms since the start of the simulation. */
  readonly lastHeardAt = new Map<string, number>();
  /** When it was last heard after a pause of more than a period and a half. */
  readonly backAt = new Map<string, number>();
  #pending: { readonly observation: Observation; readonly durableAt: number }[] = [];

  constructor(devices: readonly SimulatedDevice[], commitMs: number, world: World) {
    this.devices = new Map(devices.map((device) => [device.id, device]));
    this.#of = new Map(devices.map(({ id }) => [id, new Map()]));
    this.#commitMs = commitMs;
    this.#world = world;
  }

  of(device: string): ReadonlyMap<number, Observation> {
    return this.#of.get(device) ?? new Map();
  }

  get count(): number {
    return [...this.#of.values()].reduce((sum, of) => sum + of.size, 0);
  }

  /** A frame is about to be heard; another frame of the same observation changes nothing. */
  heard(device: SimulatedDevice, hearing: Hearing): void {
    const n = device.observing();
    const now = this.#now();
    if (n !== undefined) this.#noteHeard(device, now);
    if (n === undefined || this.of(device.id).has(n)) return;
    const observation: Observation = { n, at: now, ...hearing, state: 'pending' };
    this.#of.get(device.id)?.set(n, observation);
    this.#pending.push({ observation, durableAt: now + device.pendingMs + this.#commitMs });
    if (this.#pending.length > 1_000) this.#settle();
  }

  /** A message is about to be heard; what is returned is to be called when it is acknowledged. */
  handedOver(device: SimulatedDevice, n: number, hearing: Hearing): () => void {
    const observation: Observation = { n, at: this.#now(), ...hearing, state: 'doubtful' };
    this.#of.get(device.id)?.set(n, observation);
    this.#noteHeard(device, observation.at);
    return () => {
      observation.state = 'durable';
    };
  }

  #noteHeard({ id, periodMs }: SimulatedDevice, now: number): void {
    if (now - (this.lastHeardAt.get(id) ?? 0) > 1.5 * periodMs) this.backAt.set(id, now);
    this.lastHeardAt.set(id, now);
  }

  /** The gateway was killed: what it had not committed is gone. */
  killed(): void {
    this.#settle();
    for (const { observation } of this.#pending) observation.state = 'doubtful';
    this.#pending = [];
  }

  /** A line was lost: what it was in the midst of may be void. */
  interrupted(device: string): void {
    this.#settle();
    const of = this.of(device);
    for (const { observation } of this.#pending) {
      if (of.get(observation.n) === observation) observation.state = 'doubtful';
    }
    this.#pending = this.#pending.filter(({ observation }) => observation.state === 'pending');
  }

  /** The file is copied. */
  backedUp(): void {
    this.#settle();
    const all = [...this.#of.values()].flatMap((of) => [...of.values()]);
    this.#backup = { at: this.#now(), heard: all, durable: new Set(all.filter(({ state }) => state === 'durable')) };
  }

  /** The copy is used beside the file. */
  cloned(): void {
    this.isDisturbed = true;
    for (const observation of this.#backup.heard) observation.copiedAt ??= this.#backup.at;
  }

  /** The copy is used in the place of the file: what came since is in nobody's hands unless it had been stored. */
  restored(): void {
    this.cloned();
    for (const of of this.#of.values()) {
      for (const observation of of.values()) if (!this.#backup.durable.has(observation)) observation.state = 'doubtful';
    }
    this.#pending = [];
  }

  /** The gateway has stopped in order: everything that it heard is durable. */
  stopped(): void {
    for (const { observation } of this.#pending) observation.state = 'durable';
    this.#pending = [];
  }

  #settle(): void {
    const now = this.#now();
    for (const { observation, durableAt } of this.#pending) {
      if (durableAt < now) observation.state = 'durable';
    }
    this.#pending = this.#pending.filter(({ observation }) => observation.state === 'pending');
  }

  #now(): number {
    return this.#world.clock.moment().monotonic;
  }
}
