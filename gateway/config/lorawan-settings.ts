/** LoRaWAN: the network, the profiles of its devices, and the outside projects in it. */
import * as v from 'valibot';
import type { LorawanProfile } from '../../devices/lorawan/profile.ts';
import { REGION_NAMES } from '../../devices/lorawan/regions/regions.ts';
import { duration } from '../../shared/duration.ts';
import { flag, id, oneOf, setting, size, text, whole } from '../../shared/setting.ts';

export const LorawanSettings = v.strictObject({
  region: v.optional(
    setting(oneOf(REGION_NAMES), 'Band and rules (LoRa Alliance RP002). Japan is AS923-1.'),
    'AS923-1',
  ),
  netId: v.optional(
    setting(
      v.pipe(text, v.regex(/^[0-9a-fA-F]{6}$/, 'must be 6 hexadecimal digits'), v.toLowerCase()),
      'NetID of the network (LoRaWAN Backend Interfaces §11.1): "000000" and "000001" are for private ones.',
    ),
    '000000',
  ),
  keyFile: v.optional(
    setting(
      text,
      'File with the key under which the keys of devices are encrypted; made by the first `machimori device add`. Keep a copy in a safe place.',
    ),
    'lorawan.key',
  ),
  channels: v.optional(
    setting(
      v.pipe(v.array(whole(100_000_000, 1_000_000_000)), v.maxLength(5, 'must not be more than five')),
      'Uplink channels (Hz) beside those that every device of the region knows, at most five. AS923 and EU868 only.',
    ),
    [],
  ),
  subBand: v.optional(
    setting(whole(1, 8), 'US915 and AU915: the sub-band of eight channels that the LoRa gateways hear.'),
    2,
  ),
  rx1Delay: v.optional(
    setting(
      v.pipe(
        duration(1_000, 15_000),
        v.check((ms) => ms % 1000 === 0, 'must be a whole number of seconds'),
      ),
      'From the end of an uplink to the first receive window. Longer for LoRa gateways behind a slow link.',
    ),
    '1s',
  ),
  downlinkDwellTime: v.optional(
    setting(flag, 'AS923 and AU915: whether downlinks may take 400 ms at most (not in Japan).'),
    false,
  ),
  uplinkDwellTime: v.optional(
    setting(flag, 'AS923 and AU915: whether uplinks may take 400 ms at most (not in Japan).'),
    false,
  ),
  adr: v.optional(setting(flag, 'Whether data rate and power of devices that ask for it are adapted.'), true),
  adrMarginDb: v.optional(setting(whole(0, 30), 'Reserve that adaptation leaves, dB.'), 10),
  deviceStatusEvery: v.optional(
    setting(
      duration(3_600_000),
      'How often a device is asked for its battery and link margin; each time costs it a downlink.',
    ),
    '1d',
  ),
  gather: v.optional(
    setting(
      duration(0, 800),
      'How long one frame is waited for from other LoRa gateways, so that each is stored once with every RSSI and SNR.',
    ),
    '200ms',
  ),
});

export const ProjectSettings = v.strictObject({
  name: setting(
    id,
    'Name of an outside project: the tenant of its devices and destinations. Others neither see nor starve it.',
  ),
  maxDevices: v.optional(setting(whole(1, 20_000), 'LoRaWAN devices that it may register.'), 100),
  uplinksPerHour: v.optional(
    setting(
      whole(1, 10_000_000),
      'Uplinks an hour of all its devices together; what is beyond is counted and dropped.',
    ),
    6_000,
  ),
  quota: v.optional(
    setting(
      size,
      'Bytes of the buffer that may wait for each of its destinations; then its own oldest batches are dropped, and reported.',
    ),
    '20MB',
  ),
});

export type ProjectConfig = v.InferOutput<typeof ProjectSettings>;

/** A profile of LoRaWAN devices, with the codec's file made absolute. */
export type LorawanProfileConfig = LorawanProfile & {
  readonly name: string;
  /** Its place among the [[profile]] tables. */
  readonly index: number;
};
