/**
 * `beacon-box`: a detector box that reports what it heard in messages of its own, as JSON or MessagePack, described by a profile.
 *
 * Promise: as of `ble-hci`: only enrolled tags become readings, only what fits operators' patterns becomes sightings for them, one per tag
 * and window, and nothing of any other advertiser is kept, nor a message's bytes in rubbish; `all` works on recordings only. A box counts
 * as heard when it tells of an advertisement, or of its reference beacon. Its clock is believed while the gateway's is set and they
 * differ by little (`maxLateMs`, `maxAheadMs`); otherwise the time is that of arrival. Bounds: messages of the profile's
 * `maxMessageBytes`, and those of `entries.ts` and `message-pack.ts`.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { flag, setting } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { advertisementReading } from '../beacon-detector/advertisement-reading.ts';
import {
  Detector,
  detectorEntries,
  detectorQuantities,
  detectorQuietMs,
  detectorUnits,
  together,
} from '../beacon-detector/detector.ts';
import { say as sayDetector } from '../beacon-detector/words.ts';
import {
  type ConfiguredDevice,
  type Decoder,
  type DeviceType,
  type Frame,
  type Framer,
  onlyDevice,
  type Place,
  type RubbishCode,
  rubbishStep,
  type Step,
} from '../device-type.ts';
import { LineFramer } from '../framing/line-framer.ts';
import { type BoxEntries, entriesOf } from './entries.ts';
import { decodeMessagePack } from './message-pack.ts';
import { profileSchema } from './profile.ts';
import { shippedProfiles } from './shipped-profiles.ts';
import { say } from './words.ts';

/** A box that was cut off may tell later. */
const maxLateMs = 86_400_000;
const maxAheadMs = 300_000;
const NO_BYTES = new Uint8Array(0);

const options = v.object({
  profile: setting(profileSchema, say.profile()),
  ...detectorEntries,
  all: v.optional(setting(flag, sayDetector.all()), false),
});
type Options = v.InferOutput<typeof options>;

export const beaconBox: DeviceType<typeof options> = {
  name: 'beacon-box',
  summary: say.summary(),
  kinds: ['sighting', 'measurement'],
  units: () => detectorUnits,
  options,
  decodeOnly: ['all'],
  profiles: shippedProfiles,
  maxDevicesPerPort: 1,
  takesMessages: true,
  provesItself: true,
  quantities: () => detectorQuantities,
  quietForMs: detectorQuietMs,
  signature: {
    proof: 'form',
    enough: 3,
    guises: () => LINE_PROFILES.map((profile) => ({ devices: [{ profile }] })),
    tells: isOfAdvertisements,
    isPersonal: true,
  },
  doubts: ({ profile: { format } }, transport) =>
    format === 'messagepack' && (transport === 'serial' || transport === 'tcp')
      ? [{ option: 'profile', what: say.noEnd(), mend: say.useMessages(), isFatal: true }]
      : [],
  framer(devices) {
    const { format, maxMessageBytes } = onlyDevice(devices).options.profile;
    return format === 'json' ? new LineFramer(maxMessageBytes) : new WholeFramer(maxMessageBytes);
  },
  decoder: (devices, place) => new BoxDecoder(onlyDevice(devices), place),
};

/** Those that end their messages with a line. */
const LINE_PROFILES = [
  'minew-g1',
  'openblocks',
  'ruuvi-gateway',
  'openmqttgateway',
] as const satisfies (keyof typeof shippedProfiles)[];

/** Whether a message is of advertisements as the profile has them, each with its sender, payload and strength. */
function isOfAdvertisements(message: Uint8Array, { profile }: Options): boolean {
  const entries = entriesOf(parseJson(message), profile);
  if (entries === undefined || entries.unusable > 0) return false;
  const areWhole = entries.heard.every(
    ({ address, payload, rssi }) => address !== undefined && payload.length > 0 && rssi !== undefined,
  );
  return entries.heard.length > 0 && areWhole;
}

