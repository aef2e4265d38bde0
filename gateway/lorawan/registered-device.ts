/** A LoRaWAN device as it is handed in, and as it is registered: with its keys in clear, and encrypted. */
import * as v from 'valibot';
import { LORAWAN_VERSIONS, type LorawanVersion } from '../../devices/lorawan/session.ts';
import { deviceId } from '../../shared/setting.ts';
import { RangeSettings, ThresholdSettings } from '../config/settings.ts';

/** Hexadecimal digits, in lower case. */
export const digits = (count: number, what: string) =>
  v.pipe(
    v.string(`must be ${what}`),
    v.regex(new RegExp(`^[0-9a-fA-F]{${count}}$`), `must be ${what}: ${count} hexadecimal digits`),
    v.toLowerCase(),
  );
const key = digits(32, 'a key');

/** Root keys (OTAA) or session keys (ABP), as hexadecimal digits. */
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
  devEui: digits(16, 'a DevEUI'),
  joinEui: v.optional(digits(16, 'a JoinEUI')),
  /** How it comes into the network; "chirpstack": a ChirpStack knows its keys. */
  activation: v.picklist(['otaa', 'abp', 'chirpstack'], 'must be "otaa", "abp" or "chirpstack"'),
  version: v.picklist(LORAWAN_VERSIONS, `must be one of ${LORAWAN_VERSIONS.join(', ')}`),
  devAddr: v.optional(digits(8, 'a DevAddr')),
  /** ABP: whether it may count its frames from the beginning again, which opens the door to replays. */
  allowsCounterReset: v.optional(v.boolean(), false),
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

/** A device as it is to be registered. */
export const newDevice = v.strictObject({ ...description, keys: v.optional(deviceKeys, {}) });
export type NewDevice = v.InferOutput<typeof newDevice>;

export const registeredDevice = v.object({
  ...description,
  /** Encrypted; absent where there are none. */
  keys: v.optional(v.string()),
  /** Epoch ms: a device that was removed and registered anew has another, and nothing of its old session counts. */
  registeredAt: v.number(),
});
export type RegisteredDevice = v.InferOutput<typeof registeredDevice>;

/** What it takes to know which keys a device needs (LoRaWAN 1.0.4 §6, 1.1 §6). */
export interface KeyedDevice {
  readonly activation: 'otaa' | 'abp' | 'chirpstack';
  readonly version: LorawanVersion;
  readonly keys: DeviceKeys;
  readonly devAddr?: string | undefined;
  readonly joinEui?: string | undefined;
}

/** What is missing for its way into the network; undefined where nothing is. */
export function whyNotKeys({
  activation,
  keys,
  devAddr,
  joinEui,
  version,
}: KeyedDevice): { readonly what: string; readonly mend: string } | undefined {
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
    const [are, them] = missing.length === 1 ? ['is', 'it'] : ['are', 'them'];
    return {
      what: `its ${missing.join(' and ')} ${are} missing`,
      mend: `${activation} of LoRaWAN ${version} needs ${them}: in the file of --key-file, or in a column of the table`,
    };
  }
  if (activation === 'abp' && devAddr === undefined) return { what: 'its DevAddr is missing', mend: 'ABP needs it' };
  if (activation === 'otaa' && joinEui === undefined) {
    return { what: 'its JoinEUI is missing', mend: 'OTAA needs it; many makers call it AppEUI' };
  }
  return undefined;
}
