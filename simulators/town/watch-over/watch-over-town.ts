/**
 * A town of people with tags, detectors at crossings and on buses, volunteers with phones, and everybody else. The seed decides everything.
 *
 *   walkers ──advertisements──▶ radio ──▶ detectors and phones in range    (what they hear comes from `step`)
 *                                 └─────▶ truth                            (which nobody else sees)
 */
import { Random } from '../../random.ts';
import type { Advertisement } from '../../sensors/hci.ts';
import { rangeM, received, receivedByPhone } from './radio.ts';
import { Stranger } from './strangers.ts';
import { type Point, Streets, Walker } from './streets.ts';
import { drawTag, type TownTag } from './tags.ts';
import { Truth } from './truth.ts';

export interface TownOptions {
  readonly seed: number;
  /** Enrolled tags; a tenth more have an operator's pattern and are not enrolled. */
  readonly tags: number;
  /** One in 75 is on a bus. */
  readonly detectors: number;
  readonly volunteers: number;
  readonly strangers: number;
}

export interface Receiver {
  readonly id: string;
  readonly kind: 'detector' | 'bus' | 'phone';
  readonly position: Point;
}

/** What a receiver heard within a second. */
export interface Ears {
  readonly receiver: Receiver;
  readonly heard: readonly Advertisement[];
}

const walkingMs = 1.2;
/** Metres a second. */
export const busMs = 7;
const detectorsPerBus = 75;
/** A stranger's device sends every two or three seconds, as most do while their screen is dark. */
const strangerChance = 0.4;

export class WatchOverTown {
  readonly tags: readonly TownTag[];
  readonly receivers: readonly Receiver[];
  readonly truth = new Truth();
  readonly #random: Random;
  readonly #bearers: readonly { readonly tag: TownTag; readonly walker: Walker }[];
  readonly #strangers: readonly { readonly stranger: Stranger; readonly walker: Walker }[];
  readonly #moving: readonly Walker[];
  readonly #standing = new Map<number, Receiver[]>();
  /** The phones' numbers, and when each one's first scan began, s. */
  readonly #phones: ReadonlyMap<Receiver, { readonly number: number; readonly phaseS: number }>;
  readonly #seed: number;

  constructor({ seed, tags, detectors, volunteers, strangers }: TownOptions) {
    const random = new Random(seed);
    const streets = new Streets(detectors);
    let walkers = 0;
    const walker = (speedMs: number) => new Walker(streets, random.fork(), speedMs, walkers++);
    const buses = Math.min(detectors - 1, Math.ceil(detectors / detectorsPerBus));
    const crossings = streets.shuffled(random);
    const standing = Array.from({ length: detectors - buses }, (_, i): Receiver => {
      return { id: `detector-${i}`, kind: 'detector', position: crossings[i] ?? { x: 0, y: 0 } };
    });
    const onBuses = Array.from(
      { length: buses },
      (_, i) => ({ id: `bus-${i}`, kind: 'bus', position: walker(busMs) }) as const,
    );
    const phones = Array.from({ length: volunteers }, (_, i) => {
      return { id: `phone-${i}`, kind: 'phone', position: walker(walkingMs) } as const;
    });
    this.receivers = [...standing, ...onBuses, ...phones];
    this.#moving = [...onBuses, ...phones].map(({ position }) => position);
    for (const receiver of standing) add(this.#standing, receiver);
    this.tags = Array.from({ length: tags + Math.ceil(tags / 10) }, (_, i) => drawTag(i, i < tags, random));
    this.#bearers = this.tags.map((tag) => ({ tag, walker: walker(walkingMs) }));
    this.#strangers = Array.from({ length: strangers }, () => {
      return { stranger: new Stranger(random.fork()), walker: walker(walkingMs) };
    });
    this.#phones = new Map(phones.map((phone, number) => [phone, { number, phaseS: random.next() }]));
    this.#seed = seed;
    this.#random = random;
  }

  /** The next second: everybody walks on, tags send once, somewhere within it. `atS`: seconds since the start. */
  step(atS: number): readonly Ears[] {
    const ears = new Map<Receiver, Advertisement[]>();
    const moving = new Map<number, Receiver[]>();
    for (const walker of this.#moving) walker.walk(1);
    for (const receiver of this.receivers) if (receiver.kind !== 'detector') add(moving, receiver);
    const send = (from: Walker, address: Uint8Array, payload: Uint8Array, noted: (by: Receiver) => void) => {
      const sentS = atS + this.#random.next();
      for (const receiver of this.#near(from, moving)) {
        const rssi = this.#strength(from, receiver, sentS);
        if (rssi === undefined) continue;
        const advertisement = { address, isRandomAddress: true, rssi, payload };
        const heard = ears.get(receiver);
        if (heard === undefined) ears.set(receiver, [advertisement]);
        else heard.push(advertisement);
        noted(receiver);
      }
    };
    for (const { tag, walker } of this.#bearers) {
      walker.walk(1);
      send(walker, tag.address, tag.payload, ({ id, position: { x, y } }) =>
        this.truth.note(tag, id, { atS, place: { x, y } }),
      );
    }
    for (const { stranger, walker } of this.#strangers) {
      walker.walk(1);
      if (!this.#random.chance(strangerChance)) continue;
      const { address, payload, secrets } = stranger.at(atS);
      send(walker, address, payload, () => this.truth.noteStranger(secrets));
    }
    return [...ears].map(([receiver, heard]) => ({ receiver, heard }));
  }

  #strength(from: Walker, receiver: Receiver, atS: number): number | undefined {
    const distance = distanceM(from, receiver.position);
    const phone = this.#phones.get(receiver);
    if (phone === undefined) return received(distance, this.#random);
    const between = [from.number, phone.number, this.#seed] as const;
    return receivedByPhone({ distanceM: distance, between, atS, phaseS: phone.phaseS }, this.#random);
  }

  *#near(from: Point, moving: ReadonlyMap<number, readonly Receiver[]>): Generator<Receiver> {
    const [cellX, cellY] = [cellOf(from.x), cellOf(from.y)];
    for (let x = cellX - 1; x <= cellX + 1; x++) {
      for (let y = cellY - 1; y <= cellY + 1; y++) {
        const key = keyOf(x, y);
        yield* this.#standing.get(key) ?? [];
        yield* moving.get(key) ?? [];
      }
    }
  }
}

export function distanceM(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Who is within range of somebody is in the same cell or one beside it. */
const cellOf = (metres: number) => Math.floor(metres / rangeM) + 1;
const keyOf = (x: number, y: number) => x * 100_000 + y;

function add(cells: Map<number, Receiver[]>, receiver: Receiver): void {
  const key = keyOf(cellOf(receiver.position.x), cellOf(receiver.position.y));
  const cell = cells.get(key);
  if (cell === undefined) cells.set(key, [receiver]);
  else cell.push(receiver);
}
