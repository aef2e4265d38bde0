/**
 * The tracks of devices that move: where each reading of the kind `position` was observed. In memory only, and only while the console is enabled.
 *
 * A position that is doubted, of a clock that was not set, or dated ahead of this one is not taken. Sightings are not positions: a tag's
 * whereabouts never come here. Bounds: `maxTracks`; beyond it whoever has not moved for an hour makes room, otherwise a further device has none.
 */
import type { Moment } from '../../shared/clock.ts';
import { isDoubtful, type Reading } from '../../shared/reading.ts';
import { type Point, Track, type TrackPart, trackMs } from './track.ts';

/** How far the clock of another box may be ahead. */
export const aheadMs = 5 * 60_000;

export class Tracks {
  readonly #max: number;
  readonly #tracks = new Map<string, Track>();
  /** Whether devices are left out. */
  isFull = false;

  constructor(maxTracks: number) {
    this.#max = maxTracks;
  }

  get size(): number {
    return this.#tracks.size;
  }

  /** A reading that has just come, of the device that is known by `key`. `order` grows over all devices. */
  note(key: string, reading: Reading, now: Moment, order: number): void {
    const point = pointOf(reading);
    if (point === undefined || reading.quality === 'clock-unsynchronised') return;
    if (now.synchronised && point.at > now.wall + aheadMs) return;
    const track = this.#tracks.get(key) ?? this.#begin(key, now);
    track?.add(point, order);
  }

  /** As `Track.since`, of the last hour. */
  since(key: string, order: number, { wall }: Moment): TrackPart | undefined {
    return this.#tracks.get(key)?.since(order, wall - trackMs, wall + aheadMs);
  }

  keys(): readonly string[] {
    return [...this.#tracks.keys()];
  }

  forget(key: string): void {
    if (this.#tracks.delete(key)) this.isFull = false;
  }

  #begin(key: string, { wall }: Moment): Track | undefined {
    if (this.#tracks.size >= this.#max) {
      for (const [known, { lastAt }] of this.#tracks) if (lastAt < wall - trackMs) this.#tracks.delete(known);
      this.isFull = this.#tracks.size >= this.#max;
      if (this.isFull) return undefined;
    }
    const track = new Track();
    this.#tracks.set(key, track);
    return track;
  }
}

/** Undefined for anything but a place on earth that nobody doubts. */
export function pointOf(reading: Reading): Point | undefined {
  const { kind, observedAt: at, values } = reading;
  const { lat, lon } = values;
  if (kind !== 'position' || isDoubtful(reading, 'lat') || isDoubtful(reading, 'lon')) return undefined;
  return isWithin(lat, 90) && isWithin(lon, 180) ? { at, lat, lon } : undefined;
}

function isWithin(value: unknown, bound: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= bound;
}
