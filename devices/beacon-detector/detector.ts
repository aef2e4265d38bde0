/**
 * What every beacon detector does with what it hears, whatever way it comes: sightings of the tags that are configured and of operators'
 * tags, and the proof that it hears at all.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { duration } from '../../shared/duration.ts';
import type { OperatorPattern } from '../../shared/enrolment/pattern.ts';
import { tagKey } from '../../shared/enrolment/tag-id.ts';
import { UNITS_OF_KIND } from '../../shared/reading.ts';
import { listOf, must, setting, table, text, textUpTo } from '../../shared/setting.ts';
import { say as sayShared } from '../../shared/words.ts';
import { beaconId, beaconsIn } from '../ble/beacon.ts';
import { parseTagId } from '../ble/written-id.ts';
import type { Place, Rubbish, Step } from '../device-type.ts';
import { OperatorsTags } from './operators-tags.ts';
import { type Heard, Sightings } from './sightings.ts';
import { say } from './words.ts';

const maxTags = 100_000;
const NO_BYTES = new Uint8Array(0);
const NO_PATTERNS: readonly OperatorPattern[] = [];

/** A tag's identifier as people write it, as its `tagKey`. */
const tagId = v.pipe(
  text,
  v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
    const id = parseTagId(dataset.value);
    if (id !== undefined) return tagKey(id);
    addIssue({ message: must(say.mustBeTagId()) });
    return NEVER;
  }),
);

/** Settings of every detector. */
export const detectorEntries = {
  windowMs: v.optional(setting(duration(100, 3_600_000), say.window()), '10s'),
  tags: v.optional(
    setting(
      v.pipe(
        listOf(
          table({
            name: setting(v.pipe(textUpTo(64), v.minLength(1, must(sayShared.mustNotBeEmpty()))), say.tagName()),
            id: setting(tagId, say.tagId()),
          }),
          maxTags,
        ),
        v.check((tags) => new Set(tags.map((tag) => tag.id)).size === tags.length, must(say.mustListOnce())),
      ),
      say.tags(),
    ),
    [],
  ),
  referenceBeacon: v.optional(setting(tagId, say.referenceBeacon())),
  referenceWithinMs: v.optional(setting(duration(10_000, 3_600_000), say.referenceWithin()), '60s'),
};
export type DetectorOptions = v.InferOutput<v.ObjectSchema<typeof detectorEntries, undefined>>;

/** Members that the device types of detectors have in common. */
export const detectorUnits = { ...UNITS_OF_KIND.sighting, battery: 'V', temperature: 'Cel' } as const;
export const detectorQuantities = ['tag', 'rssi', 'rssiMean', 'count', 'firstAt', 'lastAt', 'battery', 'temperature'];

/** Somebody's telephone, lamp or shop window advertises almost anywhere. */
const quietMs = 600_000;

export function detectorQuietMs({ referenceBeacon, referenceWithinMs }: DetectorOptions): number {
  return referenceBeacon === undefined ? quietMs : referenceWithinMs;
}

export class Detector {
  readonly #device: string;
  readonly #options: DetectorOptions;
  readonly #sightings: Sightings;
  readonly #operators: OperatorsTags;
  /** When tags that were given up may be told of again, monotonic ms. */
  #tellsFrom = Number.NEGATIVE_INFINITY;

  constructor(device: string, options: DetectorOptions, place: Place) {
    const { windowMs } = options;
    this.#device = device;
    this.#options = options;
    this.#sightings = new Sightings(device, windowMs, options.tags);
    const patterns = () => place.operatorPatterns?.() ?? NO_PATTERNS;
    const whereabouts = (monotonic: number) => place.whereabouts?.(device, monotonic);
    this.#operators = new OperatorsTags({ device, windowMs, patterns, whereabouts });
  }

  /** When the next window closes, monotonic ms; Infinity if none is open. */
  get nextCloseAt(): number {
    return Math.min(this.#sightings.nextCloseAt, this.#operators.nextCloseAt);
  }

  /** Takes an advertisement; says whether it proves that the detector hears. `heardAt`: monotonic ms, if it is told late. */
  hear(heard: Heard, at: Moment, heardAt = at.monotonic): boolean {
    this.#sightings.add(heard, at);
    this.#operators.add(heard, at, heardAt);
    const { referenceBeacon } = this.#options;
    return referenceBeacon === undefined || isSentBy(referenceBeacon, heard);
  }

  /** The sightings of the windows that close by `now` (monotonic ms; Infinity closes all). */
  close(now: number): Step {
    const readings = this.#sightings.close(now);
    const tags = this.#operators.close(now);
    const rubbish = now >= this.#tellsFrom ? this.#givenUp() : [];
    if (rubbish.length > 0) this.#tellsFrom = now + this.#options.windowMs;
    return {
      ...(readings.length > 0 && { readings }),
      ...(tags.length > 0 && { tags }),
      ...(rubbish.length > 0 && { rubbish }),
    };
  }

  #givenUp(): Rubbish[] {
    const count = this.#operators.takeGivenUp();
    if (count === 0) return [];
    return [{ code: 'over-limit', bytes: NO_BYTES, device: this.#device, detail: say.tooManyTags({ count }) }];
  }
}

/** Two steps as one; only rubbish may be in both. */
export function together(one: Step, other: Step): Step {
  const rubbish = [...(one.rubbish ?? []), ...(other.rubbish ?? [])];
  return { ...one, ...other, ...(rubbish.length > 0 && { rubbish }) };
}

/** Whether the advertisement is of the tag with this `tagKey`. */
function isSentBy(key: string, { payload, address }: Heard): boolean {
  if (key.startsWith('address:')) return address === Number.parseInt(key.slice('address:'.length), 16);
  return beaconsIn(payload).some((beacon) => {
    const id = beaconId(beacon);
    return id !== undefined && tagKey(id) === key;
  });
}
