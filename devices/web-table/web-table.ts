/**
 * `web-table`: a place that an outside source tells of in a table (JSON, CSV, HTML): a river gauge of the prefecture, a tide gauge, a shelter.
 *
 * Promise: each row of the device becomes a reading once, by its own time, across restarts and overlapping series, the oldest first. A cell
 * that says "no value" is none; a row without a value is no reading, and may be filled in later. What is not where the profile says is
 * "changed-shape" rubbish that names what moved. A time of the future, or older than 400 days, is not believed and its row is left out. Without
 * any time a row is of now, each time the source is asked while the clock is set.
 *
 * Bounds: `maxReadings` of a device in a document, the newest. See also observe.ts, csv.ts, grid.ts, seen.ts.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import type { Reading } from '../../shared/reading.ts';
import { setting, textUpTo } from '../../shared/setting.ts';
import type { ConfiguredDevice, Decoder, DeviceType, Json, Place, Rubbish, Step } from '../device-type.ts';
import { hasQuantitiesOf, PROFILE_KINDS, profileUnits } from '../profile/kinds.ts';
import { documentText } from './charset.ts';
import { DocumentFramer } from './document-framer.ts';
import { Faults, isTimeless, type Observation, observe } from './observe.ts';
import { profileSchema } from './profile.ts';
import { SourceDocument } from './rows.ts';
import { afterDocument, isSame, isSeen, maxTimes, readSeen, type Seen, seenToJson, withoutFuture } from './seen.ts';
import { say } from './words.ts';

const options = v.object({
  profile: setting(profileSchema, say.profile()),
  row: v.optional(setting(textUpTo(200), say.row())),
});
type Options = v.InferOutput<typeof options>;

const maxReadings = maxTimes;

export const webTable: DeviceType<typeof options> = {
  name: 'web-table',
  summary: say.summary(),
  kinds: PROFILE_KINDS,
  options,
  maxDevicesPerPort: 500,
  takesDocuments: true,
  readsHtml: ({ profile }) => profile.format === 'html',
  keepsOwnTime: () => true,
  units: ({ profile }) => profileUnits(profile.kind, profile.fields),
  quantities: ({ profile }) => profile.fields.map(({ quantity }) => quantity),
  doubts({ profile, row }) {
    return [
      ...(row !== undefined && profile.rowKey === undefined
        ? [{ option: 'row', what: say.rowWithoutKey(), mend: say.addRowKey(), isFatal: true }]
        : []),
      ...(row === undefined && profile.rowKey !== undefined
        ? [{ option: 'row', what: say.keyWithoutRow(), mend: say.addRow(), isFatal: true }]
        : []),
      ...(isTimeless(profile)
        ? [{ option: 'profile', what: say.timeless(), mend: say.addTime(), isFatal: false }]
        : []),
    ];
  },
  framer: () => new DocumentFramer(),
  decoder: (devices, place) => new DocumentDecoder(devices, place),
};

class DocumentDecoder implements Decoder {
  readonly #places: readonly PlaceReader[];
  readonly #readHtml: Place['readHtml'];

  constructor(devices: readonly ConfiguredDevice<Options>[], place: Place) {
    this.#places = devices.map((device) => new PlaceReader(device, place));
    this.#readHtml = place.readHtml;
  }

  decode(bytes: Uint8Array, at: Moment): Step {
    const document = new SourceDocument(documentText(bytes), this.#readHtml);
    return joined(this.#places.map((place) => place.read(document, at)));
  }

  unchanged(at: Moment): Step {
    return joined(this.#places.map((place) => place.again(at)));
  }
}

interface PlaceStep {
  readonly readings: readonly Reading[];
  readonly rubbish: readonly Rubbish[];
  readonly remember?: readonly [string, Json] | undefined;
}

function joined(steps: readonly PlaceStep[]): Step {
  const readings = steps.flatMap((step) => step.readings);
  const rubbish = steps.flatMap((step) => step.rubbish);
  const remember = new Map(steps.flatMap((step) => (step.remember === undefined ? [] : [step.remember])));
  return {
    ...(readings.length > 0 && { readings }),
    ...(rubbish.length > 0 && { rubbish }),
    ...(remember.size > 0 && { remember }),
  };
}

/** One device's part of the documents. */
class PlaceReader {
  readonly #id: string;
  readonly #options: Options;
  readonly #place: Place;
  #seen: Seen;
  /** The last observations without a time. */
  #current: readonly Observation[] = [];

  constructor({ id, options, remembered }: ConfiguredDevice<Options>, place: Place) {
    this.#id = id;
    this.#options = options;
    this.#place = place;
    this.#seen = readSeen(remembered);
  }

  read(document: SourceDocument, at: Moment): PlaceStep {
    const faults = new Faults(this.#id);
    const now = this.#now(at);
    const observations = observe(document, this.#options, now, faults);
    const timeless = observations.filter(({ time, values }) => time === undefined && values.length > 0);
    this.#current = timeless.slice(-maxReadings);
    const timed = onceEach(observations.flatMap(({ time, values }) => (time === undefined ? [] : [{ time, values }])));
    const before = withoutFuture(this.#seen, now);
    const fresh = timed.filter(({ time, values }) => values.length > 0 && !isSeen(before, time));
    // While the clock is not set, a time says nothing of what is old.
    const oldest = now === undefined ? undefined : timed[0]?.time;
    const read = fresh.map(({ time }) => time);
    this.#seen = afterDocument(before, oldest, read);
    return {
      readings: [...fresh.map((each) => this.#reading(each, each.time)), ...this.again(at).readings],
      rubbish: faults.rubbish,
      ...(!isSame(before, this.#seen) && { remember: [this.#id, seenToJson(this.#seen)] as const }),
    };
  }

  /** The source has nothing new: what has no time is still so. */
  again(at: Moment): PlaceStep {
    const now = this.#now(at);
    return { readings: now === undefined ? [] : this.#current.map((each) => this.#reading(each, now)), rubbish: [] };
  }

  /** Epoch ms; undefined while the clock is not set. A recording is of when it was made, or of now. */
  #now({ wall, synchronised }: Moment): number | undefined {
    const { transport, recordedOn } = this.#place;
    if (transport === 'file') return recordedOn ?? wall;
    return synchronised ? wall : undefined;
  }

  #reading({ values }: Observation, observedAt: number): Reading {
    const { kind } = this.#options.profile;
    const isOfKind = hasQuantitiesOf(kind, (name) => values.some(([quantity]) => quantity === name));
    return {
      device: this.#id,
      kind: isOfKind ? kind : 'measurement',
      observedAt: Math.round(observedAt),
      values: Object.fromEntries(values),
    } as Reading; // of a kind whose quantities are there
  }
}

interface Timed extends Observation {
  readonly time: number;
}

/** The newest, the oldest of them first, one for each time: of two the first with values counts. */
function onceEach(observations: readonly Timed[]): readonly Timed[] {
  const empty = observations.filter(({ values }) => values.length === 0);
  const full = observations.filter(({ values }) => values.length > 0);
  const byTime = new Map([...empty, ...full.toReversed()].map((each) => [each.time, each]));
  return [...byTime.values()].sort((a, b) => a.time - b.time).slice(-maxReadings);
}
