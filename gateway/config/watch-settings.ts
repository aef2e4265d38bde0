/** `[[watch]]`: what a hub looks after in other gateways' feeds. */
import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import { READING_KINDS } from '../../shared/reading.ts';
import { filled, id, number, oneOf, setting, text } from '../../shared/setting.ts';
import { say } from './setting-words.ts';
import { ThresholdSettings } from './threshold-settings.ts';

const WatchRangeSettings = v.strictObject({
  quantity: setting(filled, say.rangeQuantity()),
  min: v.optional(setting(number, say.rangeMin())),
  max: v.optional(setting(number, say.rangeMax())),
});

export const WatchSettings = v.strictObject({
  tenants: v.optional(setting(v.array(id), say.watchTenants()), []),
  gateways: v.optional(setting(v.array(id), say.watchGateways()), []),
  groups: v.optional(setting(v.array(id), say.watchGroups()), []),
  profiles: v.optional(setting(v.array(text), say.watchProfiles()), []),
  devices: v.optional(setting(v.array(id), say.watchDevices()), []),
  kinds: v.optional(setting(v.array(oneOf(READING_KINDS)), say.watchKinds()), []),
  expectEveryMs: v.optional(setting(duration(), say.watchExpectEvery())),
  range: v.optional(setting(v.array(WatchRangeSettings), say.watchRange()), []),
  threshold: v.optional(setting(v.array(ThresholdSettings), say.watchThreshold()), []),
});
export type WatchConfig = Readonly<v.InferOutput<typeof WatchSettings>>;
