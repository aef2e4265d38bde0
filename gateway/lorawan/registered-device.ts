/** A LoRaWAN device as it is handed in, and as it is registered: with its keys in clear, and encrypted. */
import * as v from 'valibot';
import { LORAWAN_VERSIONS } from '../../devices/lorawan/session.ts';
import { deviceId } from '../config/setting.ts';
import { RangeSettings, ThresholdSettings } from '../config/settings.ts';
import { deviceKeys, digits } from './device-keys.ts';

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
