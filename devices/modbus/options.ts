import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import { finite, oneOf, setting, whole } from '../../shared/setting.ts';
import { profileSchema } from './profile.ts';
import { say } from './words.ts';

export const modbusOptions = v.object({
  unit: setting(whole(0, 255), say.unit()),
  profile: setting(profileSchema, say.profile()),
  intervalMs: v.optional(setting(duration(), say.interval()), '10s'),
  timeoutMs: v.optional(setting(duration(10, 60_000), say.timeout()), '1s'),
  framing: v.optional(setting(oneOf(['auto', 'rtu', 'tcp']), say.framing()), 'auto'),
  minGapMs: v.optional(setting(duration(0, 10_000), say.minGap()), '5ms'),
  levelOffsetM: v.optional(setting(finite, say.levelOffset()), 0),
});

export type ModbusOptions = v.InferOutput<typeof modbusOptions>;
