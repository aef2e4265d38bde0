/** Streets in a grid, and who goes along them: at each crossing on, left or right, seldom back. */
import type { Random } from '../../random.ts';

/** Metres east and north of the town's south-western corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Between crossings, metres: a block of houses. */
const pitchM = 125;
const DIRECTIONS = [
  { x: 1, y: 0 },
  { x: 0, y: 1 },
  { x: -1, y: 0 },
  { x: 0, y: -1 },
] as const;
/** By how much somebody turns at a crossing: most go on. */
const TURNS = [0, 0, 0, 1, 3] as const;

export class Streets {
  /** Crossings along one side. */
  readonly crossings: number;

  /** A square with room for so many detectors, where about every other crossing has one. */
  constructor(detectors: number) {
    this.crossings = Math.max(3, Math.ceil(Math.sqrt(detectors * 1.6)));
  }

  get sideM(): number {
    return (this.crossings - 1) * pitchM;
  }

  /** The crossings, in an order drawn by chance. */
  shuffled(random: Random): Point[] {
    const all = Array.from({ length: this.crossings ** 2 }, (_, i) => ({
      x: (i % this.crossings) * pitchM,
      y: Math.floor(i / this.crossings) * pitchM,
    }));
    for (let i = all.length - 1; i > 0; i--) {
      const j = random.int(0, i);
      [all[i], all[j]] = [all[j] as Point, all[i] as Point]; // both are within the list
    }
    return all;
  }
}

/** Somebody, or a bus, on the streets. */
export class Walker implements Point {
  /** Which it is of the town's. */
  readonly number: number;
  readonly #streets: Streets;
  readonly #random: Random;
  readonly #speedMs: number;
  #direction: number;
  #fromX: number;
  #fromY: number;
  /** Metres from the last crossing. */
  #gone: number;

  /** `speedMs`: metres a second. */
  constructor(streets: Streets, random: Random, speedMs: number, number: number) {
    this.number = number;
    this.#streets = streets;
    this.#random = random;
    this.#speedMs = speedMs;
    this.#fromX = random.int(0, streets.crossings - 1) * pitchM;
    this.#fromY = random.int(0, streets.crossings - 1) * pitchM;
    this.#direction = random.int(0, 3);
    this.#turn();
    this.#gone = random.next() * pitchM;
  }

  get x(): number {
    return this.#fromX + this.#heading.x * this.#gone;
  }

  get y(): number {
    return this.#fromY + this.#heading.y * this.#gone;
  }

  walk(seconds: number): void {
    this.#gone += this.#speedMs * seconds;
    while (this.#gone >= pitchM) {
      this.#fromX += this.#heading.x * pitchM;
      this.#fromY += this.#heading.y * pitchM;
      this.#gone -= pitchM;
      this.#direction = (this.#direction + (TURNS[this.#random.int(0, TURNS.length - 1)] ?? 0)) % 4;
      this.#turn();
    }
  }

  get #heading(): Point {
    return DIRECTIONS[this.#direction] ?? DIRECTIONS[0];
  }

  /** Turns until a street leads there. */
  #turn(): void {
    const { sideM } = this.#streets;
    const leadsOut = ({ x, y }: Point) => {
      const [toX, toY] = [this.#fromX + x * pitchM, this.#fromY + y * pitchM];
      return toX < 0 || toY < 0 || toX > sideM || toY > sideM;
    };
    while (leadsOut(this.#heading)) this.#direction = (this.#direction + 1) % 4;
  }
}
