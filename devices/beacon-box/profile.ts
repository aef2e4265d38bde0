/**
 * A profile of the device type `beacon-box`: data that says where a detector box writes what it heard.
 *
 * Promise: a profile that passes this schema can be read with; whether messages are as it says shows only when one comes.
 */
import * as v from 'valibot';
import { flag, must, oneOf, setting, table, textUpTo, whole } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { isPointer } from '../profile/pointer.ts';
import { timeWith } from '../profile/time.ts';
import { say } from './words.ts';

const pointer = (meaning: Text) =>
  setting(v.pipe(textUpTo(200), v.check(isPointer, must(say.mustBePointer()))), meaning);
const optional = (meaning: Text) => v.optional(pointer(meaning));
const offset = (meaning: Text) => setting(whole(0, 64), meaning);

export const FORMATS = ['json', 'messagepack'] as const;

export const profileSchema = table({
  format: setting(oneOf(FORMATS), say.format()),
  list: v.optional(pointer(say.list()), ''),
  keyed: v.optional(setting(flag, say.keyed()), false),
  address: optional(say.address()),
  addressType: optional(say.addressType()),
  rssi: optional(say.rssi()),
  payload: optional(say.payload()),
  manufacturerData: optional(say.manufacturerData()),
  serviceData: optional(say.serviceData()),
  serviceUuid: optional(say.serviceUuid()),
  ibeacon: v.optional(
    setting(
      table({
        uuid: pointer(say.ibeaconUuid()),
        major: pointer(say.ibeaconMajor()),
        minor: pointer(say.ibeaconMinor()),
        power: optional(say.ibeaconPower()),
      }),
      say.ibeacon(),
    ),
  ),
  packed: v.optional(
    setting(
      table({
        address: offset(say.packedAddress()),
        rssi: offset(say.packedRssi()),
        payload: offset(say.packedPayload()),
      }),
      say.packed(),
    ),
  ),
  time: timeWith(pointer(say.timeFrom()), say.time()),
  maxMessageBytes: v.optional(setting(whole(256, 1_048_576), say.maxMessageBytes()), 65_536),
});
export type BoxProfile = v.InferOutput<typeof profileSchema>;