/** All that comes is one message: of a recording, where nothing marks its end. */
class WholeFramer implements Framer {
  readonly maxFrameBytes: number;
  #held = NO_BYTES;

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
  }

  push(bytes: Uint8Array): readonly Frame[] {
    if (this.#held.length + bytes.length <= this.maxFrameBytes) {
      const joined = new Uint8Array(this.#held.length + bytes.length);
      joined.set(this.#held);
      joined.set(bytes, this.#held.length);
      this.#held = joined;
      return [];
    }
    const held = this.#held;
    this.#held = NO_BYTES;
    const frames: Frame[] = held.length === 0 ? [] : [{ ok: false, code: 'too-long', bytes: held }];
    for (let from = 0; from < bytes.length; from += this.maxFrameBytes) {
      frames.push({ ok: false, code: 'too-long', bytes: bytes.slice(from, from + this.maxFrameBytes) });
    }
    return frames;
  }

  end(): readonly Frame[] {
    const held = this.#held;
    this.#held = NO_BYTES;
    return held.length === 0 ? [] : [{ ok: true, bytes: held }];
  }
}

class BoxDecoder implements Decoder {
  readonly #device: ConfiguredDevice<Options>;
  readonly #detector: Detector;
  readonly #givesAll: boolean;
  /** When it last showed that it hears, or first reported, and when it was last told of as deaf; monotonic ms. */
  #provedAt: number | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(device: ConfiguredDevice<Options>, place: Place) {
    this.#device = device;
    this.#detector = new Detector(device.id, device.options, place);
    this.#givesAll = place.transport === 'file' && device.options.all;
  }

  decode(message: Uint8Array, at: Moment): Step {
    return together(this.#detector.close(at.monotonic), this.#take(message, at));
  }

  dueAt(): number {
    return this.#detector.nextCloseAt;
  }

  due(at: Moment): Step {
    return this.#detector.close(at.monotonic);
  }

  end(): Step {
    return this.#detector.close(Number.POSITIVE_INFINITY);
  }

  #take(message: Uint8Array, at: Moment): Step {
    const { profile } = this.#device.options;
    const { format, list, maxMessageBytes: max } = profile;
    if (message.length > max) return this.#rubbish('too-long', say.tooLong({ max }));
    const parsed = format === 'json' ? parseJson(message) : decodeMessagePack(message);
    if (parsed === undefined)
      return this.#rubbish('malformed', format === 'json' ? say.notJson() : say.notMessagePack());
    const entries = entriesOf(parsed, profile);
    if (entries === undefined) return this.#rubbish('unknown-format', say.noList({ list }));
    return together(this.#faultsOf(entries), this.#hear(entries, at));
  }

  #hear({ heard }: BoxEntries, at: Moment): Step {
    const timed = heard.map((one) => ({ one, at: { ...at, wall: believed(one.toldAt, at) } }));
    if (this.#givesAll) {
      return { readings: timed.map(({ one, at }) => advertisementReading(this.#device.id, one, at.wall)) };
    }
    let isHeard = false;
    for (const { one, at: then } of timed) {
      if (this.#detector.hear(one, then, at.monotonic - Math.max(0, at.wall - then.wall))) isHeard = true;
    }
    if (!isHeard) return this.#deaf(at.monotonic);
    this.#provedAt = at.monotonic;
    return { isHeard };
  }

  /** It reports, and has not shown that it hears: told once in the time in which it has to. */
  #deaf(now: number): Step {
    this.#provedAt ??= now;
    const { options } = this.#device;
    const quietMs = detectorQuietMs(options);
    if (now - Math.max(this.#provedAt, this.#toldAt) < quietMs) return {};
    this.#toldAt = now;
    const since = { seconds: Math.round((now - this.#provedAt) / 1_000) };
    return this.#rubbish('deaf', options.referenceBeacon === undefined ? say.deaf(since) : say.deafToReference(since));
  }

  #faultsOf({ heard, unusable, tooMany }: BoxEntries): Step {
    if (tooMany > 0) return this.#rubbish('over-limit', say.tooMany({ count: tooMany }));
    return unusable > 0
      ? this.#rubbish('malformed', say.unusable({ count: unusable, of: heard.length + unusable }))
      : {};
  }

  /** Without the bytes, which hold passers-by's addresses. */
  #rubbish(code: RubbishCode, detail: Text): Step {
    return rubbishStep(code, NO_BYTES, detail, this.#device.id);
  }
}

/** Epoch ms. */
function believed(toldAt: number | undefined, { wall, synchronised }: Moment): number {
  const isNear = toldAt !== undefined && wall - toldAt <= maxLateMs && toldAt - wall <= maxAheadMs;
  return synchronised && isNear ? toldAt : wall;
}

function parseJson(message: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(message));
  } catch {
    return undefined; // its message may repeat an address
  }
}
