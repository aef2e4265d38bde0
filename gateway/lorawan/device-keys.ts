/** The keys of a LoRaWAN device as they are written down, and which of them it needs (LoRaWAN 1.0.4 §6, 1.1 §6). */
import * as v from 'valibot';
import type { LorawanVersion } from '../../devices/lorawan/session.ts';

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
