/** From the values of a unit's registers to its reading: the level's offset and the counters' totals. */
import * as v from 'valibot';
import type { Reading } from '../../shared/reading.ts';
import type { ConfiguredDevice } from '../device-type.ts';
import { countSince, type Totals } from '../people-counter/totals.ts';
import type { ModbusOptions } from './options.ts';
import { withoutNoise } from './profile.ts';

const totalsSchema = v.object({ entered: v.number(), left: v.number() });

/** The totals that were remembered, where they still are totals. */
export function rememberedTotals(remembered: unknown): Totals | undefined {
  const parsed = v.safeParse(totalsSchema, remembered);
  return parsed.success ? parsed.output : undefined;
}

/**
 * One reading of `device`, and the totals to count from next time where the profile has counters. A reading that is not
 * whole (something was not a number) says so. Without both totals nobody is counted.
 */
export function unitReading(
  device: ConfiguredDevice<ModbusOptions>,
  observed: { readonly values: Readonly<Record<string, number>>; readonly isWhole: boolean; readonly at: number },
  last: Totals | undefined,
): { readonly reading: Reading; readonly totals: Totals | undefined } {
  const { kind, counters } = device.options.profile;
  const values: Record<string, number> = { ...observed.values };
  if (values.level !== undefined) values.level = withoutNoise(values.level + device.options.levelOffsetM);
  let totals: Totals | undefined;
  if (counters) {
    totals = rememberedTotals({ entered: values[counters.entered], left: values[counters.left] });
    delete values[counters.entered];
    delete values[counters.left];
    if (totals) {
      const { entered, left } = countSince(last, totals, counters);
      Object.assign(values, { entered, left });
    }
  }
  const reading = {
    device: device.id,
    kind,
    observedAt: observed.at,
    values,
    ...(observed.isWhole ? {} : { quality: 'not-a-number' }),
  } as Reading; // the profile's schema demands the quantities of its kind
  return { reading, totals };
}
