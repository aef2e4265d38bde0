/**
 * Where devices on a vehicle are: a device with `place-from` is where a position device of this gateway last said it was. A box that tells late
 * what it heard is looked up where it was then.
 *
 * Promise: a position counts for `maxAgeMs` after it came; without a newer one nobody knows the place, which is then left out rather than
 * guessed. How far the vehicle may have gone meanwhile is in the accuracy. A position that is doubted, or that is history (a logger's),
 * is not taken. Positions are told apart by when they came, not by their own time, which a receiver may have wrong.
 * Bounds: `maxKept` positions of each device that is named, at most one a second.
 */
import type { Moment } from '../../shared/clock.ts';
import type { Place } from '../../shared/enrolment/tag-id.ts';
import type { Reading } from '../../shared/reading.ts';

/** A tunnel, or a garage: a vehicle that is in it longer may come out anywhere. */
export const maxAgeMs = 60_000;
/** More than `maxAgeMs` of positions, one in each `apartMs`. */
const maxKept = 64;
const apartMs = 1_000;
/** 68 % of the fixes of a receiver for one frequency, per unit of HDOP, metres; and the HDOP of one that does not say it. */
const metresPerHdop = 5;
const usualHdop = 2;
/** How hard a bus or a car starts, m/s². */
const acceleration = 1;

interface Known {
  readonly lat: number;
  readonly lon: number;
  /** m/s. */
  readonly speed: number;
  readonly accuracyM: number;
  /** Monotonic ms. */
  readonly cameAt: number;
}

interface Devices {
  readonly all: readonly { readonly placeFrom?: string | undefined }[];
  get(id: string): { readonly placeFrom?: string | undefined } | undefined;
}

export class Whereabouts {
  readonly #devices: Devices;
  /** By position device, in the order in which they came. */
  readonly #known = new Map<string, Known[]>();

  constructor(devices: Devices) {
    this.#devices = devices;
  }

  /** A reading that has just come and is no history. */
  note({ device, kind, values, quality }: Reading, { monotonic: cameAt }: Moment): void {
    if (kind !== 'position' || !this.#devices.all.some(({ placeFrom }) => placeFrom === device)) return;
    const { lat, lon, speed, hdop } = values;
    const isDoubted = quality !== undefined && quality !== 'clock-unsynchronised';
    if (isDoubted || !isWithin(lat, 90) || !isWithin(lon, 180)) return;
    const accuracyM = metresPerHdop * (isWithin(hdop, 100) && hdop > 0 ? hdop : usualHdop);
    const known = this.#known.get(device) ?? [];
    this.#known.set(device, known);
    if (cameAt - (known.at(-2)?.cameAt ?? Number.NEGATIVE_INFINITY) < apartMs) known.pop();
    known.push({ lat, lon, speed: isWithin(speed, 100) ? Math.abs(speed) : 0, accuracyM, cameAt });
    if (known.length > maxKept) known.shift();
  }

  /** Where a device with `place-from` was at a moment (monotonic ms); undefined of any other, and if nobody knows. */
  of(device: string, monotonic: number): Place | undefined {
    const all = this.#known.get(this.#devices.get(device)?.placeFrom ?? '');
    const known = all?.findLast(({ cameAt }) => cameAt <= monotonic);
    if (known === undefined) return undefined;
    const ageMs = monotonic - known.cameAt;
    if (ageMs > maxAgeMs) return undefined;
    const { lat, lon, speed, accuracyM } = known;
    const seconds = ageMs / 1_000;
    return { lat, lon, accuracy: accuracyM + speed * seconds + (acceleration * seconds ** 2) / 2 };
  }
}

function isWithin(value: unknown, bound: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= bound;
}
