/** A profile of LoRaWAN devices: how the payload is read, and which values are which quantities (result-readings.ts). */
import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import type { Units } from '../../shared/reading.ts';
import { batteryLimit, must, oneOf, setting, table, text } from '../../shared/setting.ts';
import { type Field, fieldsWith, jsonPath } from '../profile/fields.ts';
import { hasQuantitiesOf, PROFILE_KINDS, profileUnits } from '../profile/kinds.ts';
import { timeOf, timeWith } from '../profile/time.ts';
import { say as sayProfile } from '../profile/words.ts';
import { say } from './words.ts';

const samples = table({
  from: v.optional(jsonPath),
  time: timeOf(jsonPath, say.sampleTime()),
  fields: v.optional(fieldsWith(jsonPath, say.sampleFields()), []),
});
export type Samples = v.InferOutput<typeof samples>;

export const lorawanProfile = v.pipe(
  table({
    type: setting(v.literal('lorawan'), say.profileType()),
    payload: v.optional(setting(oneOf(['codec', 'lpp', 'raw']), say.payload()), 'codec'),
    codecFile: v.optional(setting(text, say.codecFile())),
    variables: v.optional(setting(v.record(v.string(), text, must(say.mustBeTable())), say.variables()), {}),
    fields: v.optional(fieldsWith(jsonPath, say.fields()), []),
    kind: v.optional(setting(oneOf(PROFILE_KINDS), say.kind()), 'measurement'),
    time: timeWith(jsonPath, say.time()),
    samples: v.optional(setting(samples, say.samples())),
    batteryBelow: v.optional(setting(batteryLimit, say.batteryBelow())),
    expectEveryMs: v.optional(setting(duration(), say.expectEvery())),
  }),
  v.check(({ payload, codecFile }) => (payload === 'codec') === (codecFile !== undefined), must(say.mustHaveCodec())),
  v.check(
    ({ kind, ...profile }) =>
      fieldsIn(profile).some((fields) =>
        hasQuantitiesOf(kind, (name) => fields.some(({ quantity, type }) => quantity === name && type === 'number')),
      ),
    must(sayProfile.mustHaveNumberFields()),
  ),
  v.check((profile) => hasOneUnitEach(fieldsIn(profile).flat()), must(say.mustAgree())),
);

export type LorawanProfile = v.InferOutput<typeof lorawanProfile>;

interface Fields {
  readonly fields: readonly Field[];
  readonly samples?: Pick<Samples, 'fields'> | undefined;
}

/** The fields of the frame, and those of each of its samples. */
function fieldsIn({ fields, samples }: Fields): readonly (readonly Field[])[] {
  return samples === undefined ? [fields] : [fields, samples.fields];
}

function hasOneUnitEach(fields: readonly Field[]): boolean {
  const units = new Map(fields.map(({ quantity, unit }) => [quantity, unit]));
  return fields.every(({ quantity, unit }) => units.get(quantity) === unit);
}

/** What the link itself tells of a device (radio values, and the answer to DevStatusReq), and what its profile maps. */
export function lorawanUnits({ kind, ...profile }: LorawanProfile): Units {
  const own = profileUnits(kind, fieldsIn(profile).flat());
  return { rssi: 'dBm', snr: 'dB', linkMargin: 'dB', batteryLevel: '%EL', ...own };
}
