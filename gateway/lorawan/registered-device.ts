/** LoRaWAN devices as handed in, with keys in clear, and as registered, with keys encrypted; and which keys they need. */
import * as v from 'valibot';
import type { Region } from '../../devices/lorawan/region.ts';
import { LORAWAN_VERSIONS, type LorawanVersion } from '../../devices/lorawan/session.ts';
import { plainDigits } from '../../shared/hex.ts';
import { deviceId, must } from '../../shared/setting.ts';
import { listed, type Text } from '../../shared/text.ts';
import { RangeSettings } from '../config/settings.ts';
import { ThresholdSettings } from '../config/threshold-settings.ts';
import { keysNamedFor, plainVersion } from './as-printed.ts';
import { say } from './words.ts';

/** Hexadecimal digits, however they are printed; turned into lower case. */
const digits = (count: number, what: Text) =>
  v.pipe(
    v.string(must(say.mustBe({ what }))),
    v.transform(plainDigits),
    v.regex(new RegExp(`^[0-9a-f]{${count}}$`), must(say.mustBeDigits({ what, count }))),
  );
const key = digits(32, say.aKey());

/** Root keys (OTAA) or session keys (ABP), in hexadecimal. */
export const deviceKeys = v.strictObject({
  appKey: v.optional(key),
  nwkKey: v.optional(key),
  nwkSKey: v.optional(key),
  appSKey: v.optional(key),
  fNwkSIntKey: v.optional(key),
  sNwkSIntKey: v.optional(key),
  nwkSEncKey: v.optional(key),
});
export type DeviceKeys = v.InferOutput<typeof deviceKeys>;

const description = {
  id: deviceId,
  project: deviceId,
  devEui: digits(16, say.aDevEui()),
  joinEui: v.optional(digits(16, say.aJoinEui())),
  /** How it enters the network; "chirpstack": through a ChirpStack, which has its keys. */
  activation: v.picklist(['otaa', 'abp', 'chirpstack'], must(say.activations())),
  version: v.pipe(
    v.string(must(say.versions({ versions: listed(LORAWAN_VERSIONS) }))),
    v.transform(plainVersion),
    v.picklist(LORAWAN_VERSIONS, must(say.versions({ versions: listed(LORAWAN_VERSIONS) }))),
  ),
  devAddr: v.optional(digits(8, say.aDevAddr())),
  /** ABP: whether it may restart its frame counter, which makes replays possible. */
  allowsCounterReset: v.optional(v.boolean(), false),
  /** ABP: from the end of an uplink to RX1 as the device is configured; by default the region's. */
  rx1DelayMs: v.optional(
    v.pipe(
      v.number(must(say.wholeSeconds())),
      v.multipleOf(1_000, must(say.wholeSeconds())),
      v.minValue(1_000, must(say.wholeSeconds())),
      v.maxValue(15_000, must(say.wholeSeconds())),
    ),
  ),
  /** ABP: data rate of RX2 as the device is configured; by default the region's. */
  rx2DataRate: v.optional(
    v.pipe(
      v.number(must(say.aDataRate())),
      v.integer(must(say.aDataRate())),
      v.minValue(0, must(say.aDataRate())),
      v.maxValue(15, must(say.aDataRate())),
    ),
  ),
  profile: deviceId,
  group: v.optional(deviceId),
  place: v.optional(
    v.strictObject({
      lat: v.optional(v.pipe(v.number(), v.minValue(-90), v.maxValue(90))),
      lon: v.optional(v.pipe(v.number(), v.minValue(-180), v.maxValue(180))),
      name: v.optional(v.pipe(v.string(), v.maxLength(200))),
    }),
  ),
  range: v.optional(v.pipe(v.array(RangeSettings), v.maxLength(32)), []),
  threshold: v.optional(v.pipe(v.array(ThresholdSettings), v.maxLength(32)), []),
};

/** A device to register. */
export const newDevice = v.pipe(
  v.strictObject({ ...description, keys: v.optional(deviceKeys, {}) }),
  v.transform((device) => ({ ...device, keys: keysNamedFor(device.version, device.keys) })),
);
export type NewDevice = v.InferOutput<typeof newDevice>;

export const registeredDevice = v.object({
  ...description,
  /** Encrypted; absent if there are none. */
  keys: v.optional(v.string()),
  /** Epoch ms. Identifies the registration: if the device is removed and registered again, its old session is void. */
  registeredAt: v.number(),
});
export type RegisteredDevice = v.InferOutput<typeof registeredDevice>;

/** What of a registered device can be changed: it keeps its session. */
export const deviceChange = v.strictObject({
  profile: v.optional(description.profile),
  rx1DelayMs: description.rx1DelayMs,
  rx2DataRate: description.rx2DataRate,
});
export type DeviceChange = v.InferOutput<typeof deviceChange>;

/** Everything that decides which keys a device needs (LoRaWAN 1.0.4 §6, 1.1 §6). */
interface KeyedDevice {
  readonly activation: 'otaa' | 'abp' | 'chirpstack';
  readonly version: LorawanVersion;
  readonly keys: DeviceKeys;
  readonly devAddr?: string | undefined;
  readonly joinEui?: string | undefined;
}

/** Why a device cannot be registered, and what to do. */
export interface Refusal {
  readonly what: Text;
  readonly mend: Text;
}

/** What it lacks to enter the network, if anything. */
export function whyNotKeys({ activation, keys, devAddr, joinEui, version }: KeyedDevice): Refusal | undefined {
  const needed: readonly (keyof DeviceKeys)[] =
    activation === 'chirpstack'
      ? []
      : activation === 'otaa'
        ? version === '1.1'
          ? ['appKey', 'nwkKey']
          : ['appKey']
        : version === '1.1'
          ? ['fNwkSIntKey', 'sNwkSIntKey', 'nwkSEncKey', 'appSKey']
          : ['nwkSKey', 'appSKey'];
  const missing = needed.filter((name) => keys[name] === undefined);
  if (missing.length > 0) {
    const count = missing.length;
    return {
      what: say.keysMissing({ names: listed(missing), count }),
      mend: say.giveKeys({ activation, version, count }),
    };
  }
  if (activation === 'abp' && devAddr === undefined) return { what: say.devAddrMissing(), mend: say.abpNeedsIt() };
  if (activation === 'otaa' && joinEui === undefined) {
    return { what: say.joinEuiMissing(), mend: say.otaaNeedsIt() };
  }
  return undefined;
}

/** Why its receive windows cannot be as given, if they cannot. */
export function whyNotWindows(
  { activation, rx1DelayMs, rx2DataRate }: Pick<NewDevice, 'activation' | 'rx1DelayMs' | 'rx2DataRate'>,
  { name, downlinkDataRates }: Pick<Region, 'name' | 'downlinkDataRates'>,
): Refusal | undefined {
  if (activation !== 'abp' && (rx1DelayMs !== undefined || rx2DataRate !== undefined)) {
    return { what: say.onlyForAbp(), mend: say.leaveThemOut() };
  }
  if (rx2DataRate === undefined || downlinkDataRates[rx2DataRate] !== undefined) return undefined;
  const rates = downlinkDataRates.flatMap((rate, index) => (rate === undefined ? [] : [index]));
  return {
    what: say.noDownlinkRate({ region: name, dataRate: rx2DataRate }),
    mend: say.downlinkRates({ rates: listed(rates.map(String)) }),
  };
}
