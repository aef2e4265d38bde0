/** LoRaWAN: the network, the profiles of its devices, and the outside projects in it. */
import * as v from 'valibot';
import type { LorawanProfile } from '../../devices/lorawan/profile.ts';
import { REGION_NAMES } from '../../devices/lorawan/regions/regions.ts';
import { duration } from '../../shared/duration.ts';
import { flag, id, must, oneOf, setting, size, text, whole } from '../../shared/setting.ts';
import { say } from './setting-words.ts';

const netId = v.pipe(text, v.regex(/^[0-9a-fA-F]{6}$/, must(say.mustBeNetId())), v.toLowerCase());
const channels = v.pipe(v.array(whole(100_000_000, 1_000_000_000)), v.maxLength(5, must(say.mustBeFive())));
const wholeSeconds = v.pipe(
  duration(1_000, 15_000),
  v.check((ms) => ms % 1000 === 0, must(say.mustBeSeconds())),
);

export const LorawanSettings = v.strictObject({
  region: v.optional(setting(oneOf(REGION_NAMES), say.region()), 'AS923-1'),
  netId: v.optional(setting(netId, say.netId()), '000000'),
  keyFile: v.optional(setting(text, say.keyFile()), 'lorawan.key'),
  channels: v.optional(setting(channels, say.channels()), []),
  subBand: v.optional(setting(whole(1, 8), say.subBand()), 2),
  rx1DelayMs: v.optional(setting(wholeSeconds, say.rx1Delay()), '1s'),
  downlinkDwellTime: v.optional(setting(flag, say.downlinkDwellTime()), false),
  uplinkDwellTime: v.optional(setting(flag, say.uplinkDwellTime()), false),
  adr: v.optional(setting(flag, say.adr()), true),
  adrMarginDb: v.optional(setting(whole(0, 30), say.adrMargin()), 10),
  deviceStatusEveryMs: v.optional(setting(duration(3_600_000), say.deviceStatusEvery()), '1d'),
  gatherMs: v.optional(setting(duration(0, 800), say.gather()), '200ms'),
});

export const ProjectSettings = v.strictObject({
  name: setting(id, say.projectName()),
  maxDevices: v.optional(setting(whole(1, 20_000), say.maxDevices()), 100),
  uplinksPerHour: v.optional(setting(whole(1, 10_000_000), say.uplinksPerHour()), 6_000),
  quotaBytes: v.optional(setting(size, say.quota()), '20MB'),
});

export type ProjectConfig = v.InferOutput<typeof ProjectSettings>;

/** A profile of LoRaWAN devices, with the codec's file made absolute. */
export type LorawanProfileConfig = LorawanProfile & {
  readonly name: string;
  /** Its place among the [[profile]] tables. */
  readonly index: number;
};
